"""What a sync would do, or did."""

from __future__ import annotations

from dataclasses import dataclass, field

from limner.sources import Refused


@dataclass(slots=True)
class Report:
    """The outcome of a sync of one source; people by their labels.

    `shadowed` people have their photo from a source that outranks this one. `postponed` are those whose photo could
    not be fetched: they keep what they have, and the next sync tries again. `failed` says why the source could not be
    read at all, and `hint` what to do; `note` is what the source has to say of how it was read.
    """

    source: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: int = 0
    shadowed: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    ignored: list[Refused] = field(default_factory=list)
    postponed: list[Refused] = field(default_factory=list)
    failed: str | None = None
    hint: str | None = None
    note: str | None = None

    def refuse(self, refused: Refused) -> None:
        """Note something that was not taken."""
        (self.ignored if refused.harmless else self.refused).append(refused)

    def as_dict(self) -> dict[str, object]:
        """Give the report as `limner sync --json` prints it."""
        return {
            "source": self.source,
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "kept": self.kept,
            "shadowed": self.shadowed,
            "refused": [{"file": refused.where, "reason": refused.reason} for refused in self.refused],
            "ignored": [{"file": refused.where, "reason": refused.reason} for refused in self.ignored],
            "postponed": [{"file": refused.where, "reason": refused.reason} for refused in self.postponed],
            "failed": self.failed,
            "hint": self.hint,
            "note": self.note,
        }
