"""What every engine does; `library` is each of them in turn."""

from __future__ import annotations

import dataclasses

import pytest

from limner import people
from limner.errors import LibraryError, NameTakenError
from limner.library import HAND, Library, open_library
from limner.library.record import ATTRIBUTES, bounded
from limner.people import Person
from limner.picture import LADDER, RECIPE

from .samples import SOURCE, a_portrait, a_record


def put(library: Library, *whom: tuple[str, str | None]) -> None:
    with library.batch() as batch:
        for who, picture in whom:
            batch.put(a_record(who, picture), a_portrait(picture) if picture else None)


def sound(library: Library) -> bool:
    return not list(library.check())


def test_there_is_no_library_until_it_is_made(place: object) -> None:
    with pytest.raises(LibraryError, match="there is no library") as caught:
        open_library(place)
    assert caught.value.hint
    open_library(place, create=True).close()
    open_library(place).close()


def test_a_person_is_found_by_every_name_and_hash(library: Library) -> None:
    person = Person.of(mails=["Jane@Example.com", "j@bücher.example"], uid="JRoe", dn="cn=Jane,o=Acme", key="K-1")
    record = a_record("jane", "p")
    record = type(record)(person, record.source, record.origin, record.version, record.modified, record.digest)
    with library.batch() as batch:
        batch.put(record, a_portrait("p"))
    keys = [people.by_mail("JANE@example.com"), people.by_mail("j@xn--bcher-kva.example"), people.by_uid("jroe")]
    keys += [people.by_dn("CN=jane, O=acme"), people.by_key("k-1")]
    keys += [people.by_hash(digest) for mail in person.mails for digest in people.hashes(mail)]
    assert set(keys) == person.index_keys()
    for key in keys:
        assert library.find(key) == record
    assert library.find(people.by_uid("jane@example.com")) is None, "a mail address is no user name"


def test_what_is_stored_is_there_after_opening_again(place: object) -> None:
    first = open_library(place, create=True)
    put(first, ("jane", "p"), ("joe", None))
    first.close()
    again = open_library(place)
    assert again.find(people.by_uid("jane")) == a_record("jane", "p")
    assert again.find(people.by_uid("joe")) == a_record("joe")
    assert sound(again)
    again.close()


def test_the_record_of_a_source_and_its_version(library: Library) -> None:
    put(library, ("jane", "p"))
    assert library.record(SOURCE, "jane.jpg") == a_record("jane", "p")
    assert library.version(SOURCE, "jane.jpg") == "1"
    assert library.record(SOURCE, "joe.jpg") is library.version(SOURCE, "joe.jpg") is None
    assert library.record("elsewhere", "jane.jpg") is library.version("elsewhere", "jane.jpg") is None


def test_names_that_a_person_gives_up_lead_nowhere(library: Library) -> None:
    put(library, ("jane", "p"))
    renamed = a_record("roe", "p", origin="jane.jpg")
    with library.batch() as batch:
        batch.put(renamed)
    assert library.find(people.by_uid("jane")) is None
    assert library.find(people.by_mail("roe@example.com")) == renamed
    assert [record for _, record in library.people()] == [renamed]
    assert library.count().people == 1
    assert sound(library)


def test_a_record_without_digest_takes_the_photo_away(library: Library) -> None:
    put(library, ("jane", "p"))
    put(library, ("jane", None))
    assert library.rendition(people.by_uid("jane"), 48) is None
    assert not library.has_picture(a_portrait("p").digest, RECIPE)
    count = library.count()
    assert (count.people, count.with_photo, count.pictures) == (1, 0, 0)
    assert sound(library)


def test_equal_photos_are_kept_once_and_the_last_one_deletes_them(library: Library) -> None:
    put(library, ("jane", "twins"), ("joan", "twins"))
    assert (library.count().with_photo, library.count().pictures) == (2, 1)
    for who, left in (("jane", True), ("joan", False)):
        with library.batch() as batch:
            assert batch.remove(SOURCE, f"{who}.jpg")
        assert library.has_picture(a_portrait("twins").digest, RECIPE) == left
        assert sound(library)
    assert (library.count().people, library.count().pictures) == (0, 0)


