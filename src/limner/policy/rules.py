"""Rules: a rule holds when all its conditions do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limner import settings
from limner.errors import SettingsError
from limner.policy import by_session
from limner.policy.by_cookie import ByCookie
from limner.policy.by_jwt import ByJwt
from limner.policy.by_ltpa import ByLtpa
from limner.policy.by_network import ByNetwork
from limner.policy.condition import GRANTED, Condition, Grant, Visitor
from limner.policy.known import NOBODY, Known
from limner.settings.policy import NO_CONDITIONS

KINDS: dict[str, Callable[[Any, Known], Condition]] = {
    "networks": lambda networks, known: ByNetwork(networks),
    "cookie": lambda cookies, known: ByCookie(cookies),
    "ltpa": ByLtpa,
}
"""How a condition is made from each setting of `[[policy.allow]]`, and from the people whom the library knows."""

WIDER: dict[str, Callable[[Any, Known, settings.Settings], Condition]] = {
    "jwt": lambda jwt, known, whole: ByJwt(jwt, known, whole.fetch),
    "session": lambda session, known, whole: by_session.of(session, known, whole),
}
"""The same, for those that need settings beside their own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A name and at least one condition."""

    name: str
    conditions: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if not self.conditions:  # all of nothing is true: such a rule would let everyone in
            raise SettingsError(f"the rule {self.name!r} has no conditions")

    @property
    def each_face(self) -> bool:
        """Whether the answer depends on whose face is asked for."""
        return any(condition.each_face for condition in self.conditions)

    @property
    def parameters(self) -> frozenset[bytes]:
        """The names of parameters in an address that may hold a credential."""
        return frozenset().union(*(condition.parameters for condition in self.conditions))

    def refresh(self) -> bool:
        """Look whether what its conditions rest on has changed. True: earlier verdicts no longer stand."""
        return True in [condition.refresh() for condition in self.conditions]  # each is asked, not up to the first

    def admits(self, visitor: Visitor) -> Grant | None:
        """Give what all conditions grant together, or None if one does not hold."""
        whole = GRANTED
        for condition in self.conditions:
            grant = condition.admits(visitor)
            if grant is None:
                return None
            if grant is not GRANTED:
                whole &= grant
        return whole

    def swallows(self, other: Rule) -> bool:
        """Whether every visit that the other allows is allowed by this rule too; False where that is not sure."""
        return all(any(mine.implied_by(theirs) for theirs in other.conditions) for mine in self.conditions)


def rule_from(setting: settings.Rule, known: Known = NOBODY, whole: settings.Settings | None = None) -> Rule:
    """Make a rule of its settings; `whole` is the file that it stands in.

    Raises SettingsError, too for a condition that no kind knows: it must not be lost.
    """
    conditions = []
    for kind in type(setting).model_fields:
        value = getattr(setting, kind)
        if kind in NO_CONDITIONS or value is None:
            continue
        if kind in WIDER:
            conditions.append(WIDER[kind](value, known, whole or settings.Settings()))
        elif kind in KINDS:
            conditions.append(KINDS[kind](value, known))
        else:
            raise SettingsError(f"the rule {setting.name!r} has a condition that nothing enforces: {kind}")
    return Rule(setting.name, tuple(conditions))
