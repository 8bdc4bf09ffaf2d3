"""`check` finds every kind of damage: each is planted by hand, in every table."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from limner import people
from limner.errors import LibraryError
from limner.library import EmbeddedLibrary, entity
from limner.library.embedded.layout import TABLES

from .samples import SOURCE, a_portrait, a_record


@pytest.fixture
def library(tmp_path: Path) -> Iterator[EmbeddedLibrary]:
    library = EmbeddedLibrary(str(tmp_path / "library"), create=True)
    with library.batch() as batch:
        batch.put(a_record("jane", "p"), a_portrait("p"))
        batch.put(a_record("joe", "p"))
        batch.put(a_record("jim", "q"), a_portrait("q"))
        batch.put(a_record("jack"))
    yield library
    library.close()


Damage = Callable[[bytes, bytes], tuple[bytes, bytes] | None]


def plant(library: EmbeddedLibrary, table: str, at: int, damage: Damage) -> None:
    """Change the row number `at` of a table; a damage gives the new key and value, or None for no row."""
    with library.env.begin(write=True, db=library.table[table]) as txn:
        key, value = list(txn.cursor())[at]
        txn.delete(key)
        changed = damage(key, value)
        if changed is not None:
            txn.put(*changed)


def flip(text: bytes, at: int) -> bytes:
    return text[:at] + bytes([text[at] ^ 1]) + text[at:][1:]


DAMAGES: dict[str, Damage] = {
    "gone": lambda key, value: None,
    "first byte of the key": lambda key, value: (flip(key, 0), value),
    "last byte of the key": lambda key, value: (flip(key, len(key) - 1), value),
    "first byte": lambda key, value: (key, flip(value, 0) if value else b"x"),
    "middle byte": lambda key, value: (key, flip(value, len(value) // 2) if value else b"x"),
    "cut short": lambda key, value: (key, value[:-1]),
    "emptied": lambda key, value: (key, b""),
    "made longer": lambda key, value: (key, value + b"\0"),
}
HARMLESS = {
    ("order", "first byte"), ("order", "middle byte"), ("order", "cut short"),
    ("order", "emptied"), ("order", "made longer"),
}  # fmt: skip  # its values are empty and nobody reads them


def rows(library: EmbeddedLibrary, table: str) -> int:
    with library.env.begin() as txn:
        return int(txn.stat(library.table[table])["entries"])


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("table", [name for name in TABLES if name != "meta"])
def test_damage_to_any_row_is_found(library: EmbeddedLibrary, table: str, kind: str) -> None:
    if (table, kind) in HARMLESS:
        return
    assert list(library.check()) == []
    for at in range(rows(library, table)):
        with library.env.begin() as txn:
            before = {name: list(txn.cursor(db=library.table[name])) for name in TABLES}
        plant(library, table, at, DAMAGES[kind])
        assert list(library.check()), f"row {at}: {before[table][at]}"
        with library.env.begin(write=True) as txn:
            txn.drop(library.table[table], delete=False)
            for key, value in before[table]:
                txn.put(key, value, db=library.table[table])
    assert list(library.check()) == []


@pytest.mark.parametrize("counter", [b"people", b"shown", b"next person", b"next picture"])
@pytest.mark.parametrize("value", [bytes(8), (1).to_bytes(8), None])
def test_counters_that_do_not_count_are_found(library: EmbeddedLibrary, counter: bytes, value: bytes | None) -> None:
    with library.env.begin(write=True, db=library.table["meta"]) as txn:
        txn.delete(counter)
        if value is not None:
            txn.put(counter, value)
    assert list(library.check())


def test_a_whole_rendition_of_nobody_is_found(library: EmbeddedLibrary) -> None:
    with library.env.begin(write=True, db=library.table["renditions"]) as txn:
        txn.put((99).to_bytes(8) + (48).to_bytes(2), entity.pack(b"stray"))
    assert [fault.what for fault in library.check()] == ["belongs to no picture"]


def test_a_fault_says_where(library: EmbeddedLibrary) -> None:
    plant(library, "renditions", 0, DAMAGES["made longer"])
    assert [(fault.where, fault.what) for fault in library.check()] == [
        ("picture 1 at 48 px", "its bytes are not those that were stored")
    ]


@pytest.mark.parametrize(
    "use",
    [
        lambda library: library.find(people.by_uid("jane")),
        lambda library: list(library.people()),
        lambda library: list(library.origins(SOURCE)),
        lambda library: library.rendition(people.by_uid("jane"), 48),
        lambda library: library.record(SOURCE, "jane.jpg"),
        lambda library: _change(library, "jane"),
        lambda library: _change(library, "new"),
    ],
)
@pytest.mark.parametrize("kind", ["gone", "cut short", "emptied"])
@pytest.mark.parametrize("table", [name for name in TABLES if name != "meta"])
def test_a_damaged_library_raises_nothing_but_library_errors(
    library: EmbeddedLibrary, table: str, kind: str, use: Callable[[EmbeddedLibrary], Any]
) -> None:
    for _ in range(20):  # a change makes rows anew: it need not come to an end
        if not rows(library, table):
            break
        plant(library, table, 0, DAMAGES[kind])
        with contextlib.suppress(LibraryError):
            use(library)
        if kind != "gone":
            break


def _change(library: EmbeddedLibrary, who: str) -> None:
    with library.batch() as batch:
        batch.remove(SOURCE, "jim.jpg")
        batch.put(a_record(who, "z"), a_portrait("z"))
