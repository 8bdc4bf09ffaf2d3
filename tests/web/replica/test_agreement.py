"""Two doors of one library: what one learns of passes, sessions and budgets the other knows within moments."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.library.samples import a_portrait, a_record
from tests.web.house import Served, until

from limner.library import open_library
from limner.oidc.keybox import at
from limner.policy import COUNTS, Tally
from limner.policy.heard import FILE, SLACK
from limner.settings import Settings, Shared, SharedPlace
from limner.web.replica.agreement import Agreement
from shared_servers import Postgres, needs_postgres

pytestmark = needs_postgres
START = "from limner.cli import main; main()"
FACES = [f"/p{at}@example.com.jpg" for at in range(6)]
RULES = """
[policy]
otherwise = 403
[[policy.allow]]
name = "guests"
pass = {}
[[policy.allow]]
name = "few faces"
networks = ["127.0.0.0/8"]
budget = { faces = 3, per = "1h" }
"""


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL of these tests' own, for they stop it."""
    with Postgres() as postgres:
        yield postgres


@pytest.fixture
def place(server, tmp_path):
    place = SharedPlace(server.fresh(), f"file://{tmp_path}/store", Shared())
    library = open_library(place, create=True)
    with library.batch() as batch:
        for number in range(6):
            batch.put(a_record(f"p{number}", f"p{number}"), a_portrait(f"p{number}"))
    library.close()
    return place


@pytest.fixture
def door(place, tmp_path):
    opened = []

    def make(name, rules=RULES, replica=""):
        folder = tmp_path / name
        folder.mkdir()
        first = f'library = "{place.url}"\npictures = "{place.pictures}"\n[serve]\nadmin = "127.0.0.1:0"\n'
        served = Served(folder, f"{first}[replica]\n{replica}\n{rules}")
        served.__enter__()
        opened.append(served)
        until(lambda: (told := json.loads(served.admin("/readyz").body))["ready"] and not lacking(told), 20)
        return served

    yield make
    for served in opened:
        served.__exit__()


def lacking(told):
    return told["replica"]["lacking_pictures"]


def limner(served, *words):
    command = [sys.executable, "-c", START, *words, "--config", f"{served.folder}/limner.toml"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def status(served, target, cookie=None):
    return served.ask(target, headers={"Cookie": cookie} if cookie else {}).status


def seen(served):
    """Give how many faces a door has counted for whoever comes from this machine."""
    return Tally(Path(served.folder) / "replica" / COUNTS).seen(b"few faces\x00127.0.0.1", time.time())


def silence(served):
    return time.time() - (Path(served.folder) / "replica" / FILE).stat().st_mtime


def test_a_pass_of_one_machine_opens_faces_at_every_door_until_it_is_revoked_on_another(door):
    rules = RULES.replace("127.0.0.0/8", "10.0.0.0/8")
    one, two = door("one", rules), door("two", rules)
    told = limner(one, "pass", "issue", "--room", "board", "--faces", "p1@example.com", "--json")
    assert told.returncode == 0, told
    made = json.loads(told.stdout)
    cookie = f"limner-pass-x={made['token']}"
    for served in (one, two):
        until(lambda served=served: status(served, FACES[1], cookie) == 200, 10)
        assert status(served, FACES[2], cookie) == 403
    began = time.monotonic()
    assert limner(two, "pass", "revoke", made["id"]).returncode == 0
    for served in (one, two):
        until(lambda served=served: status(served, FACES[1], cookie) == 403, 10)
    assert time.monotonic() - began < 30
    assert limner(one, "pass", "list", "--json").stdout == "[]\n"


def test_without_the_database_nobody_issues_or_revokes_and_passes_end_with_the_setting(door, server):
    rules = RULES.replace("127.0.0.0/8", "10.0.0.0/8")
    one = door("one", rules, 'late_after = "1s"\npasses_for = "2s"')
    made = json.loads(limner(one, "pass", "issue", "--room", "r", "--faces", "p1@example.com", "--json").stdout)
    cookie = f"limner-pass-x={made['token']}"
    until(lambda: status(one, FACES[1], cookie) == 200, 10)
    server.stop(signal.SIGQUIT)
    try:
        told = limner(one, "pass", "revoke", made["id"])
        assert told.returncode == 2
        assert "passes are shared by many machines: the library at" in told.stderr
        until(lambda: status(one, FACES[1], cookie) == 403, 30)
    finally:
        server.start()
    until(lambda: status(one, FACES[1], cookie) == 200, 20)


def test_a_budget_is_one_at_all_doors(door):
    one, two = door("one"), door("two")
    assert [status(one, face) for face in FACES[:3]] == [200, 200, 200]
    until(lambda: seen(two) == 3, 10)
    assert status(two, FACES[5]) == 403
    assert status(two, FACES[0]) == 200, "what was seen at the other door may be seen again"
    assert status(one, FACES[4]) == 403


def test_a_budget_that_is_closed_gives_nothing_new_while_the_door_is_cut_off(door, server):
    one, two = door("one", replica='late_after = "1s"\nbudgets = "closed"'), door("two", replica='late_after = "1s"')
    assert status(one, FACES[0]) == 200
    server.stop(signal.SIGQUIT)
    try:
        until(lambda: silence(one) > 2 + SLACK, 30)
        assert status(one, FACES[1]) == 403
        assert status(one, FACES[0]) == 200
        assert status(two, FACES[3]) == 200, "the other one goes on by itself, as its setting says"
    finally:
        server.start()


def test_sessions_keys_are_the_same_on_all_machines(place, tmp_path):
    """Two followers' threads, and the files that their doors read."""
    sign_in = {
        "issuer": "https://login.example.com",
        "client_id": "limner",
        "url": "https://photos.example.com",
    }
    stop, threads, boxes = threading.Event(), [], []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folder = {"folder": str(tmp_path / name)}
        known = {"library": place.url, "replica": folder, "sign_in": sign_in}
        known["passes"] = {"secrets": str(tmp_path / name / "passes.secrets")}
        agreement = Agreement(Settings.model_validate(known), stop)
        threads.append(threading.Thread(target=agreement.run))
        threads[-1].start()
        boxes.append(at(tmp_path / name / "sign-in.json", 3600))
    try:
        kid, _ = boxes[0].key(time.time())
        until(lambda: boxes[1].refresh() or boxes[1].secret(kid), 10)
        boxes[1].revoke("abc", time.time() + 60)
        until(lambda: boxes[0].refresh() or boxes[0].is_revoked("abc"), 10)
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
