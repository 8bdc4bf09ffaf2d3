"""What a sync would do: compare what a source has with what the library has, and decide whose photo counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from limner.errors import SyncRefusedError
from limner.library import HAND, Library
from limner.library.record import bounded
from limner.picture import RECIPE
from limner.sources import Found, Gone, Loaded, Reading, Refused, Source
from limner.sync.memory import Memory
from limner.sync.report import Report
from limner.sync.spool import Spool

Progress = Callable[[str, int, int | None], None]
"""Told of what is being done, how many are done, and how many there are (None: not known)."""

Owner = tuple[str, str]
"""Whose a record is: source and origin."""


@dataclass(slots=True)
class Plan:
    """What to do with one source.

    `store`: people to store, with the photo's file; the origins of those that the library does not have are in `new`.
    `leave`: origins to remove; `moved` leads from an origin to store to those whose person it takes over.
    `waiting`: people of whom another source is about to store a photo, in case that photo turns out to be bad.
    `above`: the sources that outrank this one. `known`: how many people the library has from this source.
    `source` is open until the plan is carried out, for photos to be fetched; None for a plan that failed. `reading`
    and `memory` are what the next sync will want to know; `forget`: origins whose broken photo is gone.
    """

    report: Report
    source: Source | None = None
    memory: Memory | None = None
    reading: Reading = field(default_factory=Reading)
    forget: set[str] = field(default_factory=set)
    above: frozenset[str] = frozenset()
    store: list[Found] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    leave: set[str] = field(default_factory=set)
    moved: dict[str, set[str]] = field(default_factory=dict)
    waiting: list[tuple[Found, Owner]] = field(default_factory=list)
    known: int = 0
    complete: bool = True

    def guard(self, max_removals: float) -> None:
        """Stop a plan that would remove more than a share of the source's people. Raises SyncRefusedError."""
        gone = len(self.report.removed)
        if gone > max_removals * self.known + 1e-9:  # 0.29 * 100 is a little less than 29
            raise SyncRefusedError(
                f"source {self.report.source!r}: this sync would remove {gone} of {self.known} people"
                f" ({gone / self.known:.0%}; at most {max_removals:.0%} are allowed): nothing was done",
                hint="if they are really gone: `limner sync --max-removals "
                f"{-(-100 * gone // self.known)}%`; `--dry-run --max-removals 100%` names them",
            )

    def take(self, found: Found) -> None:
        """Plan to store somebody."""
        self.store.append(found)
        (self.report.added if found.origin in self.new else self.report.changed).append(found.person.label)

    def give_up(self, found: Found) -> None:
        """Take back that somebody is stored; the record that they would have taken over stays."""
        (self.report.added if found.origin in self.new else self.report.changed).remove(found.person.label)
        self.leave -= self.moved.get(found.origin, set())


class Ranks:
    """Whose photo counts, over all sources of a run: one added by hand, then sources in the order of the settings.

    Plans are made in that order before any is applied; so each learns here what those before it will do: whose names
    are `claimed`, whose records are `leaving` or `outranked`. `failed` are claims whose photo turned out to be bad.
    """

    def __init__(self, order: Sequence[str]) -> None:
        self.order = order
        self.claimed: dict[bytes, Owner] = {}
        self.leaving: set[Owner] = set()
        self.outranked: set[Owner] = set()
        self.failed: set[Owner] = set()

    def above(self, source: str) -> frozenset[str]:
        """Give the sources that outrank one."""
        return frozenset((HAND, *self.order[: self.order.index(source)]))


def stored_version(found: Found) -> str:
    """Give the version as the library keeps it: it changes with the photo, with what is told of the person, and with
    the recipe.
    """
    told = repr(found.person) + (repr(bounded(found.attributes)) if found.attributes else "")
    names = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{RECIPE}.{names}.{found.version}"


@dataclass(frozen=True, slots=True)
class Desk:
    """What all plans of a run are made with; `full`: everybody is read, and broken photos are tried again."""

    library: Library
    ranks: Ranks
    spool: Spool
    photo_bytes: int
    tell: Progress
    full: bool = False


