"""The gateway bench: how long it takes to write a policy of 10,000 networks for another web server.

Twice: networks in a pattern, as companies have them, and scattered ones, which regular expressions cannot shorten.
"""

from __future__ import annotations

import ipaddress
import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.networks import MANY
from bench.results import Section, Target
from bench.servers import say
from limner import settings
from limner.gateway.export import TARGETS, Site, export

LIMIT = 1.0  # seconds
SITE = Site(limner="http://127.0.0.1:8080")
FORMS = (*((target, False) for target in TARGETS), ("apache22", True))


def bench(*, rounds: int) -> Section:
    """Measure each target, settings already read."""
    rows: list[list[str]] = []
    slowest = 0.0
    for kind, networks in (("in a pattern", MANY), ("scattered", scattered())):
        policy = settings.parse(_text(networks).encode(), Path("/limner.toml"))
        for target, by_rewrite in FORMS:
            name = f"{target} --rewrite" if by_rewrite else target
            taken = []
            for _ in range(rounds):
                start = time.process_time()
                text = export(target, policy, SITE, by_rewrite=by_rewrite)
                taken.append(time.process_time() - start)
            slowest = max(slowest, median(taken))
            rows.append([f"`{name}`", kind, f"{median(taken):.2f}", f"{len(text) / 1000:,.0f}"])
            say(f"export {name}, networks {kind}: {median(taken):.2f} s")
    return Section(
        title="Policies for other web servers",
        about=f"A policy of {len(MANY):,} networks in one rule: the CPU time of writing it.",
        headings=["target", "networks", "seconds", "KB written"],
        rows=rows,
        targets=[Target("CPU of the slowest export, 10,000 networks", slowest, LIMIT, unit=" s")],
    )


def scattered() -> list[str]:
    """Give as many networks as MANY has, anywhere in IPv4; the same in every run."""
    chance = random.Random(1)
    return [f"{ipaddress.ip_address(chance.getrandbits(32))}/{chance.choice((24, 26, 28, 32))}" for _ in MANY]


def _text(networks: Sequence[str]) -> str:
    listed = ", ".join(f'"{network}"' for network in networks)
    return f'[[policy.allow]]\nname = "offices"\nnetworks = [{listed}]\n'
