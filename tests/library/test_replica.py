"""A replica knows how far it has got and whose pictures are to come, and is thrown away when it is damaged."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from limner import people
from limner.library.embedded.replica import Replica, open_sound
from limner.library.engine import Row
from limner.library.record import Record

from .samples import a_portrait, a_record


@dataclass
class Step:
    rows: list[Row]
    position: int
    marks: list[tuple[bytes, int, bytes]] = field(default_factory=list)
    notes: list[tuple[str, str | None]] = field(default_factory=list)


def row(number: int, record: Record | None) -> Row:
    names = frozenset(record.person.index_keys() if record else ())
    return Row(number.to_bytes(8), record, names)


def test_people_are_there_before_their_pictures(tmp_path: Path) -> None:
    replica = Replica(tmp_path)
    replica.apply("x", Step([row(1, a_record("jane", "p")), row(2, a_record("joe", "p")), row(3, a_record("jim"))], 7))
    assert replica.position() == ("x", 7)
    key = people.by_uid("jane")
    assert replica.library.find(key) == a_record("jane", "p")
    assert replica.library.rendition(key, 48) is None
    digest = a_portrait("p").digest
    assert replica.lacking(9) == [((1).to_bytes(8), digest), ((2).to_bytes(8), digest)]
    assert replica.lacks(key) == ((1).to_bytes(8), digest)
    assert replica.lacks(people.by_uid("jim")) is None
    replica.take_in([((1).to_bytes(8), a_portrait("p"))])
    assert replica.library.rendition(key, 48) is not None
    assert (replica.count_lacking(), replica.lacks(key)) == (1, None)
    replica.take_in([((2).to_bytes(8), a_portrait("p"))])
    assert replica.count_lacking() == 0
    assert list(replica.library.check()) == []
    replica.close()


def test_a_picture_that_comes_too_late_is_not_shown(tmp_path: Path) -> None:
    replica = Replica(tmp_path)
    replica.apply("x", Step([row(1, a_record("jane", "p")), row(2, a_record("joe", "p"))], 1))
    replica.apply("x", Step([row(1, a_record("jane", "q")), row(2, None)], 2))
    replica.take_in([((1).to_bytes(8), a_portrait("p")), ((2).to_bytes(8), a_portrait("p"))])
    assert replica.library.rendition(people.by_uid("jane"), 48) is None
    assert replica.library.count().pictures == 1
    assert list(replica.library.check()) == []
    replica.close()


def test_names_that_go_over_to_another_one_lead_there(tmp_path: Path) -> None:
    """Even where the one who loses them follows later."""
    replica = Replica(tmp_path)
    replica.apply("x", Step([row(1, a_record("jane", "p")), row(2, a_record("joe"))], 1))
    taken = a_record("jane", origin="2.jpg")
    replica.apply("x", Step([row(2, taken)], 2))
    assert replica.library.find(people.by_uid("jane")) == taken
    replica.apply("x", Step([row(1, a_record("roe", "p", origin="jane.jpg"))], 3))
    assert replica.library.find(people.by_uid("jane")) == taken
    assert list(replica.library.check()) == []
    replica.close()


def test_one_that_is_damaged_is_thrown_away_and_nothing_else_is(tmp_path: Path) -> None:
    replica, anew = open_sound(tmp_path)
    replica.apply("x", Step([row(at, a_record(f"p{at}")) for at in range(1, 200)], 1))
    replica.close()
    (tmp_path / "budgets").write_bytes(b"kept")
    assert not anew
    file = tmp_path / "data.mdb"
    file.write_bytes(file.read_bytes()[:30_000])
    replica, anew = open_sound(tmp_path)
    assert anew
    assert replica.position() == ("", 0)
    assert (tmp_path / "budgets").read_bytes() == b"kept"
    replica.close()