def test_a_picture_that_the_library_has_is_shown_by_its_digest(library: Library) -> None:
    put(library, ("jane", "p"))
    with library.batch() as batch:
        assert batch.has_picture(a_portrait("p").digest, RECIPE)
        batch.put(a_record("joe", "p"))
    shown = library.rendition(people.by_uid("joe"), 48)
    assert shown == library.rendition(people.by_uid("jane"), 48)
    assert shown is not None


def test_a_digest_that_the_library_does_not_have_is_refused_and_changes_nothing(library: Library) -> None:
    put(library, ("jane", "p"))
    with library.batch() as batch, pytest.raises(LibraryError, match="does not have"):
        batch.put(a_record("jane", "unknown"))
    assert library.find(people.by_uid("jane")) == a_record("jane", "p")
    assert sound(library)


def test_two_people_can_swap_their_photos_by_digest(library: Library) -> None:
    """Each picture is shown by nobody for a moment, and is still there for the other one."""
    put(library, ("jane", "a"), ("joe", "b"))
    with library.batch() as batch:
        batch.put(a_record("jane", "b"))
        batch.put(a_record("joe", "a"))
    for who, picture in (("jane", "b"), ("joe", "a")):
        shown = library.rendition(people.by_uid(who), 48)
        assert shown is not None
        assert shown.body == a_portrait(picture).renditions[48]
    assert sound(library)


def test_a_photo_survives_that_its_record_is_replaced_by_another(library: Library) -> None:
    put(library, ("jane", "p"))
    with library.batch() as batch:
        batch.remove(SOURCE, "jane.jpg")
        batch.put(a_record("jane", "p", origin="jane.png"))
    assert library.rendition(people.by_uid("jane"), 48) is not None
    assert sound(library)


def test_a_taken_name_is_an_error_that_names_its_owner_and_changes_nothing(library: Library) -> None:
    put(library, ("jane", "p"))
    before = list(library.people())
    with library.batch() as batch:
        with pytest.raises(
            NameTakenError, match=r"'jane@example.com' belongs to jane@example.com .*photos: jane.jpg"
        ) as caught:
            batch.put(a_record("jane", "other", origin="new.jpg", source="second"), a_portrait("other"))
        assert (caught.value.source, caught.value.origin) == (SOURCE, "jane.jpg")
    assert list(library.people()) == before
    assert not library.has_picture(a_portrait("other").digest, RECIPE)
    assert sound(library)


def test_removing_nobody_says_so(library: Library) -> None:
    with library.batch() as batch:
        assert not batch.remove(SOURCE, "nobody.jpg")


@pytest.mark.parametrize("why", [ValueError, KeyboardInterrupt, OSError])
def test_an_exception_drops_the_whole_batch_and_stays_what_it_is(library: Library, why: type[BaseException]) -> None:
    put(library, ("jane", "p"))

    def change_and_fail() -> None:
        with library.batch() as batch:
            batch.put(a_record("joe", "q"), a_portrait("q"))
            batch.remove(SOURCE, "jane.jpg")
            raise why("mine")

    with pytest.raises(why, match="mine"):
        change_and_fail()
    assert [record for _, record in library.people()] == [a_record("jane", "p")]
    assert not library.has_picture(a_portrait("q").digest, RECIPE)
    put(library, ("joe", "q"))
    assert sound(library)


def test_nobody_sees_a_batch_before_it_is_committed(library: Library) -> None:
    with library.batch() as batch:
        batch.put(a_record("jane", "p"), a_portrait("p"))
        assert library.find(people.by_uid("jane")) is None
        assert library.count().people == 0
    assert library.find(people.by_uid("jane")) is not None


def test_sources_and_their_origins_are_told_apart(library: Library) -> None:
    """Also long ones that begin alike, and ones of which one begins with the other."""
    long = "/srv/" + "photographs/" * 20
    names = [HAND, "photos", "photos2", "Büro", long + "a", long + "b"]
    with library.batch() as batch:
        for at, name in enumerate(names):
            for more in range(at + 1):
                batch.put(a_record(f"p{at}.{more}", source=name))
    assert library.sources() == {name: at + 1 for at, name in enumerate(names)}
    for at, name in enumerate(names):
        assert list(library.origins(name)) == [f"p{at}.{more}.jpg" for more in range(at + 1)]
    assert sound(library)


