"""Writing into a directory: plan, guard, undo file, then one entry after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from limner.directory import Directory, Entry, check_filter, connect
from limner.errors import DirectoryError, LibraryError, PublishError
from limner.library import Library
from limner.publish.known import Known, look_up
from limner.publish.ldif import replacement
from limner.publish.report import LeftOut, Report
from limner.publish.undo import undo_file
from limner.publish.values import Value, Values
from limner.settings import PhotoUrl, Thumbnails
from limner.sources.ldap.names import Names, unique
from limner.sources.ldap.presets import people_filter

Progress = Callable[[str, int, int | None], None]
"""Told of what is being done, how many are done, and how many there are (None: not known)."""

GIVE_UP = 5
"""After so many refusals in a row the directory refuses all of it, and is left alone."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that is to have a value; `had`: there is another one now."""

    known: Known
    value: Value
    had: bool

    @property
    def dn(self) -> str:
        """The entry's name."""
        return self.known.entry.dn


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

    `max_changes`: the share of people whose values may be replaced (the table's if None). With `dry_run` nothing is
    written; `show` is given the LDIF of every change instead. `announce` is told where the undo file is, before the
    first change. What the directory refuses half way is in the report, and so is the undo file. Raises PublishError,
    DirectoryError, SettingsError, LibraryError: nothing was written then.
    """
    with connect(table) as directory:
        job = _Job(directory, library, table, values, tell)
        changes = job.plan()
        job.guard(changes, table.max_changes if max_changes is None else max_changes)
        if dry_run:
            for change in changes:
                show(replacement(change.dn, values.attribute, [change.value()]))
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
        for known in self._known():
            value = self.values.of(known)
            now = known.entry.values(self.values.attribute)
            if isinstance(value, LeftOut):
                self.report.left_out.append(value)
            elif now and now == [value()]:
                self.report.unchanged += 1
            else:
                bare = replace(known, entry=Entry(known.entry.dn, {}))
                changes.append(Change(bare, value, had=bool(now)))
        doubts = ((change, self.values.doubt(self.directory, change.known)) for change in changes)
        sure = []
        for change, doubt in doubts:
            if doubt is None:
                sure.append(change)
            else:
                self.report.left_out.append(LeftOut(change.dn, doubt))
        return sure

    def _known(self) -> Iterator[Known]:
        """Yield the people of the directory whom the library has a photo of, each once; count the others."""
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
                self.people += 1
                yield found

    def _entries(self) -> Iterator[Entry]:
        wanted = people_filter(self.table, time.time())
        if not self.values.overwrite:
            wanted = f"(&{wanted}(!({self.values.attribute}=*)))"
        check_filter(wanted)
        for base in self.table.base:
            yield from self.directory.search(base, wanted, unique((*self.names.attributes, self.values.attribute)))

    def guard(self, changes: list[Change], max_changes: float) -> None:
        """Stop a plan that would replace the values of more than a share of the people. Raises PublishError."""
        count = sum(change.had for change in changes)
        if count > max_changes * self.people + 1e-9:  # 0.29 * 100 is a little less than 29
            raise PublishError(
                f"{self.table.label}: this would replace {self.values.attribute} of {count} of {self.people} people"
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
                else:
                    out.write(replacement(change.dn, attribute, entry.values(attribute)))
                    ready.append(change)
                self.tell(f"undo file of {self.table.label}", done, len(changes))
        self.report.undo = str(place)
        return ready, place

    def carry_out(self, changes: list[Change]) -> None:
        """Write; entries that are refused do not stop the others, a directory that refuses all of them does."""
        in_a_row = 0
        for done, change in enumerate(changes, 1):
            try:
                self.directory.modify(change.dn, {self.values.attribute: [change.value()]})
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
        written = len(self.report.added) + len(self.report.replaced)
        self.report.failed = f"{why.message}: {written} of {planned} entries were written, then it was given up"
        self.report.hint = why.hint

    def note(self, change: Change) -> None:
        """Put an entry into the right list of the report."""
        (self.report.replaced if change.had else self.report.added).append(change.dn)
