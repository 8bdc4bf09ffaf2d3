"""What holds for every kind of place: a folder, OpenSSH's server, a store that speaks S3."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from limner.errors import PublishError
from limner.publish.files import target_of
from limner.publish.files.run import ENOUGH, publish
from limner.publish.files.target import RefusedError

from .conftest import Site, body

JANE, JOE = "jane@example.com.jpg", "joe@example.com.jpg"


def test_what_is_there_afterwards_is_what_the_library_shows(site: Site) -> None:
    site.has("jane")
    site.has("joe")
    report = site.publish()
    assert site.read() == {JANE: body("face of jane"), JOE: body("face of joe")}
    assert sorted(report.added) == [JANE, JOE]
    assert not report.wanting


def test_a_second_run_writes_nothing(site: Site) -> None:
    site.has("jane")
    site.publish()
    report = site.publish()
    assert (report.kept, report.added, report.changed, report.mended) == (1, [], [], [])


def test_a_new_photo_replaces_the_old_one_and_a_leavers_goes(site: Site) -> None:
    site.has("jane")
    site.has("joe")
    site.publish()
    site.has("jane", "a new face")
    site.leaves("joe")
    report = site.publish(max_removals=1)
    assert (report.changed, report.removed) == ([JANE], [JOE])
    assert site.read() == {JANE: body("a new face")}
    assert site.publish().kept == 1


def test_files_that_somebody_else_changed_or_removed_are_mended(site: Site) -> None:
    for who in ("jane", "joe", "ann"):
        site.has(who)
    site.publish()
    site.write(JANE, b"rubbish")
    site.remove(JOE)
    report = site.publish()
    assert (sorted(report.mended), report.kept) == ([JANE, JOE], 1)
    assert site.read()[JANE] == body("face of jane")
    assert site.read()[JOE] == body("face of joe")


def test_a_file_of_the_same_length_is_still_seen_as_another(site: Site) -> None:
    site.has("jane")
    site.publish()
    if site.table.kind == "sftp":  # its times are in seconds: this one is not to be the same
        from limner.publish.files.manifest import manifest_of

        with manifest_of(site.table.manifests, site.table.label, site.table.place, change=True) as manifest:
            written = manifest.files[JANE]
            assert written.seen is not None
            written.seen = written.seen._replace(stamp="1.0")
            manifest.save()
    else:
        site.write(JANE, body("face of jane")[::-1])
    assert site.publish().mended == [JANE]


def test_what_limner_did_not_write_is_left_alone_and_told(site: Site) -> None:
    site.has("jane")
    site.write(JANE, b"somebody's own")
    site.write("index.html", b"hello")
    report = site.publish()
    assert report.foreign == [JANE]
    assert report.wanting
    assert site.read() == {JANE: b"somebody's own", "index.html": b"hello"}


def test_it_is_taken_over_when_that_is_asked_for(site: Site) -> None:
    site.has("jane")
    site.write(JANE, b"somebody's own")
    assert site.publish(adopt=True).changed == [JANE]
    assert site.read() == {JANE: body("face of jane")}


def test_a_dry_run_says_it_all_and_does_nothing(site: Site) -> None:
    site.has("jane")
    report = site.publish(dry_run=True)
    assert report.added == [JANE]
    assert site.read() == {}
    assert not site.table.manifests.exists()


def test_mass_removal_is_stopped_before_anything_is_done(site: Site) -> None:
    for who in ("jane", "joe"):
        site.has(who)
    site.publish()
    site.leaves("joe")
    site.has("ann")
    before = site.read()
    with pytest.raises(PublishError, match=r"1 of 2 files would be removed, more than 10%"):
        site.publish()
    assert site.read() == before


def test_folders_are_made(site: Site) -> None:
    site.set(names="people/{uid}/photo.jpg")
    site.has("jane")
    site.publish()
    assert list(site.read()) == ["people/jane/photo.jpg"]
    assert site.publish().kept == 1


def test_hidden_people_are_not_published_and_go_when_they_are_hidden(site: Site) -> None:
    for who in ("jane", "joe", "ann"):
        site.has(who)
    site.publish()
    with site.library.batch() as batch:
        (jane,) = batch.hide(site.library.record("photos", "jane.jpg").person.index_keys(), "insiders")  # type: ignore[union-attr]
        batch.hide(site.library.record("photos", "joe.jpg").person.index_keys(), "nobody")  # type: ignore[union-attr]
    assert jane.person.uid == "jane"
    site.publish(max_removals=1)
    assert list(site.read()) == ["ann@example.com.jpg"]
    site.set(insiders=True)
    site.publish()
    assert sorted(site.read()) == ["ann@example.com.jpg", JANE]


@pytest.mark.parametrize("dies", [True, False], ids=["killed", "cut off"])
def test_a_run_that_was_cut_goes_on_from_there(site: Site, monkeypatch: pytest.MonkeyPatch, dies: bool) -> None:
    """What was written is not written again, what was not is; nothing is taken for foreign."""
    monkeypatch.setattr("limner.publish.files.run.STEP", 10)
    for number in range(45):
        site.has(f"p{number:02}")
    target = target_of(site.table)
    put, done = target.put, []

    async def stops(path: str, text: bytes) -> None:
        if len(done) == 25:
            raise PublishError("gone")
        done.append(path)
        await put(path, text)

    async def nothing(self: object, report: object) -> None:
        """As for a process that was killed: it has no last words."""

    target.put = stops  # type: ignore[method-assign]
    with monkeypatch.context() as during:
        if dies:
            during.setattr("limner.publish.files.run._Work._settle", nothing)
        with pytest.raises(PublishError, match="gone"):
            publish(site.library, site.table, target)
    assert 0 < len(site.read()) < 45
    report = site.publish()
    assert report.foreign == []
    assert len(report.added) + len(report.mended) <= 45 - 20
    assert len(site.read()) == 45
    assert site.publish().kept == 45


def test_one_file_that_is_refused_does_not_keep_the_others(site: Site) -> None:
    for who in ("jane", "joe"):
        site.has(who)
    target = target_of(site.table)
    put = target.put

    async def refuses(path: str, text: bytes) -> None:
        if path == JANE:
            raise RefusedError("no room")
        await put(path, text)

    target.put = refuses  # type: ignore[method-assign]
    report = publish(site.library, site.table, target)
    assert [each.where for each in report.refused] == [JANE]
    assert list(site.read()) == [JOE]
    assert site.publish().mended == [JANE]


def test_a_place_that_refuses_everything_is_given_up(folder_site: Site) -> None:
    for number in range(ENOUGH + 5):
        folder_site.has(f"p{number}")
    target = target_of(folder_site.table)

    async def refuses(path: str, text: bytes) -> None:
        raise RefusedError("disk full")

    target.put = refuses  # type: ignore[method-assign]
    with pytest.raises(PublishError, match="refused, the last: disk full"):
        publish(folder_site.library, folder_site.table, target)


def test_a_photo_that_goes_while_it_is_published_is_not_written(folder_site: Site) -> None:
    folder_site.has("jane")
    target = target_of(folder_site.table)
    listing = target.listing

    async def then_she_leaves(folders: Any) -> Any:
        found = await listing(folders)
        with contextlib.suppress(AssertionError):
            folder_site.leaves("jane")
        return found

    target.listing = then_she_leaves  # type: ignore[method-assign]
    publish(folder_site.library, folder_site.table, target)
    assert folder_site.read() == {}


def test_the_byte_limit_takes_a_smaller_size(folder_site: Site) -> None:
    folder_site.set(bytes=3070)
    folder_site.has("jane")
    folder_site.publish()
    assert folder_site.read()[JANE] == body("face of jane", 64)


def test_another_size_writes_all_anew(folder_site: Site) -> None:
    folder_site.has("jane")
    folder_site.publish()
    folder_site.set(size=48)
    assert folder_site.publish().changed == [JANE]
    assert folder_site.read()[JANE] == body("face of jane", 48)
