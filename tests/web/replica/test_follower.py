"""Doors of a shared library: they show what it says within moments, and serve on when it is away."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from tests.library.samples import a_portrait, a_record
from tests.web.house import IN, Served, get, until
from tests.web.origins.test_fetcher import Scene

from limner import people
from limner.library import open_library
from limner.library.move import digest
from limner.settings import Shared, SharedPlace
from limner.web.replica import follower
from limner.web.replica.news import age
from shared_servers import Postgres, needs_postgres

pytestmark = needs_postgres
JANE, JOE = "/jane@example.com.jpg", "/joe@example.com.jpg"


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL of these tests' own, for they stop it."""
    with Postgres() as postgres:
        yield postgres


@pytest.fixture
def place(server, tmp_path):
    return SharedPlace(server.fresh(), f"file://{tmp_path}/store", Shared())


@pytest.fixture
def shared(place):
    library = open_library(place, create=True)
    put(library, "jane", "joe")
    yield library
    library.close()


@pytest.fixture
def door(place, tmp_path):
    """Opens doors of the shared library, each in a folder of its own."""
    opened = []

    def make(name="one", more="", *, ready=True):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        first = f'library = "{place.url}"\npictures = "{place.pictures}"\n'
        served = Served(folder, f'{first}[serve]\nadmin = "127.0.0.1:0"\n[replica]\n{more}\n')
        served.__enter__()
        opened.append(served)
        if ready:
            until(lambda: standing(served)["ready"], 20)
        return served

    yield make
    for served in opened:
        served.__exit__()


def put(library, *whom):
    with library.batch() as batch:
        for who in whom:
            batch.put(a_record(who, who), a_portrait(who))


def standing(served):
    return json.loads(served.admin("/readyz").body)


def shows(served, target=JANE):
    return served.ask(target).status == 200


def replica(folder):
    return open_library(Path(folder) / "replica", readonly=True)


def test_a_change_on_one_machine_shows_on_every_door(door, shared):
    one, two = door("one"), door("two")
    for served in (one, two):
        until(lambda served=served: shows(served))
    with shared.batch() as batch:
        batch.remove("photos", "jane.jpg")
    put(shared, "new")
    for served in (one, two):
        until(lambda served=served: not shows(served))
        until(lambda served=served: shows(served, "/new@example.com.jpg"))
    for served in (one, two):
        command = [sys.executable, "-m", "limner", "library", "check", "--json", "-c", str(served.file)]
        told = [json.loads(subprocess.check_output([*command, *more])) for more in ((), ("--replica",))]
        assert told[0]["digest"] == told[1]["digest"] == digest(shared)
        assert [each["sound"] for each in told] == [True, True]
    text = one.admin("/metrics").body.decode()
    assert "limner_replica_lacking_pictures 0.0\n" in text
    assert "limner_replica_vouches 1.0\n" in text


def test_a_door_serves_on_without_the_database_says_so_and_catches_up(door, shared, server):
    """First it says that it is cut off; then it shows placeholders, for nobody can vouch for what it has."""
    served = door("one", 'late_after = "1s"\nvouch_for = "4s"')
    until(lambda: shows(served))
    server.stop(signal.SIGQUIT)
    try:
        told = until(lambda: (found := standing(served))["replica"]["cut_off"] and found)
        assert told["ready"]
        assert told["replica"]["vouches"]
        assert shows(served)
        until(lambda: not shows(served), 15)
        assert not standing(served)["replica"]["vouches"]
        assert "limner_replica_cut_off 1.0\n" in served.admin("/metrics").body.decode()
        assert served.stop() == 0
        again = door("one", 'late_after = "1s"\nvouch_for = "4s"', ready=False)
        assert not shows(again), "nor does it after it was started again"
    finally:
        server.start()
    until(lambda: shows(again), 20)
    put(shared, "new")
    until(lambda: shows(again, "/new@example.com.jpg"))


def test_a_door_that_is_started_without_the_database_serves_what_it_has(door, shared, server):
    served = door("one")
    until(lambda: shows(served))
    assert served.stop() == 0
    server.stop()
    try:
        again = door("one")
        assert shows(again)
        again.said(b"photos are served as they were")
    finally:
        server.start()


