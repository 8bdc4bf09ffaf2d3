"""What has to be written and removed so that a place has the files that it should have."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from limner import settings
from limner.errors import PublishError
from limner.library import AUDIENCES, Library
from limner.picture import RECIPE
from limner.publish.files.manifest import Written
from limner.publish.files.names import paths, unfit
from limner.publish.files.target import Seen


class Wanted(NamedTuple):
    """A file that should be there: whose it is (see `Library.record`), and a digest of what it shows."""

    source: str
    origin: str
    of: str


@dataclass(slots=True)
class Plan:
    """Paths, each in one list: to write anew, to write again because the photo is another one, or because somebody
    else changed or removed the file; to remove; `kept` are right already, `foreign` in the way and not limner's.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    kept: int = 0

    @property
    def put(self) -> list[str]:
        """All that has to be written."""
        return [*self.added, *self.changed, *self.mended]


def wanted(library: Library, table: settings.Files) -> tuple[dict[str, Wanted], list[tuple[str, str]]]:
    """Give the files that a table asks for, by their paths; and, with the reason, what can have none."""
    audiences = AUDIENCES[: 2 if table.insiders else 1]
    made = f"{RECIPE} {table.size} {table.bytes}".encode()
    files: dict[str, Wanted] = {}
    left_out: list[tuple[str, str]] = []
    for _, record in library.people():
        if record.digest is None or record.hidden or record.shown_to not in audiences:
            continue
        want = Wanted(record.source, record.origin, hashlib.sha256(record.digest + made).hexdigest()[:32])
        for path in dict.fromkeys(paths(table.names, record.person)):
            reason = unfit(path)
            if reason is None and path in files:
                reason = "its name is that of another person's file"
            if reason:
                left_out.append((record.person.label, reason))
            else:
                files[path] = want
    return files, left_out


def plan(
    asked: Mapping[str, Wanted],
    written: Mapping[str, Written],
    there: Mapping[str, Seen],
    *,
    replace: bool,
) -> Plan:
    """Compare what should be there with what limner wrote and with what is there.

    A file that is there, that limner wants and did not write, is `foreign`, or `changed` with `replace`.
    """
    made = Plan()
    for path, want in asked.items():
        have, seen = written.get(path), there.get(path)
        if have is None:
            (made.added if seen is None else made.changed if replace else made.foreign).append(path)
        elif not have.of or have.of != want.of:
            (made.changed if have.of else made.mended).append(path)
        elif seen is None or have.seen is None or not _same(have.seen, seen):
            made.mended.append(path)
        else:
            made.kept += 1
    made.removed = [path for path in written if path not in asked]
    return made


def _same(written: Seen, there: Seen) -> bool:
    """Compare; of a run that did not come to its end only sizes are known."""
    return written.size == there.size and written.stamp in ("", there.stamp)


def guard(made: Plan, files: int, share: float) -> None:
    """Raise PublishError if a plan would remove more than a share of the files that limner wrote."""
    if len(made.removed) > share * files:
        raise PublishError(
            f"{len(made.removed):,} of {files:,} files would be removed, more than {share:.0%}",
            hint="see with --dry-run which; --max-removals 100% removes them",
        )
