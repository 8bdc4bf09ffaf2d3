"""What a run did, or would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from limner.publish.files.plan import Plan

COUNTED = ("added", "changed", "mended", "removed", "foreign", "left_out", "refused")


class Failure(NamedTuple):
    """A file, or a person, and why."""

    where: str
    reason: str


@dataclass(slots=True)
class Report:
    """The outcome for one `[[publish]]` table that writes files; paths as they are there.

    `mended`: files that somebody else had changed or removed, or whose writing was interrupted; `foreign`: files in the
    way that limner did not write; `left_out`: people without a fit name, `refused`: files that could not be written.
    """

    name: str
    place: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    kept: int = 0
    left_out: list[Failure] = field(default_factory=list)
    refused: list[Failure] = field(default_factory=list)
    failed: str | None = None
    hint: str | None = None

    def take(self, plan: Plan) -> None:
        """Take over what a plan says."""
        self.added, self.changed, self.mended = plan.added, plan.changed, plan.mended
        self.removed, self.foreign, self.kept = plan.removed, plan.foreign, plan.kept

    @property
    def wanting(self) -> bool:
        """Whether some files are not as they should be."""
        return bool(self.foreign or self.refused)

    @property
    def counts(self) -> dict[str, int]:
        """How many files, or people, there are of each word."""
        return {word: len(getattr(self, word)) for word in COUNTED} | {"kept": self.kept}

    def as_dict(self) -> dict[str, Any]:
        """Give the report as `--json` prints it."""
        return {
            "name": self.name,
            "place": self.place,
            "added": self.added,
            "changed": self.changed,
            "mended": self.mended,
            "removed": self.removed,
            "foreign": self.foreign,
            "kept": self.kept,
            "left_out": [{"who": each.where, "reason": each.reason} for each in self.left_out],
            "refused": [{"path": each.where, "reason": each.reason} for each in self.refused],
            "failed": self.failed,
            "hint": self.hint,
        }
