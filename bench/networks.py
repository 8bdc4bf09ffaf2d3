"""The networks bench: what the decision costs with 10 networks in the policy, and with 10,000."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from statistics import median

from bench import contest, faces, ours
from bench.contest import Contender
from bench.load import Load
from bench.results import Section, Target
from bench.servers import open_folder, say
from limner import settings
from limner.policy import Policy, Visit

VISITS = 20_000

# Visitors come from 10.B.C.D with B in 0-3, 20-23, ... 180-183, C below 250 and D from 1 to 126: each is in exactly one
# of the networks of either policy. No two networks touch, so none can be merged. bench/load.py draws the same visitors.
FEW = [f"10.{20 * block}.0.0/14" for block in range(10)]
MANY = [f"10.{20 * block + b}.{c}.0/25" for block in range(10) for b in range(4) for c in range(250)]


def bench(*, people: int, rounds: int, seconds: float) -> Section:
    """Measure the decision in this process, and through the door. Raises BenchError."""
    few, many = in_process(rounds)
    say(f"a decision with {len(FEW)} networks {median(few):.2f} us, with {len(MANY):,} {median(many):.2f} us")
    with open_folder() as folder, ExitStack() as running:
        library = ours.library_of(faces.folder_of(people, 160), folder)
        contenders = []
        for networks in (FEW, MANY):
            name = f"limner, {len(networks):,} networks"
            server = running.enter_context(
                ours.served(
                    name,
                    folder / f"ours-{len(networks)}",
                    library=library,
                    networks=networks,
                    cookies=(),
                    proxies=["127.0.0.1"],
                )
            )
            contenders.append(Contender(name, server, Load(people, cookie=False, forwarded=True)))
        figures = contest.hold(contenders, rounds=rounds, seconds=seconds)
    at_few, at_many = figures.values()
    return Section(
        title="Networks in the policy",
        about=(
            "Every visit comes from another address (`X-Forwarded-For`, from a trusted proxy) that one network admits: "
            "nothing about the visitor can be remembered from the last request. Below the door, `Policy.decide` alone."
        ),
        headings=contest.HEADINGS,
        rows=[
            *(contest.row(name, one) for name, one in figures.items()),
            *(
                [
                    f"`Policy.decide`, {len(networks):,} networks",
                    f"{median(cost):.2f}",
                    *["-"] * (len(contest.HEADINGS) - 2),
                ]
                for networks, cost in ((FEW, few), (MANY, many))
            ),
        ],
        targets=[
            Target("CPU per photo, 10,000 networks / 10", contest.ratio(at_many.cpu, at_few.cpu), 1.1),
            Target("CPU per decision alone, 10,000 networks / 10", contest.ratio(many, few), 1.1),
        ],
    )


def in_process(rounds: int) -> tuple[list[float], list[float]]:
    """Give the microseconds of `Policy.decide` with few and with many networks, a value for each round."""
    visits = [Visit(peer=address) for address in addresses(VISITS)]
    policies = [_policy(networks) for networks in (FEW, MANY)]
    costs: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for policy, cost in zip(policies, costs, strict=True):
            start = time.process_time()
            for visit in visits:
                policy.decide(visit)
            cost.append((time.process_time() - start) / len(visits) * 1e6)
    return costs[0][1:], costs[1][1:]  # the first round was for warming up


def addresses(count: int) -> list[str]:
    """Give the addresses of visitors, the same in every run."""
    chance = random.Random(10)
    return [
        f"10.{20 * chance.randrange(10) + chance.randrange(4)}.{chance.randrange(250)}.{chance.randint(1, 126)}"
        for _ in range(count)
    ]


def _policy(networks: list[str]) -> Policy:
    return Policy(settings.Policy(allow=[settings.Rule(name="offices", networks=networks)]))
