"""Mozilla's levels: modern, intermediate, old; and what keeps an endpoint from each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cryptography import x509

from limner.cell.keystores import certificate as facts
from limner.cell.scan.survey import Seen

LEVELS = ("modern", "intermediate", "old")
BELOW = "below old"


@dataclass(frozen=True)
class Grade:
    """The best level that an endpoint has, or BELOW; and for each that it does not have, why."""

    level: str
    obstacles: dict[str, tuple[str, ...]]

    def reaches(self, wanted: str) -> bool:
        """Say whether a level, or a better one, is reached."""
        return self.level != BELOW and LEVELS.index(self.level) <= LEVELS.index(wanted)


@cache
def table() -> dict[str, dict[str, Any]]:
    """Give the levels as they were published."""
    return tomllib.loads((files("limner.cell.scan") / "levels.toml").read_text("utf-8"))


def grade(seen: Seen, own: x509.Certificate | None) -> Grade:
    """Grade what was seen of an endpoint; `own` is the server's certificate, if it sent one that can be read."""
    obstacles = {level: tuple(_obstacles(_with_better(level), seen, own)) for level in LEVELS}
    level = next((level for level in LEVELS if not obstacles[level]), BELOW)
    return Grade(level, {level: why for level, why in obstacles.items() if why})


def _with_better(level: str) -> dict[str, Any]:
    """Give a level with the keys and signatures of the better ones: an ECDSA certificate is not what makes one old."""
    wanted = dict(table()[level])
    better = [table()[each] for each in LEVELS[: LEVELS.index(level) + 1]]
    return wanted | {what: {each for one in better for each in one[what]} for what in ("keys", "signatures")}


def _obstacles(level: dict[str, Any], seen: Seen, own: x509.Certificate | None) -> list[str]:
    found = [f"it speaks {version.label}" for version in seen.spoken if version.label not in level["versions"]]
    suites = dict.fromkeys(suite for suites in seen.spoken.values() for suite in suites)
    found += [f"it takes {suite}" for suite in suites if suite not in level["suites"]]
    if seen.dh_bits is not None and seen.dh_bits < level.get("dh_bits", 0):
        found.append(f"Diffie-Hellman has {seen.dh_bits} bits")
    if own is None:
        return [*found, "it showed no certificate"]
    kind, bits = facts.key(own)
    if kind not in level["keys"]:
        found.append(f"its key is {kind}")
    elif kind == "RSA" and bits is not None and bits < level.get("rsa_bits", 0):
        found.append(f"its key is RSA with {bits} bits")
    signed = facts.signature_name(own)
    if signed not in level["signatures"]:
        found.append(f"its certificate is signed with {signed}")
    return found