def test_long_and_foreign_origins_are_given_back_whole(library: Library) -> None:
    origins = sorted(["ü/ñ.jpg", "d/" * 400 + "a.jpg", "d/" * 400 + "b.jpg"])
    with library.batch() as batch:
        for at, origin in enumerate(origins):
            batch.put(a_record(f"p{at}", origin=origin))
    assert sorted(library.origins(SOURCE)) == origins
    for at, origin in enumerate(origins):
        found = library.record(SOURCE, origin)
        assert found is not None
        assert found.person.uid == f"p{at}"


def test_origins_of_many_people_come_whole(library: Library) -> None:
    put(library, *((f"p{at:04}", None) for at in range(2100)))
    assert list(library.origins(SOURCE)) == [f"p{at:04}.jpg" for at in range(2100)]


def test_people_are_listed_by_display_name_and_every_cursor_continues(library: Library) -> None:
    names = ["zoe", "Adam", "émile", "adam", "Bea", *(f"x{at}" for at in range(1100))]
    with library.batch() as batch:
        for at, name in enumerate(names):
            record = a_record(f"u{at}", source=SOURCE if at % 2 else "other")
            person = Person.of(uid=f"u{at}", name=name)
            batch.put(type(record)(person, record.source, record.origin))
    listed = list(library.people())
    shown = [record.person.display for _, record in listed]
    assert sorted(shown) == sorted(names)
    assert [name.casefold() for name in shown] == sorted(name.casefold() for name in names)
    for at in (0, 1, 4, 499, 500, 501, len(listed) - 1):
        assert list(library.people(listed[at][0])) == listed[at + 1 :]
    assert list(library.people(source="other")) == [pair for pair in listed if pair[1].source == "other"]


def test_a_listing_goes_on_while_people_come_and_go(library: Library) -> None:
    """Who was there all the time is listed once, whatever happens to others meanwhile."""
    put(library, *((f"p{at:04}", None) for at in range(1200)))
    listed = []
    for at, (_, record) in enumerate(library.people()):
        listed.append(record.person.uid)
        if at == 300:
            with library.batch() as batch:
                for gone in range(0, 1200, 2):
                    batch.remove(SOURCE, f"p{gone:04}.jpg")
                batch.put(a_record("p0000z"))
    stayed = [f"p{at:04}" for at in range(1, 1200, 2)]
    assert [uid for uid in listed if uid in set(stayed)] == stayed


@pytest.mark.parametrize("cursor", ["zz", "0"])
def test_a_cursor_that_is_none_is_a_library_error(library: Library, cursor: str) -> None:
    with pytest.raises(LibraryError):
        list(library.people(cursor))


def test_a_person_is_found_by_their_number(library: Library) -> None:
    put(library, ("jane", "p"))
    name = library.reader().find(people.by_uid("jane"))
    assert name is not None
    assert library.by_number(name[:8]) == a_record("jane", "p")
    assert library.by_number(b"\xff" * 8) is None


@pytest.mark.parametrize("rungs", [LADDER, LADDER[:1], LADDER[:4], (LADDER[2], LADDER[5])])
def test_the_rendition_is_the_one_that_size_and_limit_ask_for(library: Library, rungs: tuple[int, ...]) -> None:
    """Against a plain reading of the interface's words."""
    made = a_portrait("p", rungs)
    with library.batch() as batch:
        batch.put(a_record("jane", "p"), made)

    def expected(size: int, limit: int) -> bytes:
        up = [rung for rung in rungs if rung >= size]
        largest = min(up) if up else max(rungs)
        fitting = [rung for rung in rungs if rung <= largest and (not limit or len(made.renditions[rung]) <= limit)]
        return made.renditions[max(fitting) if fitting else min(rungs)]

    lengths = [len(body) for body in made.renditions.values()]
    for size in {1, 2048, *LADDER, *(rung + 1 for rung in LADDER), *(rung - 1 for rung in LADDER)}:
        for limit in {0, 1, *lengths, *(length - 1 for length in lengths)}:
            shown = library.rendition(people.by_uid("jane"), size, limit)
            assert shown is not None
            assert shown.body == expected(size, limit), (size, limit)
            assert shown.modified == a_record("jane").modified


