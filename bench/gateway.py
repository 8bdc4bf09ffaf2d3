"""The gateway bench: how long it takes to write a policy of 10,000 networks for another web server, and to compare."""

from __future__ import annotations

import time
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

LIMIT = 1.0  # seconds
SITE = Site(limner="http://127.0.0.1:8080")
FORMS = (*((target, False) for target in TARGETS), ("apache22", True))


def bench(*, rounds: int) -> Section:
    """Measure each target, settings already read."""
    policy = settings.parse(_text().encode(), Path("/limner.toml"))
    seconds: dict[str, float] = {}
    sizes: dict[str, int] = {}
    compared: dict[str, float] = {}
    for target, by_rewrite in FORMS:
        name = f"{target} --rewrite" if by_rewrite else target
        taken = []
        for _ in range(rounds):
            start = time.process_time()
            text = export(target, policy, SITE, by_rewrite=by_rewrite)
            taken.append(time.process_time() - start)
        seconds[name], sizes[name] = median(taken), len(text)
        say(f"export {name}: {seconds[name]:.2f} s")
        compared[name] = _compared("apache" if target.startswith("apache") else target, text, policy.policy, rounds)
        say(f"compare with {name}: {compared[name]:.2f} s")
    return Section(
        title="Policies for other web servers",
        about=f"A policy of {len(MANY):,} networks, none of which touch, in one rule: the CPU time of writing it, "
        "and of reading what was written and comparing it with the policy.",
        headings=["target", "seconds", "KB written", "seconds to compare"],
        rows=[
            [f"`{name}`", f"{seconds[name]:.2f}", f"{sizes[name] / 1000:,.0f}", f"{compared[name]:.2f}"]
            for name in seconds
        ],
        targets=[
            Target("CPU of the slowest export, 10,000 networks", max(seconds.values()), LIMIT, unit=" s"),
            Target("CPU of the slowest comparison, 10,000 networks", max(compared.values()), LIMIT, unit=" s"),
        ],
    )


def _compared(kind: str, text: str, policy: settings.Policy, rounds: int) -> float:
    """Give the seconds to read a configuration, and to compare it with a policy. Raises BenchError if they differ."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        reading = READERS[kind](text, "exported")
        relation = compare(meaning_of(policy), expression.meaning_of(reading.lets_in)).relation
        taken.append(time.process_time() - start)
        if relation != "equivalent":
            raise BenchError(f"{kind}: {relation}")
    return median(taken)


def _text() -> str:
    networks = ", ".join(f'"{network}"' for network in MANY)
    return f'[[policy.allow]]\nname = "offices"\nnetworks = [{networks}]\n'
