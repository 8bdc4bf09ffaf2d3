"""Whatever is damaged in a shared library, a check finds it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.library.samples import a_portrait, a_record

from limner.library import Library, open_library
from limner.people import Person
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, needs_postgres

pytestmark = needs_postgres

DAMAGE = [
    "delete from limner.names where key = 'ujane'",
    "update limner.names set number = 2 where key = 'ujane'",
    "insert into limner.names values ('ustray', 99)",
    "delete from limner.parts where number = 1",
    "update limner.parts set version = 'other' where number = 1",
    "update limner.parts set hidden = true where number = 1",
    "update limner.parts set picture = null where number = 1",
    "insert into limner.parts select 'x', source, origin, 99, version, hidden, null from limner.parts limit 1",
    "update limner.people set place = 'elsewhere' where number = 1",
    "update limner.people set modified = 5 where number = 1",
    "update limner.people set audience = 0 where number = 2",
    "update limner.people set picture = null where number = 1",
    "update limner.people set picture = 2 where number = 1",
    "update limner.people set record = '{' where number = 1",
    "delete from limner.people where number = 1",
    "update limner.pictures set digest = 'x' where number = 1",
    "update limner.pictures set sum = 'x' where number = 1",
    "update limner.pictures set sizes[1] = 5 where number = 1",
    "insert into limner.pictures select 99, 'x', 1, rungs, sizes, place, sum, bytes from limner.pictures limit 1",
    "update limner.state set person = 1",
    "update limner.state set picture = 1",
    "update limner.state set seq = 0",
]


@pytest.fixture
def library(postgres: Postgres, tmp_path: Path) -> Library:
    library = open_library(SharedPlace(postgres.fresh(), f"file://{tmp_path}", Shared()), create=True)
    with library.batch() as batch:
        batch.hide([next(iter(Person.of(uid="joe").index_keys()))], "insiders")
        batch.put(a_record("jane", "p"), a_portrait("p"))
        batch.put(a_record("joe", "q"), a_portrait("q"))
    assert list(library.check()) == []
    return library


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_any_table_is_found(library: Library, postgres: Postgres, damage: str) -> None:
    postgres.run(damage, "photos")
    assert list(library.check())
    library.close()


@pytest.mark.parametrize("how", ["half", "other", "gone"])
def test_damage_to_a_picture_in_the_store_is_found(library: Library, tmp_path: Path, how: str) -> None:
    file = next(file for file in tmp_path.rglob("*") if file.is_file())
    raw = file.read_bytes()
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(raw[: len(raw) // 2] if how == "half" else raw[:-1] + b"?")
    faults = list(library.check())
    assert [fault.where for fault in faults] in (["picture 1"], ["picture 2"])
    assert ("lacks" if how == "gone" else "damaged, or half") in faults[0].what
    library.close()