def test_nobody_has_no_rendition(library: Library) -> None:
    assert library.rendition(people.by_uid("jane"), 48) is None


def test_etags_follow_the_bytes(library: Library) -> None:
    put(library, ("jane", "p"), ("joe", "p"), ("jim", "q"))
    tags = [library.rendition(people.by_uid(who), 48) for who in ("jane", "joe", "jim")]
    jane, joe, jim = (tag.etag for tag in tags if tag)
    assert jane == joe != jim


class TestReader:
    """The photo lane's view."""

    def test_it_gives_what_the_interface_says(self, library: Library) -> None:
        put(library, ("jane", "p"), ("joe", None))
        reader = library.reader()
        name = reader.find(people.by_uid("jane"))
        assert name is not None
        assert int.from_bytes(name[16:20]) == 1_700_000_000
        assert int.from_bytes(name[20:22]) == 0b111, "the three lowest rungs"
        entity = reader.rendition(name[8:16] + (48).to_bytes(2))
        assert entity is not None
        head, _, body = entity.partition(b"\r\n\r\n")
        assert body == a_portrait("p").renditions[48]
        assert head.splitlines()[1] == b"Content-Length: %d" % len(body)
        without = reader.find(people.by_uid("joe"))
        assert without is not None
        assert not any(without[8:16] + without[20:22])
        reader.release()

    def test_what_it_sees_stands_still_until_release(self, library: Library) -> None:
        reader = library.reader()
        assert reader.find(people.by_uid("jane")) is None
        put(library, ("jane", "p"))
        assert reader.find(people.by_uid("jane")) is None
        reader.release()
        assert reader.find(people.by_uid("jane")) is not None
        reader.release()

    def test_it_reads_while_a_batch_is_open(self, library: Library) -> None:
        put(library, ("jane", "p"))
        reader = library.reader()
        with library.batch() as batch:
            batch.remove(SOURCE, "jane.jpg")
            assert reader.find(people.by_uid("jane")) is not None
            reader.release()
            assert reader.find(people.by_uid("jane")) is not None
        reader.release()
        assert reader.find(people.by_uid("jane")) is None
        reader.release()

    @pytest.mark.parametrize("key", [b"", b"u" * 512, b"m" * 100_000])
    def test_keys_that_nobody_can_have_lead_to_nobody(self, library: Library, key: bytes) -> None:
        put(library, ("jane", "p"))
        reader = library.reader()
        assert reader.find(key) is None
        assert reader.rendition(key) is None
        reader.release()


def test_attributes_are_kept_within_bounds(library: Library) -> None:
    long = {"department": "Sales", "b" * 99: "x" * 999, "empty": " ", "": "x", "lines": "one\n two\x1b"}
    long |= {f"z{at:02}": "x" for at in range(50)}
    record = dataclasses.replace(a_record("jane"), attributes=long)
    with library.batch() as batch:
        batch.put(record)
    kept = library.record(record.source, record.origin)
    assert kept is not None
    assert len(kept.attributes) == ATTRIBUTES
    assert kept.attributes["department"] == "Sales"
    assert kept.attributes["lines"] == "one two"
    assert kept.attributes["b" * 60] == "x" * 200
    assert "empty" not in kept.attributes
    assert kept.attributes == bounded(long) == bounded(bounded(long))
    assert sound(library)


