"""Faults as they come: by chance, several at once, one after the other; each run with the same seed has the same ones.

`CHAOS_SEED` and `CHAOS_SECONDS` in the environment: another schedule, a longer one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from random import Random

import pytest

from .people import Told, Watcher, Writer
from .site import Door, Site
from .test_faults import agreed

pytestmark = pytest.mark.root

SEED = int(os.environ.get("CHAOS_SEED", "8"))
SECONDS = float(os.environ.get("CHAOS_SECONDS", "30"))


@contextlib.contextmanager
def dead(door: Door) -> Iterator[None]:
    door.kill()
    yield
    door.start()


@contextlib.contextmanager
def cut_off(door: Door) -> Iterator[None]:
    door.machine.cut()
    yield
    door.machine.join()


@contextlib.contextmanager
def thin(door: Door) -> Iterator[None]:
    door.machine.slow(128)
    yield
    door.machine.quick()


@contextlib.contextmanager
def wrong_clock(door: Door) -> Iterator[None]:
    door.skew(600 if door.machine.pid % 2 else -600)
    yield
    door.skew(0)


@contextlib.contextmanager
def failing(site: Site, how: str) -> Iterator[None]:
    site.proxy.how = how
    yield
    site.proxy.how = ""


@contextlib.contextmanager
def slow_store(site: Site) -> Iterator[None]:
    site.proxy.seconds = 0.3
    yield
    site.proxy.seconds = 0.0


@contextlib.contextmanager
def no_database(site: Site) -> Iterator[None]:
    site.primary.stop(signal.SIGQUIT)
    yield
    site.primary.start()


@contextlib.contextmanager
def new_primary(site: Site) -> Iterator[None]:
    site.primary.stop(signal.SIGKILL)
    yield
    site.fail_over()


def faults(site: Site, chance: Random) -> list[tuple[str, Callable[[], AbstractContextManager[None]]]]:
    """Give all that can happen now, each with its name."""
    at = chance.randrange(len(site.doors))
    door = site.doors[at]
    return [
        (f"door {at} dies", lambda: dead(door)),
        (f"door {at} is cut off", lambda: cut_off(door)),
        (f"door {at} has a thin cable", lambda: thin(door)),
        (f"door {at} has a wrong clock", lambda: wrong_clock(door)),
        ("the store answers 500", lambda: failing(site, "500")),
        ("the store answers by half", lambda: failing(site, "half")),
        ("the store is slow", lambda: slow_store(site)),
        ("the database is restarted", lambda: no_database(site)),
        ("the primary dies", lambda: new_primary(site)),
    ]


def test_whatever_happens_nothing_acknowledged_is_lost_and_all_agree_in_the_end(site: Site) -> None:
    """After each round of faults: what was acknowledged is there and at every door, and all replicas are the same."""
    told, chance, end = Told(), Random(SEED), time.monotonic() + SECONDS
    happened: list[str] = []
    with Watcher(site.doors, told) as watcher:
        while time.monotonic() < end:
            with Writer(site, told, chance.randrange(1000)):
                for _ in range(2):
                    now = chance.sample(faults(site, chance), chance.choice((1, 1, 2)))
                    if sum("database" in what or "primary" in what for what, _ in now) > 1:
                        now.pop()  # whoever is restarted cannot be the one that dies
                    happened += [what for what, _ in now]
                    print(f"{', '.join(what for what, _ in now)}")
                    with contextlib.ExitStack() as stack:
                        for _, fault in now:
                            stack.enter_context(fault())
                        time.sleep(chance.uniform(0.5, 3))  # it lasts
            site.heal()
            agreed(site, told)
    assert len(happened) > 2
    assert told.writes > 50
    print(f"{len(happened)} faults, {told.writes} changes, {told.refused} not acknowledged and made again,")
    print(f"{sum(watcher.faces.values())} faces, no face at any door for {watcher.longest:.2f} s at most")
