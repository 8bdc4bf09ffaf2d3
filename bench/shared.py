"""The shared bench: doors of a library in PostgreSQL and an object store, all on this machine."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import queue
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles

import obstore
from obstore.store import S3Store
from tests.shared_servers import Postgres, Store
from tests.shared_servers.postgres import BINARIES
from tests.shared_servers.store import BUCKET, KEYS, PROGRAM

from bench import ours
from bench.cpu import tree
from bench.faces import mail
from bench.fill import padded_photo
from bench.load import Load, run
from bench.results import Section, Target
from bench.servers import BenchError, Server, cores, open_folder, say
from limner.library import Library, Record, open_library
from limner.people import Person
from limner.picture import LADDER, Portrait
from limner.settings import Shared, SharedPlace

CHANGES = 500  # a second
BATCH = 10  # changes that are acknowledged at once
SHARE = 150  # bytes of a rendition for each pixel of its rung: some 150 KB a person, as photos have
PATIENCE = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Site:
    """The database and the store, and where the library is in them."""

    place: SharedPlace
    store: Store
    database: Postgres

    def lines(self) -> str:
        """Give what a door's settings say of the library beyond its address."""
        return f'pictures = "{self.place.pictures}"\n\n[shared]\nendpoint = "{self.store.endpoint}"'


def bench(*, people: int, rounds: int, seconds: float) -> Section:
    """Measure how a new door fills, what catching up costs, and how soon a change shows. Raises BenchError."""
    with _site() as site, open_folder() as folder:
        library = open_library(site.place, create=True)
        say(f"filling a shared library with {people:,} people")
        size = _fill(library, people)
        tables = _bytes_of_tables(site) / people
        read = _sequential(site)
        say(f"the store alone: {read:,.0f} pictures/s")
        with ExitStack() as running:
            one = running.enter_context(_door(site, folder / "one"))
            start = time.monotonic()
            _until_whole(one)
            filled = people / (time.monotonic() - start)
            say(f"a new door: {filled:,.0f} people/s")
            copy = (folder / "one" / "replica" / "data.mdb").stat().st_blocks * 512 / people
            two = running.enter_context(_door(site, folder / "two"))
            _until_whole(two)
            usual, behind = _catching_up(library, one, people, rounds, seconds)
            named = _delays(library, two, people, seconds * rounds, pictures=False)
            pictured = _delays(library, two, people, seconds * rounds, pictures=True)
        library.close()
    ratio = median(b / u for b, u in zip(behind, usual, strict=True))
    return Section(
        title="Many machines",
        about=(
            f"{people:,} people with pictures of {size:,} bytes in all sizes, in PostgreSQL and SeaweedFS on the core "
            f"of the load; the doors on the other one. {CHANGES} changes/s in batches of {BATCH}; a delay counts from "
            "before a batch is begun until another door shows the last of it."
        ),
        headings=["what", "measured"],
        rows=[
            ["the store, one picture after the other", f"{read:,.0f}/s"],
            ["a new door, from when it listens until it has all", f"{filled:,.0f}/s"],
            ["a person in the database", f"{tables:,.0f} bytes"],
            ["a person in a door's replica, pictures included", f"{copy:,.0f} bytes"],
            ["answers of a door", f"{median(usual):,.0f}/s"],
            ["answers of a door that is catching up", f"{median(behind):,.0f}/s"],
            ["a changed name shows, middle / p99", named.told()],
            ["a changed picture shows, middle / p99", pictured.told()],
        ],
        targets=[
            Target("rate of a door that is catching up / usual", ratio, 0.9, at_least=True),
            Target(f"a change shows on another door, p99 at {named.rate:,.0f} changes/s", named.p99, 1, unit=" s"),
            Target("changes each second, by one who writes", named.rate, 0.98 * CHANGES, at_least=True),
            Target("a new door fills / the store's sequential reads", filled / read, 0.5, at_least=True),
        ],
        notes=[
            f"Pictures were changed {pictured.rate:,.0f} times a second; they are drawn on the core of the load, too."
        ],
    )


@contextmanager
def _site() -> Iterator[Site]:
    if not BINARIES or not PROGRAM.exists():
        raise BenchError("PostgreSQL or SeaweedFS is not installed: `make servers` and `make .venv/dev` do that")
    os.environ.update(KEYS)  # limner reads the store's keys from there
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[1]})
    try:
        with Postgres() as database, Store() as store:
            access = Shared(endpoint=store.endpoint)
            yield Site(SharedPlace(database.fresh(), f"s3://{BUCKET}/bench", access), store, database)
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _door(site: Site, folder: Path) -> Iterator[Server]:
    with ours.served("limner", folder, library=site.place.url, shared=site.lines()) as server:
        yield server


def _fill(library: Library, people: int) -> int:
    """Fill the library, and give the bytes of a person's picture."""
    for start in range(0, people, 200):
        with library.batch() as batch:
            for number in range(start, min(start + 200, people)):
                batch.put(_record(number), _portrait(number))
    return sum(map(len, _portrait(0).renditions.values()))


def _bytes_of_tables(site: Site) -> int:
    """Give the bytes of all tables and indexes of the library."""
    query = (
        "select sum(pg_total_relation_size(c.oid))::bigint from pg_class c join pg_namespace n on n.oid = relnamespace "
        "where nspname = 'limner' and relkind = 'r'"
    )
    ((size,),) = site.database.run(query, site.place.url.rpartition("/")[2])
    assert isinstance(size, int)
    return size


