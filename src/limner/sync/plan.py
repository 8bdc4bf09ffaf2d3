"""What a sync would do: compare what a source has with what the library has, and decide whose photo counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from limner.errors import SyncRefusedError
from limner.library import Library, Record
from limner.library.record import bounded
from limner.people import Person
from limner.picture import RECIPE, Limits
from limner.sources import Found, Gone, Loaded, Reading, Refused, Source
from limner.sync.compose import Rules, names
from limner.sync.memory import Memory
from limner.sync.report import Report
from limner.sync.spool import Spool

Progress = Callable[[str, int, int | None], None]
"""Told of what is being done, how many are done, and how many there are (None: not known)."""


@dataclass(slots=True)
class Plan:
    """What to do with one source.

    `store`: people to store; the origins of those that the library does not have are in `new`. `leave`: origins to
    remove or to hide; `moved` leads from an origin to store to those whose person it takes over.
    `known`: how many people the library has from this source. `source` is open until the plan is carried out, for
    photos to be fetched; None for a plan that failed. `reading` and `memory` are what the next sync will want to know;
    `forget`: origins whose broken photo is gone. `late`: those whose photo could not be had now.
    """

    report: Report
    source: Source | None = None
    memory: Memory | None = None
    late: list[Found] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)
    store: list[Found] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    leave: set[str] = field(default_factory=set)
    moved: dict[str, set[str]] = field(default_factory=dict)
    forget: set[str] = field(default_factory=set)
    known: int = 0
    complete: bool = True
    _listed: dict[str, list[str]] = field(default_factory=dict)

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

    def take(self, found: Found, *, outranked: bool = False) -> None:
        """Plan to store somebody; where a better source has the same person, that is what the report says."""
        self.store.append(found)
        self.say(found, outranked=outranked)

    def say(self, found: Found, *, outranked: bool) -> None:
        """Put somebody into the right list of the report, also when things turned out otherwise than planned."""
        report, before = self.report, self._listed.get(found.origin)
        right = report.shadowed if outranked else report.added if found.origin in self.new else report.changed
        if before is not right:
            if before is not None:
                before.remove(found.person.label)
            right.append(found.person.label)
            self._listed[found.origin] = right

    def give_up(self, found: Found) -> None:
        """Take back that somebody is stored; the record that they would have taken over stays."""
        self._listed[found.origin].remove(found.person.label)
        self.leave -= self.moved.get(found.origin, set())


def stored_version(found: Found) -> str:
    """Give the version as the library keeps it: it changes with the photo, with what is told of the person, and with
    the recipe.
    """
    told = repr(found.person) + (repr(bounded(found.attributes)) if found.attributes else "")
    mark = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{RECIPE}.{mark}.{found.version}"


@dataclass(frozen=True, slots=True)
class Desk:
    """What all plans of a run are made with; `full`: everybody is read, and broken photos are tried again.

    `claimed` are the names of those whom the plans made so far will store.
    """

    library: Library
    rules: Rules
    spool: Spool
    limits: Limits
    tell: Progress
    full: bool = False
    claimed: set[bytes] = field(default_factory=set)


def make(desk: Desk, source: Source, memory: Memory) -> Plan:
    """Make the plan for one source. Raises SourceError, LibraryError."""
    library, label = desk.library, source.label
    plan = Plan(Report(label), source, memory)
    seen: set[str] = set()
    candidates: list[Found] = []
    known_broken: list[Found] = []
    since = None if desk.full else memory.state
    for told in _all(source, since, memory, plan, seen):
        found = _first(told, plan, seen)
        if found is None:
            continue
        version = stored_version(found)
        if library.version(label, found.origin) == version:
            plan.report.kept += 1
        elif (broken := memory.known_broken(found.origin, version)) and not desk.full:
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
        plan.leave -= {part.origin for part in _rivals(library, label, found)}
    coming = {found.origin: found.person for found in candidates}
    claimed: dict[bytes, Found] = {}
    for found in candidates:
        _place(desk, plan, found, coming, claimed)
    stay = set().union(*plan.moved.values())
    plan.report.removed = sorted(_label(library, label, origin) for origin in plan.leave - stay)
    if plan.report.removed and not plan.known:
        plan.known = sum(1 for _ in library.origins(label))
    return plan


def _all(
    source: Source, since: str | None, memory: Memory, plan: Plan, seen: set[str]
) -> Iterator[Found | Gone | Refused]:
    """Yield what a source tells and then, after changes alone, those whose photo did not come last time."""
    yield from source.people(since)
    if since is not None and not source.reading.whole:
        yield from (found for origin, found in memory.late.items() if origin not in seen | plan.leave)


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
        plan.report.refuse(Refused(told.called, _twice(told)))
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
    return replace(found, photo=desk.spool.put(found.photo.data[: desk.limits.bytes + 1]))


def _twice(found: Found) -> str:
    name = f", not {found.photo.name}" if isinstance(found.photo, Path) else ""
    return f"listed twice; the first one counts{name}"


def _place(desk: Desk, plan: Plan, found: Found, coming: dict[str, Person], claimed: dict[bytes, Found]) -> None:
    """Store a candidate, unless this source has the same person under another origin.

    `coming` are all candidates by their origins: whoever gives a name up is no rival for it. `claimed`: who has a name
    now.
    """
    library, label, keys = desk.library, plan.report.source, set(names(found.person))
    rivals = {part.origin: part for part in _rivals(library, label, found)}
    moved = rivals.keys() & plan.leave
    staying = {origin: coming.get(origin, rivals[origin].person) for origin in rivals.keys() - moved}
    still = [origin for origin, person in staying.items() if keys.intersection(names(person))]
    rival = next((claimed[key] for key in sorted(keys) if key in claimed), None)
    if rival is not None or still:
        other: Found | Record = rival or rivals[min(still)]
        plan.report.refuse(Refused(found.called, _same_person(found, keys, other)))
        return
    claimed |= dict.fromkeys(keys, found)
    if moved:
        plan.moved[found.origin] = moved
    if library.version(label, found.origin) is None:
        plan.new.add(found.origin)
    plan.take(found, outranked=_is_outranked(desk, label, keys))
    desk.claimed.update(keys)


def _same_person(found: Found, keys: set[bytes], other: Found | Record) -> str:
    """Say whom somebody shares a name with, and, where the name is not in what reports call them, which one."""
    if not found.where:
        return f"the same person as {other.origin}, which is shown"
    called = other.called if isinstance(other, Found) else other.person.dn or other.person.label
    shared = min((key for key in keys & set(names(other.person)) if key[:1].islower()), default=b" that")
    return f"the same person as {called}, which is shown: both have {shared[1:].decode('utf-8')!r}"


def _rivals(library: Library, label: str, found: Found) -> Iterator[Record]:
    """Yield what a source has in the library under a name of somebody whom it calls otherwise now."""
    for key in names(found.person):
        record = library.find(key)
        for part in record.parts if record else ():
            if part.source == label and part.origin != found.origin and key in names(part.person):
                yield part


def _is_outranked(desk: Desk, label: str, keys: set[bytes]) -> bool:
    """Tell whether a better source has somebody of these names, now or after this run."""
    own = desk.rules.place(label)
    known = (record for key in keys if (record := desk.library.find(key)) is not None)
    return bool(keys & desk.claimed) or any(desk.rules.place(record.source) < own for record in known)


def _label(library: Library, source: str, origin: str) -> str:
    record = library.record(source, origin)
    part = record.part(source, origin) if record else None
    return part.person.label if part else origin