class TestNotes:
    def test_a_note_is_there_until_it_is_taken_back(self, library: Library, place: object) -> None:
        assert library.note("state a") is None
        with library.batch() as batch:
            batch.note("state a", "one")
            batch.note("state b", "")
            batch.note("never there", None)
        assert (library.note("state a"), library.note("state b"), library.note("state")) == ("one", "", None)
        with library.batch() as batch:
            batch.note("state a", "two")
            batch.note("state b", None)
        assert (library.note("state a"), library.note("state b")) == ("two", None)
        assert sound(library)

    def test_a_note_of_a_batch_that_fails_is_none(self, library: Library) -> None:
        def fail() -> None:
            with library.batch() as batch:
                batch.note("state a", "one")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert library.note("state a") is None

    def test_notes_are_found_by_the_beginning_of_their_names(self, library: Library) -> None:
        """However many there are, however long their names, and whatever is in them."""
        names = [f"broken a\0{at:04}" for at in range(2300)] + [f"broken a\0{'x' * 2000}{at}" for at in range(3)]
        with library.batch() as batch:
            for name in [*names, "broken ab", "broken", "a", "broken b\0x"]:
                batch.note(name, f"{name}\0\n{{}}")
        assert dict(library.notes("broken a\0")) == {name: f"{name}\0\n{{}}" for name in names}
        assert [name for name, _ in library.notes("broken b")] == ["broken b\0x"]
        assert list(library.notes(f"broken a\0{'x' * 2000}1")) == [(names[-2], f"{names[-2]}\0\n{{}}")]
        assert list(library.notes("z")) == []


def test_a_picture_is_found_by_its_digest_and_its_sizes_are_those_of_its_renditions(library: Library) -> None:
    put(library, ("jane", "p"))
    portrait = a_portrait("p")
    assert library.sizes(portrait.digest) == {rung: len(body) for rung, body in portrait.renditions.items()}
    assert library.picture(portrait.digest, 50) == portrait.renditions[64]
    assert library.picture(portrait.digest, 2000) == portrait.renditions[80]
    assert (library.sizes(bytes(32)), library.picture(bytes(32), 48)) == ({}, None)


class TestSeveralTold:
    """A record that is made of what several sources say; tests/sync/test_arrange.py has any number of them."""

    def test_a_person_is_found_by_all_names_that_are_told_but_for_those_of_others(self, library: Library) -> None:
        one = a_record("jane", "p", source="a", origin="1")
        other = a_record("roe", source="b", origin="2")
        with library.batch() as batch:
            batch.put(
                dataclasses.replace(one, told=(one, other)),
                a_portrait("p"),
                without=Person.of(mails=["roe@example.com"]).index_keys(),
            )
        found = library.find(people.by_uid("roe"))
        assert found is not None
        assert found.person == one.person
        assert found.part("b", "2") == other
        assert library.find(people.by_mail("roe@example.com")) is None
        assert library.record("b", "2") == found
        assert (list(library.origins("b")), library.sources(), library.count().people) == (["2"], {"a": 1, "b": 1}, 1)

    def test_a_part_of_somebody_else_is_refused(self, library: Library) -> None:
        put(library, ("jane", None))
        jane, joe = a_record("jane"), a_record("joe", source="b")
        with library.batch() as batch, pytest.raises(LibraryError, match="somebody else"):
            batch.put(dataclasses.replace(joe, told=(joe, dataclasses.replace(jane, person=joe.person))))
        assert sound(library)

    def test_whoever_is_hidden_is_found_by_nobody_and_keeps_the_photo(self, library: Library) -> None:
        put(library, ("jane", "p"))
        with library.batch() as batch:
            batch.put(a_record("jane", "p", hidden=5))
        assert library.find(people.by_uid("jane")) is None
        assert (library.count().people, library.count().with_photo, library.count().pictures) == (0, 0, 1)
        assert library.version(SOURCE, "jane.jpg") is None
        assert library.record(SOURCE, "jane.jpg") == a_record("jane", "p", hidden=5)
        assert sound(library)
        with library.batch() as batch:
            batch.put(a_record("jane", "p"))
        assert library.rendition(people.by_uid("jane"), 48) is not None
        assert sound(library)
        with library.batch() as batch:
            batch.put(a_record("jane", "p", hidden=5))
            batch.remove(SOURCE, "jane.jpg")
        assert library.count().pictures == 0
        assert sound(library)
