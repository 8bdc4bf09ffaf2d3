"""What a conversation says about a log-in: one observation, with the packets it rests on and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any, Final

from limner.signon.evidence import Cause, Evidence, Strength, Weight


class Kind(StrEnum):
    """Where a log-in failed, or that it did not."""

    SOUND = "sound"
    NETWORK = "network"
    NAME_CHECK = "name check"
    TOKEN = "token"  # noqa: S105 - not a password
    DIRECTORY = "directory"
    OTHER = "other"
    NOT_KNOWN = "not known"


class Sure(IntEnum):
    """How sure a verdict is: the words of a server, signs that hardly mean anything else, signs that may."""

    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3

    @property
    def word(self) -> str:
        """The word for it."""
        return self.name.lower()


_KINDS: Final = {
    Cause.UNRESOLVED: Kind.NETWORK,
    Cause.CACHED_ADDRESS: Kind.NETWORK,
    Cause.NETWORK: Kind.NETWORK,
    Cause.SERVER_DOWN: Kind.NETWORK,
    Cause.TLS: Kind.OTHER,
    Cause.NAME_CHECK: Kind.NAME_CHECK,
    Cause.TOKEN_DOMAIN: Kind.TOKEN,
    Cause.TOKEN_EXPIRED: Kind.TOKEN,
    Cause.TOKEN_VERSION: Kind.TOKEN,
    Cause.TOKEN_INVALID: Kind.TOKEN,
    Cause.CLOCKS: Kind.TOKEN,
    Cause.DIRECTORY: Kind.DIRECTORY,
}
_WEIGHTS: Final = {Sure.POSSIBLE: Weight.HINT, Sure.LIKELY: Weight.STRONG, Sure.CERTAIN: Weight.CONCLUSIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One observation about a log-in. `text` and `advice` are sentences without their full stop; `names` stand in them.

    Without a cause it is either sound, or nothing can be said. `supports` False: it speaks against the cause.
    """

    text: str
    packets: tuple[int, ...]
    when: int  # nanoseconds since 1970
    cause: Cause | None = None
    sure: Sure = Sure.POSSIBLE
    supports: bool = True
    sound: bool = False
    doubt: str | None = None
    advice: str | None = None
    names: tuple[str, ...] = ()
    strength: Strength = Strength.INFERRED
    source: str | None = None

    @property
    def kind(self) -> Kind:
        """Where the log-in failed."""
        if self.cause is None:
            return Kind.SOUND if self.sound else Kind.NOT_KNOWN
        return _KINDS.get(self.cause, Kind.OTHER)

    @property
    def place(self) -> str:
        """The packets, in words."""
        one = len(self.packets) == 1
        return f"packet{'' if one else 's'} {', '.join(map(str, self.packets))}"

    def resting_on(self, *packets: int) -> Verdict:
        """Give the same, resting on further packets."""
        return replace(self, packets=tuple(sorted({*self.packets, *packets})))

    def evidence(self, file: str) -> Evidence | None:
        """Give it as `limner signon diagnose` weighs it; None: it says nothing about a cause."""
        if self.cause is None:
            return None
        text = self.text if self.doubt is None else f"{self.text} (but {self.doubt})"
        return Evidence(
            file=file,
            cause=self.cause,
            text=text,
            place=self.place,
            time=self.when / 1e9,
            supports=self.supports,
            weight=_WEIGHTS[self.sure],
            strength=self.strength,
            source=self.source,
            names=self.names,
        )

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "kind": self.kind.value,
            "cause": self.cause.value if self.cause else None,
            "sure": self.sure.word if self.cause else None,
            "supports": self.supports,
            "text": self.text,
            "doubt": self.doubt,
            "packets": list(self.packets),
            "next": self.advice,
        }


def span(nanoseconds: int) -> str:
    """Give a length of time in words."""
    seconds = nanoseconds / 1e9
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} us"
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def thing(count: int, noun: str) -> str:
    """Give a count with its noun, in the right number."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
