"""Writing into a directory: plan, guard, undo file, then one entry after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from limner.directory import Directory, Entry, check_filter, connect
from limner.errors import DirectoryError, LibraryError, PublishError
from limner.library import Library
from limner.publish.known import Known, Unseen, look_up
from limner.publish.ldif import replacement
from limner.publish.lock import alone, lock_of
from limner.publish.report import LeftOut, Report
from limner.publish.undo import undo_file
from limner.publish.values import Check, Value, Values
from limner.settings import PhotoUrl, Thumbnails
from limner.sources.ldap.names import Names, unique
from limner.sources.ldap.presets import people_filter

Progress = Callable[[str, int, int | None], None]
"""Told of what is being done, how many are done, and how many there are (None: not known)."""

GIVE_UP = 5
"""After so many refusals in a row the directory refuses all of it, and is left alone."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that is to have a value; `had`: there is another one now. `check`: what is still to be looked at.

    Without a value, those that are limner's `own` are taken back, and `rest` is what stays.
    """

    dn: str
    value: Value | None
    had: bool
    check: Check | None = None
    own: Set[bytes] = frozenset()
    rest: Sequence[bytes] = ()

    def values(self) -> Sequence[bytes]:
        """Give what is to stand in the attribute."""
        return self.rest if self.value is None else [self.value()]

    def of(self, now: Sequence[bytes]) -> Change | None:
        """Give the change for an entry that has these values now; None: there is nothing to take back any more."""
        if self.value is not None:
            return self
        rest = [value for value in now if value not in self.own]
        return replace(self, rest=rest) if len(rest) < len(now) else None


def write_back(
    library: Library,
    table: PhotoUrl | Thumbnails,
    values: Values,
    *,
    dry_run: bool = False,
    max_changes: float | None = None,
    tell: Progress = lambda what, done, of: None,
    show: Callable[[str], None] = lambda ldif: None,
    announce: Callable[[Path], None] = lambda undo: None,
) -> Report:
    """Bring an attribute of a directory's people up to date, and report on it.

    `max_changes`: the share of people whose values may be replaced or taken back (the table's if None). With `dry_run`
    nothing is written; `show` is given the LDIF of every change instead. `announce` is told where the undo file is,
    before the first change. What the directory refuses half way is in the report, and so is the undo file. Raises
    BusyError: another run of this table is not over; PublishError, DirectoryError, SettingsError, LibraryError: nothing
    was written then.
    """
    held = nullcontext() if dry_run else alone(lock_of(table))
    with held, connect(table) as directory:
        job = _Job(directory, library, table, values, tell)
        changes = job.plan()
        job.guard(changes, table.max_changes if max_changes is None else max_changes)
        if dry_run:
            for change in changes:
                show(replacement(change.dn, values.attribute, change.values()))
                job.note(change)
        elif changes:
            ready, place = job.prepare(changes)
            announce(place)
            job.carry_out(ready)
    return job.report


class _Job:
    """The work for one table at an open directory."""

    def __init__(
        self, directory: Directory, library: Library, table: PhotoUrl | Thumbnails, values: Values, tell: Progress
    ) -> None:
        self.directory = directory
        self.library = library
        self.table = table
        self.values = values
        self.tell = tell
        self.names = Names(table)
        self.report = Report(table.label, values.attribute)
        self.people = 0

    def plan(self) -> list[Change]:
        """Find out whom to write to; values are not kept, for many pictures would fill the memory."""
        changes = []
        for known in self._found():
            now = known.entry.values(self.values.attribute)
            if isinstance(known, Unseen):
                if taken := self._take_back(known, now):
                    changes.append(taken)
                continue
            value = self.values.of(known)
            if isinstance(value, LeftOut):
                self.report.left_out.append(value)
            elif now and now == [value()]:
                self.report.unchanged += 1
            else:
                changes.append(Change(known.entry.dn, value, bool(now), self.values.check(known)))
        sure = []
        for change in changes:
            doubt = change.check(self.directory) if change.check is not None else None
            if doubt is None:
                sure.append(change)
            else:
                self.report.left_out.append(LeftOut(change.dn, doubt))
        return sure

    def _take_back(self, unseen: Unseen, now: Sequence[bytes]) -> Change | None:
        """Give the change that takes limner's own values back, if there are any; else note why nothing is written."""
        change = Change(unseen.entry.dn, None, had=True, own=self.values.own(unseen)).of(now)
        if change is not None:
            self.people += 1
        elif unseen.hidden:
            self.report.left_out.append(LeftOut(unseen.entry.dn, unseen.hidden))
        else:
            self.report.unknown += 1
        return change

    def _found(self) -> Iterator[Known | Unseen]:
        """Yield the people of the directory, each once; note those whom nobody can tell."""
        seen: set[str] = set()
        for entry in self._entries():
            if entry.dn in seen:  # below two bases
                continue
            seen.add(entry.dn)
            if len(seen) % 100 == 0:
                self.tell(f"reading {self.table.label}", len(seen), None)
            found = look_up(entry, self.names, self.library)
            if found is None:
                self.report.unknown += 1
            elif isinstance(found, LeftOut):
                self.report.left_out.append(found)
            else:
                self.people += isinstance(found, Known)
                yield found

    def _entries(self) -> Iterator[Entry]:
        wanted = people_filter(self.table, time.time())
        if not self.values.overwrite:
            wanted = f"(&{wanted}(!({self.values.attribute}=*)))"
        check_filter(wanted)
        for base in self.table.base:
            yield from self.directory.search(base, wanted, unique((*self.names.attributes, self.values.attribute)))

    def guard(self, changes: list[Change], max_changes: float) -> None:
        """Stop a plan that would replace or take back the values of more than a share of the people found, those who
        have a photo or limner's own value. Raises PublishError.
        """
        count = sum(change.had for change in changes)
        if count > max_changes * self.people + 1e-9:  # 0.29 * 100 is a little less than 29
            verb = "replace" if all(change.value for change in changes) else "replace or take back"
            raise PublishError(
                f"this would {verb} {self.values.attribute} of {count} of {self.people} people"
                f" ({count / self.people:.0%}; at most {max_changes:.0%} are allowed): nothing was done",
                hint=f"if that is meant: `limner publish {self.table.kind} --max-changes "
                f"{-(-100 * count // self.people)}%`; `--dry-run --max-changes 100%` shows what would change",
            )

    def prepare(self, changes: list[Change]) -> tuple[list[Change], Path]:
        """Write the undo file, from what the entries hold now; give it, and those who are still to be written to."""
        ready = []
        attribute, folder = self.values.attribute, Path(self.table.undo)
        with undo_file(folder, self.table.kind) as (out, place):
            out.write("version: 1\n")
            out.write(f"# undoes a `limner publish {self.table.kind}`: ldapmodify -c -f FILE ...\n\n")
            for done, change in enumerate(changes, 1):
                entry = self.directory.read(change.dn, [attribute])
                if entry is None:
                    self.report.left_out.append(LeftOut(change.dn, "the entry went away"))
                elif entry.values(attribute) and not self.values.overwrite:
                    self.report.left_out.append(LeftOut(change.dn, f"it has got a {attribute} in the meantime"))
                elif (fresh := change.of(entry.values(attribute))) is None:
                    self.report.left_out.append(LeftOut(change.dn, f"its {attribute} changed in the meantime"))
                else:
                    out.write(replacement(change.dn, attribute, entry.values(attribute)))
                    ready.append(fresh)
                self.tell(f"undo file of {self.table.label}", done, len(changes))
        self.report.undo = str(place)
        return ready, place

    def carry_out(self, changes: list[Change]) -> None:
        """Write; entries that are refused do not stop the others, a directory that refuses all of them does."""
        in_a_row = 0
        for done, change in enumerate(changes, 1):
            try:
                self.directory.modify(change.dn, {self.values.attribute: change.values()})
            except LibraryError as why:
                self.report.left_out.append(LeftOut(change.dn, why.message))
            except DirectoryError as why:
                self.report.refused.append(LeftOut(change.dn, why.message))
                in_a_row += 1
                if why.code is None or in_a_row >= GIVE_UP:
                    self._give_up(why, len(changes))
                    return
            else:
                in_a_row = 0
                self.note(change)
            self.tell(f"writing {self.table.label}", done, len(changes))

    def _give_up(self, why: DirectoryError, planned: int) -> None:
        report = self.report
        written = len(report.added) + len(report.replaced) + len(report.removed)
        report.failed = f"{why.message}: {written} of {planned} entries were written, then it was given up"
        report.hint = why.hint

    def note(self, change: Change) -> None:
        """Put an entry into the right list of the report."""
        report = self.report
        (report.removed if change.value is None else report.replaced if change.had else report.added).append(change.dn)
