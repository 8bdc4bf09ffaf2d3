"""What batches of a shared library promise each other: an order without a gap, and no picture lost or left."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
from tests.library.samples import SOURCE, a_portrait, a_record

from limner import people
from limner.errors import LibraryError
from limner.library import open_library
from limner.picture import RECIPE
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, needs_postgres

pytestmark = needs_postgres


def test_concurrent_writers_never_make_a_reader_skip_a_change(shared_place: SharedPlace, postgres: Postgres) -> None:
    """Whoever sees change n sees all before it: looked for by a reader while six connections write."""
    open_library(shared_place, create=True).close()
    stop = threading.Event()
    skipped: list[object] = []
    looks = 0

    def read() -> None:
        nonlocal looks
        with psycopg.connect(shared_place.url, autocommit=True) as connection:
            while not stop.is_set():
                row = connection.execute(
                    "select s.seq, (select count(distinct changed) from limner.notes), "
                    "(select coalesce(max(changed), 0) from limner.notes) from limner.state s"
                ).fetchone()
                looks += 1
                if row is None or len(set(row)) != 1:
                    skipped.append(row)

    def write(who: int) -> None:
        library = open_library(shared_place)
        for at in range(25):
            try:
                with library.batch() as batch:
                    batch.note(f"{who} {at}", "x")
                    if at % 5 == 4:
                        raise InterruptedError
            except InterruptedError:
                pass
        library.close()

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(who,)) for who in range(6)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert looks > 10
    assert skipped == []
    assert postgres.run("select seq from limner.state", "photos") == [(6 * 20,)], "a batch that fails takes no number"


def test_a_batch_that_changes_nothing_is_no_change(shared_place: SharedPlace, postgres: Postgres) -> None:
    library = open_library(shared_place, create=True)
    with library.batch() as batch:
        assert not batch.remove("photos", "nobody.jpg")
    library.close()
    assert postgres.run("select seq from limner.state", "photos") == [(0,)]


def test_what_is_acknowledged_is_on_disk_whatever_the_servers_default(
    shared_place: SharedPlace, postgres: Postgres
) -> None:
    postgres.run("alter database photos set synchronous_commit = off")
    try:
        library = open_library(shared_place, create=True)
        with library.batch() as batch:
            found = batch._connection.execute("show synchronous_commit").fetchone()  # type: ignore[attr-defined]
        library.close()
    finally:
        postgres.run("alter database photos reset synchronous_commit")
    assert found == ("on",)


def objects(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def test_the_store_holds_what_somebody_has_and_nothing_else(postgres: Postgres, tmp_path: Path) -> None:
    """Not what a failed batch brought, not what nobody has any more."""
    library = open_library(SharedPlace(postgres.fresh(), f"file://{tmp_path}", Shared()), create=True)
    with library.batch() as batch:
        batch.put(a_record("jane", "p"), a_portrait("p"))
    assert len(objects(tmp_path)) == 1

    def fail() -> None:
        with library.batch() as batch:
            batch.put(a_record("joe", "q"), a_portrait("q"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(objects(tmp_path)) == 1
    with library.batch() as batch:
        batch.remove(SOURCE, "jane.jpg")
    assert objects(tmp_path) == []
    library.close()


def test_a_picture_that_could_not_be_deleted_is_deleted_with_the_next(postgres: Postgres, tmp_path: Path) -> None:
    place = SharedPlace(postgres.fresh(), f"file://{tmp_path}/pictures", Shared())
    library = open_library(place, create=True)
    with library.batch() as batch:
        batch.put(a_record("jane", "p"), a_portrait("p"))
        batch.put(a_record("joe", "q"), a_portrait("q"))
    held = library._shelf.delete  # type: ignore[attr-defined]

    def away(*_: object) -> None:
        raise LibraryError("the store is away")

    library._shelf.delete = away  # type: ignore[attr-defined]
    with library.batch() as batch:
        batch.remove(SOURCE, "jane.jpg")
    assert len(objects(tmp_path)) == 2
    library._shelf.delete = held  # type: ignore[attr-defined]
    with library.batch() as batch:
        batch.remove(SOURCE, "joe.jpg")
    assert objects(tmp_path) == []
    assert list(library.check()) == []
    library.close()


def test_a_writer_that_is_cut_off_leaves_nothing_and_the_next_one_goes_on(
    shared_place: SharedPlace, postgres: Postgres
) -> None:
    library = open_library(shared_place, create=True)

    def cut_off() -> None:
        with library.batch() as batch:
            batch.put(a_record("jane", "p"), a_portrait("p"))
            batch.find(b"x")
            postgres.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'photos'")
            batch.put(a_record("joe", "q"), a_portrait("q"))

    with pytest.raises(LibraryError, match=r"does not answer|went away"):
        cut_off()
    assert library.find(people.by_uid("jane")) is None, "it connects again by itself"
    with library.batch() as batch:
        batch.put(a_record("jane", "p"), a_portrait("p"))
    assert library.has_picture(a_portrait("p").digest, RECIPE)
    assert list(library.check()) == []
    library.close()
