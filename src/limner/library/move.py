"""A library from one place to another, of whatever engines, while it is used.

Rows that differ are copied, round after round, until few change meanwhile; the last round holds the source's batch, so
that nothing can. Whoever is interrupted goes on from what is there. In the end both must tell the same: a digest over
all people, names, hidden names and notes, and every picture as it was read from the one and from the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from limner.errors import LibraryError
from limner.library.engine import Batch, Library, Row
from limner.library.record import encode

STEP = 100  # people of a batch
ROUNDS = 5  # while the source is used, at most
FEW = 20  # changes of a round, after which the last one is held

Each = TypeVar("Each")
Progress = Callable[[str, int, int], None]
"""What is done, how much of it, and of how much."""


@dataclass(slots=True)
class Moved:
    """What was done: people written, people taken away that the source does not have, and the digest of both."""

    written: int = 0
    removed: int = 0
    pictures: int = 0
    digest: str = ""


def move(source: Library, target: Library, tell: Progress) -> Moved:
    """Make the target be as the source is. Raises LibraryError; what was copied by then stays, and is not copied again.

    Whoever is in the target and not in the source is removed.
    """
    done = Moved()
    for _ in range(ROUNDS):
        before = done.written + done.removed
        _round(source, target, done, tell)
        if done.written + done.removed - before <= FEW:
            break
    verified: set[bytes] = set()
    _verify_pictures(source, target, verified, tell)
    with source.batch():  # nobody else writes meanwhile; in a shared library, on no machine
        _round(source, target, done, tell)
        done.digest = digest(source)
        if digest(target) != done.digest:
            raise LibraryError("the two libraries differ after the move", hint="run it again; the source is as it was")
        _verify_pictures(source, target, verified, tell)
    return done


def differences(source: Library, target: Library | None) -> tuple[int, int]:
    """Count the people that a move would write, and those that it would remove."""
    if target is None:
        return sum(1 for _ in source.rows()), 0
    changed = sum((held := target.row(row.number)) is None or _print(held) != _print(row) for row in source.rows())
    return changed, sum(source.row(row.number) is None for row in target.rows())


def digest(library: Library) -> str:
    """Give a digest of all that a library says: people with their numbers and names, hidden names, notes."""
    sha = hashlib.sha256()
    for row in library.rows():
        sha.update(row.number + _print(row))
    for key, audience, together in library.marks():
        sha.update(hashlib.sha256(key).digest() + bytes([audience]) + together)
    for name, text in library.notes(""):
        sha.update(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest())
        sha.update(hashlib.sha256(text.encode()).digest())
    return sha.hexdigest()


def _print(row: Row) -> bytes:
    assert row.record is not None
    sha = hashlib.sha256(encode(row.record))
    for name in sorted(row.names):
        sha.update(hashlib.sha256(name).digest())
    return sha.digest()


def _round(source: Library, target: Library, done: Moved, tell: Progress) -> None:
    """Copy what differs: first who is gone, for their names may belong to others now."""
    people = source.count().people
    gone = [row.number for row in target.rows() if source.row(row.number) is None]
    for step in _steps(gone):
        with target.batch() as batch:
            for number in step:
                batch.restore(Row(number, None))
        done.removed += len(step)
    seen = 0
    for rows in _steps(source.rows()):
        changed = [row for row in rows if (held := target.row(row.number)) is None or _print(held) != _print(row)]
        if changed:
            with target.batch() as batch:
                for row in changed:
                    done.pictures += _restore(source, target, batch, row)
            done.written += len(changed)
        seen += len(rows)
        tell("people", min(seen, people), people)
    _marks_and_notes(source, target)


def _restore(source: Library, target: Library, batch: Batch, row: Row) -> int:
    """Copy a person, with the pictures that the target does not have; gives how many."""
    assert row.record is not None
    digests = {part.digest for part in (row.record, *row.record.parts) if part.digest is not None}
    lacking = [digest for digest in digests if not target.sizes(digest)]
    for digest in lacking:
        portrait = source.portrait(digest)
        if portrait is None:
            raise LibraryError(
                f"the library lacks a picture of {row.record.person.label}", hint="`limner library check` names all"
            )
        batch.take_in(portrait)
    batch.restore(row)
    return len(lacking)


def _marks_and_notes(source: Library, target: Library) -> None:
    marks, held = ({key: (who, mark) for key, who, mark in library.marks()} for library in (source, target))
    notes, kept = (dict(library.notes("")) for library in (source, target))
    if marks == held and notes == kept:
        return
    with target.batch() as batch:
        for key in held.keys() - marks.keys():
            batch.mark(key, 0, b"")
        for key, (audience, together) in marks.items():
            batch.mark(key, audience, together)
        for name in kept.keys() - notes.keys():
            batch.note(name, None)
        for name, text in notes.items():
            if kept.get(name) != text:
                batch.note(name, text)


def _verify_pictures(source: Library, target: Library, verified: set[bytes], tell: Progress) -> None:
    """Read all pictures from both that are not verified yet, and see that they are the same. Raises LibraryError."""
    labels: dict[bytes, str] = {}
    for row in source.rows():
        assert row.record is not None
        labels |= {part.digest: row.record.person.label for part in row.record.parts if part.digest is not None}
    new = labels.keys() - verified
    for at, original in enumerate(new, 1):
        held, there = source.portrait(original), target.portrait(original)
        if held is not None and (there is None or held.renditions != there.renditions):
            raise LibraryError(f"the picture of {labels[original]} is not the same after the move", hint="run it again")
        tell("pictures verified", at, len(new))
    verified |= new


def _steps(items: Iterable[Each]) -> Iterator[list[Each]]:
    step: list[Each] = []
    for item in items:
        step.append(item)
        if len(step) == STEP:
            yield step
            step = []
    if step:
        yield step
