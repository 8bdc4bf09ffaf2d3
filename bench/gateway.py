"""The gateway bench: how long it takes to write a policy of 10,000 networks for another web server, and to compare.

Twice: networks in a pattern, as companies have them, and scattered ones, which regular expressions cannot shorten.
"""

from __future__ import annotations

import ipaddress
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from bench.networks import MANY
from bench.results import Section, Target
from bench.servers import BenchError, say
from limner import settings
from limner.gateway.compare import compare
from limner.gateway.export import TARGETS, Site, export
from limner.gateway.meaning import meaning_of
from limner.gateway.reading import expression
from limner.gateway.reading.kinds import READERS
from limner.gateway.reading.reading import Reading

LIMIT = 1.0  # seconds
SITE = Site(limner="http://127.0.0.1:8080")
FORMS = (*((target, False) for target in TARGETS), ("apache22", True))


def bench(*, rounds: int) -> Section:
    """Measure each target, settings already read."""
    rows: list[list[str]] = []
    slowest = slowest_compared = 0.0
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
            reader = READERS["apache" if target.startswith("apache") else target]
            compared = None
            if not (by_rewrite and kind == "scattered"):  # a hundred large expressions: most of a minute
                compared = _compared(reader, text, policy.policy, rounds)
                slowest_compared = max(slowest_compared, compared)
            took = "-" if compared is None else f"{compared:.2f}"
            rows.append([f"`{name}`", kind, f"{median(taken):.2f}", f"{len(text) / 1000:,.0f}", took])
            say(f"export {name}, networks {kind}: {median(taken):.2f} s, compare: {took} s")
    return Section(
        title="Policies for other web servers",
        about=f"A policy of {len(MANY):,} networks in one rule: the CPU time of writing it, and of reading what "
        "was written and comparing it with the policy. Regular expressions for scattered networks are not compared "
        "here: reading them takes most of a minute.",
        headings=["target", "networks", "seconds", "KB written", "seconds to compare"],
        rows=rows,
        targets=[
            Target("CPU of the slowest export, 10,000 networks", slowest, LIMIT, unit=" s"),
            Target("CPU of the slowest comparison, 10,000 networks", slowest_compared, LIMIT, unit=" s"),
        ],
    )


def _compared(reader: Callable[[str, str], Reading], text: str, policy: settings.Policy, rounds: int) -> float:
    """Give the seconds to read a configuration, and to compare it with a policy. Raises BenchError if they differ."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        reading = reader(text, "exported")
        relation = compare(meaning_of(policy), expression.meaning_of(reading.lets_in)).relation
        taken.append(time.process_time() - start)
        if relation != "equivalent":
            raise BenchError(f"an export is not equivalent to its policy: {relation}")
    return median(taken)


def scattered() -> list[str]:
    """Give as many networks as MANY has, anywhere in IPv4; the same in every run."""
    chance = random.Random(1)
    return [f"{ipaddress.ip_address(chance.getrandbits(32))}/{chance.choice((24, 26, 28, 32))}" for _ in MANY]


def _text(networks: Sequence[str]) -> str:
    listed = ", ".join(f'"{network}"' for network in networks)
    return f'[[policy.allow]]\nname = "offices"\nnetworks = [{listed}]\n'
