"""Who is hidden from whom, over whatever happens to their names."""

from __future__ import annotations

import dataclasses

from limner import people
from limner.library import AUDIENCES, GUEST, INSIDER, KEEPER, Library
from limner.people import Person

from .samples import a_portrait, a_record


def put(library: Library, who: str, **names: object) -> None:
    record = a_record(who, who, origin="x.jpg")
    if names:
        person = Person.of(**names)  # type: ignore[arg-type]
        record = type(record)(person, record.source, record.origin, record.version, record.modified, record.digest)
    with library.batch() as batch:
        batch.put(record, a_portrait(who))


def hide(library: Library, name: str, shown_to: str) -> list[str]:
    with library.batch() as batch:
        return [record.person.label for record in batch.hide(people.by_any(name)[:1], shown_to)]


def seen(library: Library, key: bytes) -> list[bool]:
    return [library.rendition(key, 80, sees=sees) is not None for sees in (GUEST, INSIDER, KEEPER)]


def test_a_hidden_person_is_hidden_by_every_name(library: Library) -> None:
    put(library, "jane", mails=["jane@example.com"], uid="jane")
    for shown_to, wanted in zip(AUDIENCES, ([True] * 3, [False, True, True], [False, False, True]), strict=True):
        assert hide(library, "jane@example.com", shown_to) == ["jane@example.com"]
        for key in Person.of(mails=["jane@example.com"], uid="jane").index_keys():
            record = library.find(key)
            assert record is not None
            assert (record.shown_to, seen(library, key)) == (shown_to, wanted)
        assert not list(library.check())
        assert [library.count_hidden(sees) for sees in (GUEST, INSIDER)] == [int(not wanted[0]), int(not wanted[1])]


def test_it_stays_through_syncs_and_changes_of_names(library: Library) -> None:
    put(library, "jane", mails=["jane@example.com"], uid="jane")
    hide(library, "jane@example.com", "nobody")
    put(library, "jane", mails=["roe@example.com"], uid="jane")
    put(library, "jane", mails=["roe@example.com"], uid="jroe")
    assert seen(library, people.by_uid("jroe")) == [False, False, True]
    with library.batch() as batch:
        batch.remove("photos", "x.jpg") or batch.remove(a_record("jane", "jane").source, "x.jpg")
    put(library, "jane", mails=["roe@example.com"])
    assert seen(library, people.by_mail("roe@example.com")) == [False, False, True]
    assert not list(library.check())
    hide(library, "roe@example.com", "everyone")
    assert list(library.hidden()) == [], "all names that were hidden together"
    put(library, "jane", mails=["jane@example.com"], uid="jane")
    assert seen(library, people.by_uid("jane")) == [True] * 3


def test_somebody_who_comes_later_is_hidden_from_the_first(library: Library) -> None:
    assert hide(library, "later@example.com", "insiders") == []
    assert [(key, to, record) for key, to, record in library.hidden()] == [(b"mlater@example.com", "insiders", None)]
    put(library, "later", mails=["later@example.com"], uid="later")
    assert seen(library, people.by_uid("later")) == [False, True, True]
    assert not list(library.check())


def test_a_leaver_who_was_hidden_does_not_hide_whoever_has_their_name_now(library: Library) -> None:
    """Jane left, and her address is Joe's now: what is said of her old user name is not said of him."""
    put(library, "joe", mails=["front.desk@example.com"], uid="joe")
    hide(library, "jane", "insiders")  # by her user name
    jane = Person.of(mails=["front.desk@example.com"], uid="jane")
    with library.batch() as batch:
        batch.put(dataclasses.replace(a_record("jane", "jane"), person=jane, hidden=1_700_000_000), a_portrait("jane"))
    assert seen(library, people.by_mail("front.desk@example.com")) == [True] * 3
    assert not list(library.check())
