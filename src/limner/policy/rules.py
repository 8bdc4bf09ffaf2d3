"""Rules: a rule holds when all its conditions do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from limner import settings
from limner.errors import SettingsError
from limner.policy.budget import Budget
from limner.policy.by_cookie import ByCookie
from limner.policy.by_network import ByNetwork, holds_internet
from limner.policy.condition import GRANTED, Condition, Grant, Visitor
from limner.policy.known import NOBODY, Known
from limner.policy.tally import Tally
from limner.settings.policy import NO_CONDITIONS

# Kinds that need much more than the decision itself are imported when a rule asks for them: a worker whose policy is
# networks and cookies has no use for JSON Web Tokens and an HTTP client, and should not keep them in memory.


def _ltpa(setting: Any, known: Known) -> Condition:
    from limner.policy.by_ltpa import ByLtpa

    return ByLtpa(setting, known)


def _pass(setting: Any, known: Known, whole: settings.Settings) -> Condition:
    from limner.policy.by_pass import ByPass

    return ByPass(setting, known, whole)


def _jwt(setting: Any, known: Known, whole: settings.Settings) -> Condition:
    from limner.policy.by_jwt import ByJwt

    return ByJwt(setting, known, whole.fetch)


def _session(setting: Any, known: Known, whole: settings.Settings) -> Condition:
    from limner.policy import by_session

    return by_session.of(setting, known, whole)


KINDS: dict[str, Callable[[Any, Known], Condition]] = {
    "networks": lambda networks, known: ByNetwork(networks),
    "cookie": lambda cookies, known: ByCookie(cookies),
    "ltpa": _ltpa,
}
"""How a condition is made from each setting of `[[policy.allow]]`, and from the people whom the library knows."""

WIDER: dict[str, Callable[[Any, Known, settings.Settings], Condition]] = {
    "jwt": _jwt,
    "pass": _pass,
    "session": _session,
}
"""The same, for those that need settings beside their own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A name and at least one condition. `guests`: whether those whom it lets in are guests."""

    name: str
    conditions: tuple[Condition, ...]
    budget: Budget | None = None
    guests: bool = False

    def __post_init__(self) -> None:
        if not self.conditions:  # all of nothing is true: such a rule would let everyone in
            raise SettingsError(f"the rule {self.name!r} has no conditions")

    @property
    def each_face(self) -> bool:
        """Whether the answer depends on whose face is asked for."""
        return self.budget is not None or any(condition.each_face for condition in self.conditions)

    @property
    def is_for_anyone(self) -> bool:
        """Whether anyone at all can fulfil it."""
        return all(map(anyone_fulfils, self.conditions))

    @property
    def parameters(self) -> frozenset[bytes]:
        """The names of parameters in an address that may hold a credential."""
        return frozenset().union(*(condition.parameters for condition in self.conditions))

    def refresh(self) -> bool:
        """Look whether what its conditions rest on has changed. True: earlier verdicts no longer stand."""
        if self.budget is not None:
            self.budget.refresh()
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
        return whole if self.budget is None else self.budget.admits(visitor, whole)

    def admits_but_for_budget(self, visitor: Visitor) -> Grant | None:
        """Give what all conditions grant together, however many faces the visitor has seen."""
        return replace(self, budget=None).admits(visitor)

    def swallows(self, other: Rule) -> bool:
        """Whether every visit that the other allows is allowed by this rule too; False where that is not sure."""
        if self.budget is not None or (self.guests and not other.guests):  # it gives less
            return False
        return all(any(mine.implied_by(theirs) for theirs in other.conditions) for mine in self.conditions)


def rule_from(
    setting: settings.Rule,
    known: Known = NOBODY,
    whole: settings.Settings | None = None,
    tally: Tally | None = None,
) -> Rule:
    """Make a rule of its settings; `whole` is the file that it stands in, `tally` counts faces for its budget.

    Raises SettingsError, too for a condition that no kind knows: it must not be lost.
    """
    conditions = []
    for kind, field in type(setting).named().items():
        value = getattr(setting, f"{kind}_" if field.alias else kind)
        if kind in NO_CONDITIONS or value is None:
            continue
        if kind in WIDER:
            conditions.append(WIDER[kind](value, known, whole or settings.Settings()))
        elif kind in KINDS:
            conditions.append(KINDS[kind](value, known))
        else:
            raise SettingsError(f"the rule {setting.name!r} has a condition that nothing enforces: {kind}")
    budget = Budget(setting.name, setting.budget, known, tally or Tally()) if setting.budget is not None else None
    guests = setting.guests if setting.guests is not None else _is_for_guests(conditions)
    return Rule(setting.name, tuple(conditions), budget, guests)


def _is_for_guests(conditions: list[Condition]) -> bool:
    """Tell whether those whom some conditions let in are guests: holders of passes, and whoever likes to come."""
    return any(each.kind == "pass" for each in conditions) or all(map(anyone_fulfils, conditions))


def anyone_fulfils(condition: Condition) -> bool:
    """Tell whether anyone at all can fulfil a condition."""
    return condition.forgeable or (isinstance(condition, ByNetwork) and bool(holds_internet(condition.networks)))
