"""How the replica stands, for `/readyz`, `/metrics` and `limner status`: how old, how far, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf
from typing import Self

from prometheus_client.core import GaugeMetricFamily, Metric

from limner.settings import Settings, SharedPlace
from limner.settings.durations import seconds
from limner.web.gauges import Gauges
from limner.web.replica.news import age

_MEANINGS = {
    "age_seconds": "Seconds since the shared library was last heard of; -1: never yet.",
    "position": "Number of the last change of the shared library that is in the replica.",
    "behind": "Changes that are known of, and not in the replica yet.",
    "lacking_pictures": "People whose picture has not come into the replica yet.",
    "cut_off": "1 if the shared library was not heard of for longer than replica.late_after.",
    "vouches": "0 if faces are not shown, because of replica.vouch_for.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a replica stands; the numbers are in shared memory. `late_after` and `vouch_for` in seconds."""

    gauges: Gauges
    late_after: int
    vouch_for: int

    @classmethod
    def of(cls, settings: Settings, gauges: Gauges) -> Self | None:
        """Give it, if the library is a shared one."""
        table = settings.replica
        if not isinstance(settings.place, SharedPlace):
            return None
        return cls(gauges, seconds(table.late_after), seconds(table.vouch_for))

    @property
    def filled(self) -> bool:
        """Whether everybody was there once; a door that was started again serves with what it has."""
        return bool(self.gauges.replica("filled"))

    def numbers(self) -> dict[str, float]:
        """Give the numbers that _MEANINGS explains."""
        old = age(self.gauges.replica("news"))
        position, head = self.gauges.replica("position"), self.gauges.replica("head")
        return {
            "age_seconds": -1 if isinf(old) else max(0, int(old)),
            "position": position,
            "behind": max(0, head - position),
            "lacking_pictures": self.gauges.replica("lacking"),
            "cut_off": int(old > self.late_after),
            "vouches": int(old <= self.vouch_for),
        }

    def as_dict(self) -> dict[str, object]:
        """Give them as programs read them."""
        numbers = self.numbers()
        more = {"cut_off": bool(numbers["cut_off"]), "vouches": bool(numbers["vouches"]), "filled": self.filled}
        return numbers | more | {"age_seconds": None if numbers["age_seconds"] < 0 else numbers["age_seconds"]}

    def metrics(self) -> Iterator[Metric]:
        """Give them as Prometheus reads them."""
        for name, number in self.numbers().items():
            yield GaugeMetricFamily(f"limner_replica_{name}", _MEANINGS[name], value=number)
