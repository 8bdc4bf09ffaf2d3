"""Migrations go forward, once, and old nodes work on for as long as they can."""

from __future__ import annotations

import threading

import pytest
from tests.library.samples import a_record

from limner.errors import LibraryError
from limner.library import is_there, open_library
from limner.library.shared import schema
from limner.library.shared.schema import MIGRATIONS, Migration
from limner.settings import SharedPlace
from shared_servers import Postgres, needs_postgres

pytestmark = needs_postgres
NOW = [(migration.version, migration.needs) for migration in MIGRATIONS]
LATER = len(MIGRATIONS) + 1
NEXT = Migration(LATER, 1, "alter table limner.people add column more text not null default 'x'")


def versions(postgres: Postgres) -> list[tuple[object, ...]]:
    return postgres.run("select version, needs from limner.versions order by version", "photos")


def test_versions_rise_by_one_and_what_they_need_is_older() -> None:
    assert [migration.version for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    assert all(migration.needs <= migration.version for migration in MIGRATIONS)


def test_many_nodes_that_start_at_once_make_the_tables_once(shared_place: SharedPlace, postgres: Postgres) -> None:
    assert not is_there(shared_place)
    failed: list[BaseException] = []

    def start() -> None:
        try:
            open_library(shared_place, create=True).close()
        except BaseException as why:  # noqa: BLE001
            failed.append(why)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert is_there(shared_place)
    assert versions(postgres) == NOW


def test_an_older_node_works_on_after_a_migration_that_only_adds(
    shared_place: SharedPlace, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = open_library(shared_place, create=True)
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", [*MIGRATIONS, NEXT])
        new = open_library(shared_place)
        assert versions(postgres)[-1] == (LATER, 1)
    with old.batch() as batch:
        batch.put(a_record("jane"))
    assert [record.person.uid for _, record in new.people()] == ["jane"]
    open_library(shared_place).close()
    for library in (old, new):
        library.close()


def test_a_node_that_is_too_old_says_so(shared_place: SharedPlace, postgres: Postgres) -> None:
    open_library(shared_place, create=True).close()
    postgres.run("insert into limner.versions (version, needs) values (9, 9)", "photos")
    with pytest.raises(LibraryError, match="newer limner") as caught:
        open_library(shared_place, create=True)
    assert caught.value.hint == "update limner on this machine"
    assert versions(postgres)[-1] == (9, 9)


def test_a_migration_that_fails_leaves_the_version_before(
    shared_place: SharedPlace, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_library(shared_place, create=True).close()
    broken = Migration(LATER, 1, "alter table limner.people add column more text; select 1 / 0")
    monkeypatch.setattr(schema, "MIGRATIONS", [*MIGRATIONS, broken])
    with pytest.raises(LibraryError, match="division by zero"):
        open_library(shared_place)
    assert versions(postgres) == NOW
    assert not postgres.run("select 1 from information_schema.columns where column_name = 'more'", "photos")