def _record(number: int, generation: int = 0) -> Record:
    """Give a person, who has another user name in each generation."""
    person = Person.of(mails=[mail(number)], uid=f"u{number}-{generation}", name=f"Person {number:07d}")
    return Record(person, "bench", mail(number), modified=1_700_000_000 + generation)


def _digest(number: int, generation: int = 0) -> bytes:
    """Give the digest of the original of somebody's picture, which nobody needs here."""
    return hashlib.sha256(f"{number} {generation}".encode()).digest()


def _portrait(number: int, generation: int = 0) -> Portrait:
    digest = _digest(number, generation)
    photo, chance = padded_photo(number * 1000 + generation, (2000, 4000)), random.Random(digest)
    return Portrait(digest, 0, 0, {rung: photo + chance.randbytes(rung * SHARE // 3) for rung in LADDER})


def _sequential(site: Site) -> float:
    """Read all pictures from the store, one after the other, and give how many come each second."""
    store = S3Store(
        BUCKET,
        endpoint=site.store.endpoint,
        region="us-east-1",
        access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        client_options={"allow_http": True},
    )
    places = [each["path"] for step in obstore.list(store) for each in step]
    start = time.monotonic()
    for place in places:
        obstore.get(store, place).bytes()
    return len(places) / (time.monotonic() - start)


def _standing(door: Server) -> dict[str, float]:
    """Give how a door's replica stands."""
    connection = http.client.HTTPConnection("127.0.0.1", door.port + 1, timeout=10)
    try:
        connection.request("GET", "/readyz")
        found: dict[str, float] = json.loads(connection.getresponse().read())["replica"]
        return found
    finally:
        connection.close()


def _until_whole(door: Server) -> None:
    """Wait until a door has everybody, and all pictures."""
    end = time.monotonic() + PATIENCE
    while True:
        found = _standing(door)
        if found["filled"] and not found["behind"] and not found["lacking_pictures"]:
            return
        if time.monotonic() > end:
            raise BenchError(f"{door.name} lacks something after {PATIENCE:.0f} s: {found}")
        time.sleep(0.05)


class Asking:
    """One visitor's connection to a door."""

    def __init__(self, door: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)

    def ask(self, target: str) -> bool:
        """Tell whether there is a photo."""
        self._connection.request("GET", target, headers={"Cookie": "LtpaToken2=x"})
        answer = self._connection.getresponse()
        answer.read()
        return answer.status == 200

    def close(self) -> None:
        self._connection.close()


def _catching_up(
    library: Library, door: Server, people: int, rounds: int, seconds: float
) -> tuple[list[float], list[float]]:
    """Measure a door in turn with nothing to do, and with everybody changed while it was held up."""
    usual, late = [], []
    (follower,) = (pid for pid in tree(door.pid) if b"replica.follower" in Path(f"/proc/{pid}/cmdline").read_bytes())
    for number in range(rounds):
        usual.append(run(door, Load(people), seconds=seconds).rate)
        os.kill(follower, signal.SIGSTOP)
        _change_all(library, people, number + 1)
        os.kill(follower, signal.SIGCONT)
        late.append(run(door, Load(people), seconds=seconds).rate)
        done = "and not done yet" if _standing(door)["behind"] else "and done before the end"
        say(f"round {number + 1}: {usual[-1]:,.0f}/s, catching up {late[-1]:,.0f}/s {done}")
        _until_whole(door)
    return usual, late


def _change_all(library: Library, people: int, generation: int) -> None:
    for start in range(0, people, 200):
        with library.batch() as batch:
            for number in range(start, min(start + 200, people)):
                batch.put(replace(_record(number, generation), digest=_digest(number)))


@dataclass(slots=True)
class Delays:
    """Seconds from before a batch until another door shows it, and how many changes were made each second."""

    seconds: list[float]
    rate: float

    @property
    def p99(self) -> float:
        return quantiles(self.seconds, n=100, method="inclusive")[98]

    def told(self) -> str:
        return f"{median(self.seconds) * 1000:.0f} / {self.p99 * 1000:.0f} ms"


def _delays(library: Library, door: Server, people: int, seconds: float, *, pictures: bool) -> Delays:
    """Change people at a steady pace, and see when another door shows the last of each batch."""
    asking, delays, chance = Asking(door), [], random.Random(1)
    batches, generation = max(3, round(seconds * CHANGES / BATCH)), 1000 + pictures * 1_000_000
    waiting: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()

    def look() -> None:
        while (each := waiting.get()) is not None:
            since, target = each
            while not asking.ask(target) and time.monotonic() - since < PATIENCE:
                time.sleep(0.002)
            delays.append(time.monotonic() - since)

    looking = threading.Thread(target=look)
    looking.start()
    first = time.monotonic()
    for at in range(batches):
        time.sleep(max(0.0, first + at * BATCH / CHANGES - time.monotonic()))
        since = time.monotonic()
        # who is looked for comes again only when all others of that half have come: it would never be found else
        numbers = [*chance.sample(range(people // 2, people), BATCH - 1), at % (people // 2)]
        with library.batch() as batch:
            for number in numbers:
                if pictures:
                    batch.put(_record(number, generation + at), _portrait(number, generation + at))
                else:
                    batch.put(replace(_record(number, generation + at), digest=_digest(number)))
        waiting.put((since, f"/uid/u{numbers[-1]}-{generation + at}.jpg"))
    rate = batches * BATCH / (time.monotonic() - first)
    waiting.put(None)
    looking.join(2 * PATIENCE)
    asking.close()
    say(f"{'pictures' if pictures else 'names'}: {rate:,.0f} changes/s, {Delays(delays, rate).told()}")
    return Delays(delays, rate)
