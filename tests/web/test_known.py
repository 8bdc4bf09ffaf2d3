"""The library's people, as a policy knows them."""

from limner import people
from limner.errors import LibraryError
from limner.library import Record
from limner.people import Person
from limner.web.known import KnownPeople

JANE = Person(mails=("jane@example.com", "j@example.com"), uid="jroe")


class Reader:
    """A look at the library, which is its third state."""

    def state(self):
        return 3

    def release(self):
        pass


class Books:
    reader = Reader

    def find(self, key):
        return Record(JANE, "s", "o") if key in JANE.index_keys() else None


class Broken:
    def reader(self):
        return self

    def state(self):
        raise LibraryError("gone")

    def release(self):
        pass

    def find(self, key):
        raise LibraryError("gone")


def test_a_person_is_found_by_any_name_and_has_all_of_them():
    known = KnownPeople(Books())
    assert known.label([people.by_uid("nobody"), people.by_uid("jroe")]) == "jane@example.com"
    assert known.names(people.by_mail("j@example.com")) == JANE.index_keys()


def test_who_is_not_there_is_nobody():
    known = KnownPeople(Books())
    assert known.label([people.by_uid("nobody")]) is None
    assert known.label([]) is None
    assert known.names(people.by_uid("nobody")) == frozenset()


def test_a_library_that_cannot_be_read_knows_nobody():
    known = KnownPeople(Broken())
    assert known.label([b"mx"]) is None
    assert known.names(b"mx") == frozenset()
    assert known.state() == -1


def test_the_state_is_that_of_the_library():
    assert KnownPeople(Books()).state() == 3
