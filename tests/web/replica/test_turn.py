"""Jobs of doors that share a library: each is done once, by the database's clock, and by another when one dies."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image
from tests.web.house import Served, until

from limner.library import open_library
from limner.library.shared.claim import Claim
from limner.settings import Settings, Shared, SharedPlace
from limner.web import gauges
from limner.web.gauges import LEVEL, Gauges
from limner.web.replica.turn import Turn
from shared_servers import needs_postgres

pytestmark = needs_postgres
NOTHING = "nothing is due, or another sync is at it\n"
START = "from limner.cli import main; main()"


@pytest.fixture
def place(postgres, tmp_path):
    return SharedPlace(postgres.fresh(), f"file://{tmp_path}/store", Shared())


def text(place, source):
    return f'library = "{place.url}"\npictures = "{place.pictures}"\n[serve]\nadmin = "127.0.0.1:0"\n{source}\n'


def photos(tmp_path, *who):
    (tmp_path / "photos").mkdir(exist_ok=True)
    for each in who:
        Image.new("RGB", (64, 64), "navy").save(tmp_path / "photos" / f"{each}.jpg")


def results(place):
    library = open_library(place, readonly=True)
    try:
        return {name: json.loads(value) for name, value in library.notes("result ")}
    finally:
        library.close()


def test_of_two_doors_one_does_what_is_due_and_both_hear_of_it(place, tmp_path):
    photos(tmp_path, "jane@example.com")
    open_library(place, create=True).close()
    source = f'[sync]\nschedule = "every 1h"\nworkers = 1\n[[source]]\nkind = "folder"\npath = "{tmp_path}/photos"\n'
    doors = []
    try:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            doors.append(Served(tmp_path / name, text(place, source)))
            doors[-1].__enter__()
        for served in doors:
            row = until(
                lambda served=served: (
                    (found := json.loads(served.admin("/readyz").body)["sources"]) and found[0]["last_run"] and found[0]
                ),
                30,
            )
            assert row["counts"]["added"] == 1
            until(lambda served=served: served.ask("/jane@example.com.jpg").status == 200, 20)
        began = results(place)
        assert len(began) == 1
    finally:
        for served in doors:
            served.__exit__()
    assert results(place) == began, "nobody did it again"


def test_what_is_not_due_by_what_others_wrote_down_is_left(place, tmp_path):
    """Whoever comes second finds the result of the first, in the library, under the lock."""
    photos(tmp_path, "jane@example.com")
    source = f'[sync]\nschedule = "every 1h"\nworkers = 1\n[[source]]\nkind = "folder"\npath = "{tmp_path}/photos"\n'
    (tmp_path / "limner.toml").write_text(text(place, source))
    command = [sys.executable, "-c", START, "sync", "--due", "--config", str(tmp_path / "limner.toml")]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], said
    told = [out for out, _ in said]
    assert sum("1 added" in out for out in told) == 1
    assert sum(out == NOTHING for out in told) == 2
    library = open_library(place)
    library_clock = library.now()
    assert abs(library_clock - time.time()) < 5, "on one machine both clocks agree"
    library.close()


class Slow(BaseHTTPRequestHandler):
    """A web server that has every photo, and takes its time while `hold` is set."""

    hold = threading.Event()
    asked = threading.Event()
    photo = b""

    def do_GET(self):
        type(self).asked.set()
        while type(self).hold.is_set():
            time.sleep(0.02)
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(self.photo)))
        self.end_headers()
        self.wfile.write(self.photo)

    def log_message(self, *_):
        pass


def test_a_machine_that_is_killed_in_the_middle_gives_the_job_back(place, tmp_path):
    """The lock goes with its connection; another machine takes the job at once, and ends it."""
    photos(tmp_path, "jane@example.com", "joe@example.com")
    Slow.photo = (tmp_path / "photos" / "jane@example.com.jpg").read_bytes()
    Slow.hold.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "people.csv").write_text("mail\njane@example.com\njoe@example.com\n")
    source = (
        '[fetch]\nallow = ["127.0.0.0/8"]\n[sync]\nschedule = "every 1h"\nworkers = 1\n'
        f'[[source]]\nkind = "url"\nname = "web"\ntable = "{tmp_path}/people.csv"\n'
        f'template = "http://127.0.0.1:{server.server_address[1]}/{{mail}}"\n'
    )
    (tmp_path / "limner.toml").write_text(text(place, source))
    command = [sys.executable, "-c", START, "sync", "--due", "--config", str(tmp_path / "limner.toml")]
    try:
        first = subprocess.Popen(command, stdout=subprocess.DEVNULL, process_group=0)
        assert Slow.asked.wait(20)
        library = open_library(place, readonly=True)
        assert library.is_held()
        second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert (second.returncode, second.stdout) == (0, NOTHING)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait(10)
        until(lambda: not library.is_held(), 20)
        Slow.hold.clear()
        third = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert "2 added" in third.stdout, third
        assert library.count().with_photo == 2
        library.close()
    finally:
        Slow.hold.clear()
        server.shutdown()
        server.server_close()


def test_a_door_reckons_by_the_clock_of_the_database_and_waits_for_news_of_it(tmp_path):
    library = open_library(tmp_path / "library", create=True)
    shared = Gauges(gauges.make())
    settings = Settings.model_validate({"library": "postgresql://photos@db.example.com/photos"})
    turn = Turn(settings, library, shared)
    assert not turn.may_start()
    assert abs(turn.now() - time.time()) < 5
    shared.set_replica(clock=LEVEL - 3_600_000, news=int(time.time()), syncing=1)
    assert abs(turn.now() - (time.time() - 3600)) < 5
    assert turn.may_start()
    assert turn.is_taken()
    shared.set_replica(news=int(time.time()) - 60, syncing=0)
    assert not turn.may_start()
    assert not turn.is_taken()
    own = Turn(Settings(), library, shared)
    assert own.may_start()
    assert not own.is_taken()
    library.close()


def test_a_table_that_another_machine_publishes_or_has_published_is_left(place, tmp_path):
    """Whoever has the claim publishes; afterwards it is not due by what the library says."""
    library = open_library(place, create=True)
    table = f'[[publish]]\nkind = "folder"\nname = "dmz"\npath = "{tmp_path}/out"\nschedule = "every 1h"\n'
    claim = Claim(place)
    assert claim.take("publish dmz")
    doors = []
    try:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            doors.append(Served(tmp_path / name, text(place, table)))
            doors[-1].__enter__()
            until(lambda: json.loads(doors[-1].admin("/readyz").body)["ready"], 20)
        assert list(library.notes("published ")) == []
        claim.close()
        for served in doors:
            until(lambda served=served: json.loads(served.admin("/readyz").body)["published"][0]["last_run"], 30)
        told = {json.loads(served.admin("/readyz").body)["published"][0]["last_run"] for served in doors}
        assert len(told) == 1, "one of them did it"
    finally:
        claim.close()
        for served in doors:
            served.__exit__()
        library.close()