def test_what_the_store_lacks_comes_when_it_is_back_first_what_is_asked_for(door, shared, place, tmp_path):
    (tmp_path / "store").rename(tmp_path / "away")
    served = door("one")
    assert standing(served)["people"] in (0, 2)
    assert served.ask(JANE).status == 404
    until(lambda: standing(served)["replica"]["lacking_pictures"] == 2)
    for folder in (tmp_path / "away").iterdir():
        for file in folder.iterdir():  # half of each object
            (tmp_path / "store" / folder.name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "store" / folder.name / file.name).write_bytes(file.read_bytes()[:500])
    served.said(b"damaged, or half", seconds=30)
    assert served.ask(JANE).status == 404
    for folder in (tmp_path / "away").iterdir():
        for file in folder.iterdir():
            file.rename(tmp_path / "store" / folder.name / file.name)
    until(lambda: shows(served), 20)
    until(lambda: shows(served, JOE), 20)
    assert standing(served)["replica"]["lacking_pictures"] == 0


def test_a_replica_that_is_damaged_is_thrown_away_and_filled_again(door, shared):
    served = door("one")
    until(lambda: shows(served))
    file = served.folder / "replica" / "data.mdb"
    with file.open("r+b") as data:
        data.truncate(20_000)
    put(shared, "new")
    served.said(b"thrown away and filled again", seconds=30)
    until(lambda: whole(served, "/new@example.com.jpg"), 30)
    held = replica(served.folder)
    assert digest(held) == digest(shared)
    held.close()


def whole(served, target):
    try:
        return shows(served, target)
    except OSError:  # a worker was killed with the request
        return False


def test_a_replica_of_another_library_is_filled_anew(door, shared, place, server):
    served = door("one")
    until(lambda: shows(served))
    server.fresh()  # as a restored backup would be, or another address in the settings
    fresh = open_library(place, create=True)
    put(fresh, "new")
    until(lambda: whole(served, "/new@example.com.jpg"), 30)
    until(lambda: not whole(served, JANE), 30)
    held = replica(served.folder)
    assert held.find(people.by_uid("jane")) is None
    held.close()
    fresh.close()


def test_who_follows_is_started_again_when_it_is_killed(door, shared):
    served = door("one")
    until(lambda: shows(served))
    for pid in served.workers:
        if b"follower" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    served.said(b"who follows the shared library ended")
    put(shared, "new")
    until(lambda: shows(served, "/new@example.com.jpg"))
    assert shows(served)


def test_a_photo_that_is_fetched_on_ask_is_shown_to_who_asked(place, tmp_path):
    """It goes from the origin into the shared library, and from there into the replica, while they wait."""
    first = f'library = "{place.url}"\npictures = "{place.pictures}"\n'
    with Scene(tmp_path, first=first) as scene:
        until(lambda: scene.ask("p19@acme.example").status == 200)  # the last of all: the replica has everybody
        for who in ("p3", "p4", "p5"):
            assert scene.ask(f"{who}@acme.example").status == 200
        assert len(scene.asked("p3")) == 1


def test_a_door_syncs_by_itself_and_hears_how_it_went(door, place, tmp_path):
    open_library(place, create=True).close()
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (64, 64), "navy").save(tmp_path / "photos" / "jane@example.com.jpg")
    source = f'[[source]]\nkind = "folder"\nname = "photos"\npath = "{tmp_path}/photos"\n'
    served = door("one", f'[sync]\nschedule = "every 2s"\nworkers = 1\n{source}')
    until(lambda: shows(served), 30)
    served.said(b"limner: synced photos: 1 added, 0 changed, 0 removed, 0 refused\n", seconds=30)
    assert standing(served)["sources"][0]["failed"] is None


def test_who_follows_gives_way_to_those_who_serve_once_it_has_all(door, shared):
    """Where all processors are busy, a door that catches up serves nearly as fast as always."""
    served = door("one")
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    (pid,) = (pid for pid in served.workers if b"follower" in Path(f"/proc/{pid}/cmdline").read_bytes())
    until(lambda: shows(served) and shows(served, JOE))
    until(lambda: set(niceness(pid)) == {usual + follower.NICE})
    others = [nice for other in served.workers if other != pid for nice in niceness(other)]
    assert set(others) == {usual}


def niceness(pid):
    return [os.getpriority(os.PRIO_PROCESS, int(task.name)) for task in Path(f"/proc/{pid}/task").iterdir()]


def test_a_clock_that_was_set_back_is_not_believed():
    assert age(time.time() - 10) == pytest.approx(10, abs=1)
    assert age(time.time() + 60) == age(0) == float("inf")


def test_get_is_for_admitted_visitors(door, shared):
    served = door("one")
    until(lambda: shows(served))
    assert b"302" in served.raw(get(JANE)).split(b"\r\n")[0]
    assert b"200" in served.raw(get(JANE, IN)).split(b"\r\n")[0]
