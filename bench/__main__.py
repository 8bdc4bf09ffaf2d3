"""`python -m bench`: run the benches and write bench/RESULTS.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from bench import (
    capture,
    cell,
    door,
    gateway,
    ldap,
    networks,
    passes,
    publish,
    results,
    scale,
    shared,
    sync,
    together,
    tokens,
)
from bench.results import Section
from bench.servers import BenchError, say

BENCHES = (
    "door",
    "networks",
    "tokens",
    "passes",
    "sync",
    "ldap",
    "scale",
    "together",
    "publish",
    "gateway",
    "capture",
    "cell",
    "shared",
)


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; 0 done, 2 could not be done."""
    asked = _parser().parse_args(arguments)
    names = BENCHES if "all" in asked.bench else asked.bench
    rounds, seconds = (2, min(asked.seconds, 2.0)) if asked.quick else (asked.rounds, asked.seconds)

    def people(usual: int, quick: int) -> int:
        return asked.people or (quick if asked.quick else usual)

    benches: dict[str, Callable[[], Section]] = {
        "door": lambda: door.bench(
            people=people(10_000, 2_000), rounds=rounds, seconds=seconds, peers_only=asked.peers_only
        ),
        "networks": lambda: networks.bench(people=people(10_000, 2_000), rounds=rounds, seconds=seconds),
        "tokens": lambda: tokens.bench(people=people(10_000, 2_000), rounds=rounds, seconds=seconds),
        "passes": lambda: passes.bench(rounds=rounds, seconds=seconds),
        "sync": lambda: sync.bench(people=asked.sync_people or people(10_000, 500)),
        "ldap": lambda: ldap.bench(
            people=asked.sync_people or people(20_000, 500),
            many=asked.people or (5_000 if asked.quick else 200_000),
            rounds=min(rounds, 3),
        ),
        "scale": lambda: scale.bench(people=people(1_000_000, 50_000), rounds=rounds, seconds=seconds),
        "together": lambda: together.bench(people=people(2_000, 200), rounds=rounds),
        "publish": lambda: publish.bench(people=people(10_000, 1_000), rounds=rounds),
        "capture": lambda: capture.bench(megabytes=20 if asked.quick else 200, rounds=rounds),
        "shared": lambda: shared.bench(people=people(4_000, 300), rounds=rounds, seconds=seconds),
        "cell": lambda: cell.bench(nodes=50, servers=100 if asked.quick else 1_000, rounds=rounds),
        "gateway": lambda: gateway.bench(rounds=rounds),
    }
    sections = []
    try:
        for name in names:
            say(f"== {name}")
            sections.append(benches[name]())
    except BenchError as why:
        print(f"bench: error: {why}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    page = results.render(sections, " ".join(["python -m bench", *(sys.argv[1:] if arguments is None else arguments)]))
    print(page, end="")
    if asked.write or (len(sections) == len(BENCHES) and not (asked.quick or asked.people or asked.peers_only)):
        results.FILE.write_text(page)
        say(f"written to {results.FILE}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="limner and its peers, side by side.")
    parser.add_argument("bench", nargs="*", choices=[*BENCHES, "all"], default="all", help="which (default: all)")
    parser.add_argument("--seconds", type=float, default=5, help="of each measurement (default: 5)")
    parser.add_argument("--rounds", type=int, default=5, help="of each comparison (default: 5)")
    parser.add_argument("--people", type=int, help="how many people, instead of each bench's usual number")
    parser.add_argument("--sync-people", type=int, help="how many photos sync and ldap, the slowest, make")
    parser.add_argument("--quick", action="store_true", help="a short run with few people, to see that all works")
    parser.add_argument("--peers-only", action="store_true", help="door: without limner")
    parser.add_argument("--write", action="store_true", help="write the page, though not all was run as usual")
    return parser


if __name__ == "__main__":
    sys.exit(main())
