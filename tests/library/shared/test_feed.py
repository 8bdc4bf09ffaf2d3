"""A replica that follows the feed becomes what the shared library is, from wherever it comes."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.library.changes import batches, change, faults
from tests.library.samples import SOURCE, a_record

from limner.errors import AwayError
from limner.library import Library, open_library
from limner.library.embedded.replica import Replica
from limner.library.move import digest
from limner.library.shared import feed as feeds
from limner.library.shared.feed import Feed
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, needs_postgres

pytestmark = needs_postgres


def follow(feed: Feed, replica: Replica, steps: int = 1000) -> None:
    """Apply what has changed, so many steps at most."""
    identity, head = feed.head()
    while steps and (position := replica.position()[1]) < head:
        replica.apply(identity, feed.after(position))
        steps -= 1


def same(replica: Replica, shared: Library) -> bool:
    return not faults(replica.library) and digest(replica.library) == digest(shared)


@contextmanager
def opened(postgres: Postgres) -> Iterator[tuple[Library, Feed, Path]]:
    place = SharedPlace(postgres.fresh(), "postgresql", Shared())
    with tempfile.TemporaryDirectory() as folder:
        shared, feed = open_library(place, create=True), Feed(place)
        yield shared, feed, Path(folder)
        feed.close()
        shared.close()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=batches, cuts=st.lists(st.integers(0, 2), min_size=6, max_size=6), size=st.integers(1, 3))
def test_one_who_looks_now_and_then_and_one_who_is_new_become_the_same(
    postgres: Postgres, changes: list[Any], cuts: list[int], size: int
) -> None:
    """In small steps, left off anywhere, with changes in between: what is applied twice, or late, does no harm."""
    with opened(postgres) as (shared, feed, folder), pytest.MonkeyPatch.context() as small:
        small.setattr(feeds, "STEP", size)
        often = Replica(folder / "often")
        for each, steps in zip(changes, cuts, strict=False):
            change(shared, each)
            follow(feed, often, steps)
        follow(feed, often)
        assert same(often, shared)
        new = Replica(folder / "new")
        follow(feed, new)
        assert same(new, shared)
        for replica in (often, new):
            replica.close()


def test_a_replica_that_follows_many_writers_misses_nothing(postgres: Postgres) -> None:
    with opened(postgres) as (shared, feed, folder):
        replica = Replica(folder)

        def write(who: int) -> None:
            library = open_library(shared.place)  # type: ignore[attr-defined]
            for at in range(15):
                with library.batch() as batch:
                    batch.put(a_record(f"w{who}.{at}"))
                    if at > 3:
                        batch.remove(SOURCE, f"w{who}.{at - 3}.jpg")
            library.close()

        writers = [threading.Thread(target=write, args=(who,)) for who in range(4)]
        for writer in writers:
            writer.start()
        positions = []
        while any(writer.is_alive() for writer in writers):
            follow(feed, replica, 1)
            positions.append(replica.position()[1])
        follow(feed, replica)
        assert positions == sorted(positions)
        assert replica.position() == feed.head()
        assert same(replica, shared)
        replica.close()


def test_it_hears_of_a_change_at_once(postgres: Postgres) -> None:
    with opened(postgres) as (shared, feed, _):
        before = feed.head()[1]
        with shared.batch() as batch:
            batch.put(a_record("jane"))
        feed.wait(60)
        assert feed.head()[1] == before + 1


def test_it_listens_again_after_the_connection_broke(postgres: Postgres) -> None:
    with opened(postgres) as (shared, feed, _):
        feed.head()
        postgres.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'photos'")
        with pytest.raises(AwayError):
            feed.head()
        feed.head()
        with shared.batch() as batch:
            batch.put(a_record("jane"))
        feed.wait(60)
        assert feed.head()[1] == 1
