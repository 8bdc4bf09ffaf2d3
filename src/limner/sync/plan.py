"""What a sync would do: compare what a source has with what the library has, and decide whose photo counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from limner.errors import SyncRefusedError
from limner.library import HAND, Library
from limner.picture import RECIPE
from limner.sources import Found, Refused, Source
from limner.sync.report import Report

Progress = Callable[[str, int, int | None], None]
"""Told of what is being done, how many are done, and how many there are (None: not known)."""


@dataclass(slots=True)
class Plan:
    """What to do with one source: whom to store (with the photo's file), and which origins to remove."""

    report: Report
    store: list[Found] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    leave: set[str] = field(default_factory=set)
    known: int = 0
    complete: bool = True

    def guard(self, max_removals: float) -> None:
        """Stop a plan that would remove more than a share of the source's people. Raises SyncRefusedError."""
        if len(self.leave) > max_removals * self.known:
            raise SyncRefusedError(
                f"source {self.report.source!r}: this sync would remove {len(self.leave)} of {self.known} people"
                f" ({len(self.leave) / self.known:.0%}; at most {max_removals:.0%} are allowed): nothing was done",
                hint="if they are really gone: `limner sync --max-removals "
                f"{-(-100 * len(self.leave) // self.known)}%`; `--dry-run` names them",
            )


def stored_version(found: Found) -> str:
    """Give the version as the library keeps it: it changes with the photo, the person's names, and the recipe."""
    names = hashlib.blake2b(repr(found.person).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{RECIPE}.{names}.{found.version}"


class Ranks:
    """Whose photo counts, over all sources of a run: one added by hand, then sources in the order of the settings.

    Plans are made in that order before any is applied; so each learns here what those before it will do.
    """

    def __init__(self, order: Sequence[str]) -> None:
        self.order = order
        self.claimed: dict[bytes, tuple[str, str]] = {}
        self.leaving: set[tuple[str, str]] = set()

    def above(self, source: str) -> set[str]:
        """Give the sources that outrank one."""
        return {HAND, *self.order[: self.order.index(source)]}


def make(library: Library, source: Source, ranks: Ranks, tell: Progress) -> Plan:
    """Make the plan for one source. Raises SourceError, LibraryError."""
    plan = Plan(Report(source.label))
    seen: set[str] = set()
    candidates: list[Found] = []
    for found in source.people():
        if isinstance(found, Refused):
            plan.report.refuse(found)
            plan.complete &= found.complete
            continue
        if found.origin in seen:
            plan.report.refuse(Refused(found.origin, "listed twice; the first one counts"))
            continue
        seen.add(found.origin)
        if library.version(source.label, found.origin) == stored_version(found):
            plan.report.kept += 1
        else:
            candidates.append(found)
        if len(seen) % 1000 == 0:
            tell(f"reading {source.label}", len(seen), None)
    for origin in library.origins(source.label):
        plan.known += 1
        if origin not in seen and plan.complete:
            plan.leave.add(origin)
    ranks.leaving |= {(source.label, origin) for origin in plan.leave}
    for found in candidates:
        _place(library, plan, found, ranks)
    plan.report.removed = sorted(_label(library, source.label, origin) for origin in plan.leave)
    return plan


def _place(library: Library, plan: Plan, found: Found, ranks: Ranks) -> None:
    """Store a candidate, unless the person has their photo from elsewhere, or from another file of this source."""
    own = (plan.report.source, found.origin)
    known = library.version(*own) is not None
    above = ranks.above(own[0])
    for key in _names(found):
        record = library.find(key)
        rival = ranks.claimed.get(key)
        if rival is None and record is not None:
            rival = record.source, record.origin
        if rival is None or rival == own or rival in ranks.leaving:
            continue
        if rival[0] in above:
            plan.report.shadowed.append(found.person.label)
            if known:  # the other one shows this person now
                plan.leave.add(found.origin)
            return
        if rival[0] == own[0]:
            plan.report.refuse(Refused(found.origin, f"the same person as {rival[1]}, which is shown"))
            return
    ranks.claimed |= dict.fromkeys(_names(found), own)
    plan.store.append(found)
    if not known:
        plan.new.add(found.origin)
    (plan.report.changed if known else plan.report.added).append(found.person.label)


def _label(library: Library, source: str, origin: str) -> str:
    record = library.record(source, origin)
    return record.person.label if record else origin


def _names(found: Found) -> list[bytes]:
    """Give the index keys that tell people apart; a mail address's hashes add nothing to the address."""
    return sorted(key for key in found.person.index_keys() if key[:1] not in (b"5", b"2"))