def make(desk: Desk, source: Source, memory: Memory) -> Plan:
    """Make the plan for one source. Raises SourceError, LibraryError."""
    library, ranks, label = desk.library, desk.ranks, source.label
    plan = Plan(Report(label), source, memory, above=ranks.above(label))
    seen: set[str] = set()
    candidates: list[Found] = []
    known_broken: list[Found] = []
    for told in source.people(None if desk.full else memory.state):
        found = _first(told, plan, seen)
        if found is None:
            continue
        if (
            library.version(label, found.origin) == stored_version(found)
            and (label, found.origin) not in ranks.outranked
        ):
            plan.report.kept += 1
        elif (broken := memory.known_broken(found.origin, stored_version(found))) and not desk.full:
            plan.report.refuse(Refused(broken.where, broken.reason))
            known_broken.append(found)
        else:
            candidates.append(_spooled(found, desk))
        if len(seen) % 1000 == 0:
            desk.tell(f"reading {label}", len(seen), None)
    plan.reading = source.reading
    plan.report.note = plan.reading.note
    _look_for_leavers(library, plan, seen)
    for found in known_broken:  # whoever they would have taken over keeps the last good photo
        records = filter(None, map(library.find, _names(found)))
        plan.leave -= {record.origin for record in records if record.source == label}
    ranks.leaving |= {(label, origin) for origin in plan.leave}
    for found in candidates:
        _place(library, plan, found, ranks)
    stay = set().union(*plan.moved.values()) | {origin for source, origin in ranks.outranked if source == label}
    plan.report.removed = sorted(_label(library, label, origin) for origin in plan.leave - stay)
    if plan.report.removed and not plan.known:
        plan.known = sum(1 for _ in library.origins(label))
    return plan


def _first(told: Found | Gone | Refused, plan: Plan, seen: set[str]) -> Found | None:
    """Give whom a source tells of for the first time in this reading; what else it tells goes into the plan."""
    if isinstance(told, Gone):  # in a reading of changes, the last word on somebody counts
        plan.leave.add(told.origin)
        return None
    if isinstance(told, Refused):
        plan.report.refuse(told)
        plan.complete &= told.complete
        if told.origin is not None:
            seen.add(told.origin)
        return None
    if told.origin in seen:
        plan.report.refuse(Refused(told.origin, _twice(told)))
        return None
    seen.add(told.origin)
    return told


def _look_for_leavers(library: Library, plan: Plan, seen: set[str]) -> None:
    """Find out whose records are to go: those that a whole reading does not tell of, or a reading of changes does."""
    label = plan.report.source
    broken = set(plan.memory.broken) if plan.memory else set()
    if not plan.reading.whole:
        plan.leave = {origin for origin in plan.leave - seen if library.version(label, origin) is not None}
        plan.forget = broken & plan.leave
        return
    plan.leave.clear()
    for origin in library.origins(label):
        plan.known += 1
        if origin not in seen and plan.complete:
            plan.leave.add(origin)
    if plan.complete:
        plan.forget = broken - seen


def _spooled(found: Found, desk: Desk) -> Found:
    """Put a photo that came with its entry aside; of one that is too large, enough to say so."""
    if not isinstance(found.photo, Loaded):
        return found
    return replace(found, photo=desk.spool.put(found.photo.data[: desk.photo_bytes + 1]))


def _twice(found: Found) -> str:
    name = f", not {found.photo.name}" if isinstance(found.photo, Path) else ""
    return f"listed twice; the first one counts{name}"


def _place(library: Library, plan: Plan, found: Found, ranks: Ranks) -> None:
    """Store a candidate, unless the person has their photo from elsewhere, or from another file of this source."""
    own = (plan.report.source, found.origin)
    known = library.version(*own) is not None
    moved: set[str] = set()
    lower: set[Owner] = set()
    for rival, is_claim in _rivals(library, found, ranks):
        if rival == own:
            continue
        if rival[0] in plan.above and rival not in ranks.leaving:
            plan.report.shadowed.append(found.person.label)
            if is_claim:
                plan.waiting.append((found, rival))
            elif known:
                ranks.outranked.add(own)
                plan.leave.add(found.origin)
            return
        if rival[0] == own[0]:
            if rival not in ranks.leaving:
                plan.report.refuse(Refused(found.origin, f"the same person as {rival[1]}, which is shown"))
                return
            moved.add(rival[1])
        elif rival[0] not in plan.above:
            lower.add(rival)
    ranks.claimed |= dict.fromkeys(_names(found), own)
    ranks.outranked |= lower
    if moved:
        plan.moved[found.origin] = moved
    if not known:
        plan.new.add(found.origin)
    plan.take(found)


def _rivals(library: Library, found: Found, ranks: Ranks) -> Iterator[tuple[Owner, bool]]:
    """Yield who else has, or is about to get, a name of somebody; the latter is a claim."""
    for key in _names(found):
        claim = ranks.claimed.get(key)
        if claim is not None:
            yield claim, True
        elif (record := library.find(key)) is not None:
            yield (record.source, record.origin), False


def _label(library: Library, source: str, origin: str) -> str:
    record = library.record(source, origin)
    return record.person.label if record else origin


def _names(found: Found) -> list[bytes]:
    """Give the index keys that tell people apart; a mail address's hashes add nothing to the address."""
    return sorted(key for key in found.person.index_keys() if key[:1] not in (b"5", b"2"))
