"""What is acknowledged survives the death of the primary."""

from __future__ import annotations

import signal

from tests.library.samples import a_portrait, a_record

from limner import people
from limner.errors import LibraryError
from limner.library import open_library
from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, needs_postgres

pytestmark = needs_postgres


def test_acknowledged_writes_survive_the_death_of_the_primary_and_the_promotion_of_its_standby() -> None:
    """The same address names both servers; what was acknowledged before the crash is there after it."""
    with Postgres() as primary, Postgres(following=primary) as standby:
        primary.fresh()
        primary.wait_for_standby(standby)
        url = f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{standby.port}/photos"
        library = open_library(SharedPlace(url, "postgresql", Shared(wait_seconds=2)), create=True)
        acknowledged = 0
        primary_died = False
        while not primary_died:
            if acknowledged == 20:
                primary.stop(signal.SIGQUIT)
            try:
                with library.batch() as batch:
                    batch.put(a_record(f"p{acknowledged}", "p"), a_portrait("p"))
                acknowledged += 1
            except LibraryError:
                primary_died = True
        standby.promote()
        standby.run("alter system set synchronous_standby_names = ''")
        standby.run("select pg_reload_conf()")
        for at in range(acknowledged):
            assert library.find(people.by_uid(f"p{at}")) is not None
        with library.batch() as batch:
            batch.put(a_record("after", "p"), a_portrait("p"))
        assert library.find(people.by_uid("after")) is not None
        assert list(library.check()) == []
        library.close()
