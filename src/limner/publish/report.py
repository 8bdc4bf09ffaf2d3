"""What writing into a directory would do, or did."""

from __future__ import annotations

from dataclasses import dataclass, field

COUNTED = ("added", "replaced", "removed", "left_out", "refused")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that was not written to: where, and why."""

    where: str
    reason: str


@dataclass(slots=True)
class Report:
    """The outcome for one `[[publish]]` table; entries by their distinguished names.

    `added`: entries that had no value; `replaced`: those that had another one; `removed`: those that limner's own value
    was taken back from. `unchanged`: how many have it already. `unknown`: how many other entries the library has no
    photo for. `left_out`: those that limner did not want to write to;
    `refused`: those that the directory refused. `undo`: the file that undoes it all, None where nothing was written.
    `failed` says why it ended early, and `hint` what to do.
    """

    name: str
    attribute: str
    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    unknown: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    refused: list[LeftOut] = field(default_factory=list)
    undo: str | None = None
    failed: str | None = None
    hint: str | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many entries there are of each word."""
        lists = {word: len(getattr(self, word)) for word in COUNTED}
        return lists | {"unchanged": self.unchanged, "unknown": self.unknown}

    def as_dict(self) -> dict[str, object]:
        """Give the report as `--json` prints it."""
        return {
            "name": self.name,
            "attribute": self.attribute,
            "added": self.added,
            "replaced": self.replaced,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "unknown": self.unknown,
            "left_out": [{"dn": one.where, "reason": one.reason} for one in self.left_out],
            "refused": [{"dn": one.where, "reason": one.reason} for one in self.refused],
            "undo": self.undo,
            "failed": self.failed,
            "hint": self.hint,
        }
