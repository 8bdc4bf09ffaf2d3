"""`limner status`: how things stand, also when the door is closed."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from .conftest import SETTINGS, Run, jpeg


class Door(http.server.BaseHTTPRequestHandler):
    """Stands in for the admin address of a door; tests/web/test_timetable.py has the real one."""

    status = 200
    told: ClassVar[Any] = {"workers": {"wanted": 2, "alive": 2}}

    def do_GET(self) -> None:
        body = json.dumps(self.told).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *what: object) -> None:
        """Say nothing."""


@pytest.fixture
def door(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Door]]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    configure(site, f"127.0.0.1:{server.server_port}")
    yield Door
    monkeypatch.undo()
    server.shutdown()
    server.server_close()
    thread.join()


def configure(site: Path, admin: str, more: str = "") -> None:
    text = SETTINGS.replace('admin = ""', f'admin = "{admin}"').replace("[sync]\n", f"[sync]\n{more}")
    (site / "limner.toml").write_text(text)


def test_all_is_well(run: Run, site: Path, door: type[Door]) -> None:
    assert run("sync --max-removals 1").status == 0
    assert run("sync").status == 0
    done = run("status")
    assert (done.status, done.err) == (0, "")
    first, second, _, head, row = done.out.splitlines()
    assert first == "door: open, 2 of 2 workers"
    assert second == "library: 1 people, 1 with a photo"
    assert head.split("  ")[0] == "source"
    assert "photos" in row
    assert "nothing new" in row


def test_json_has_it_all(run: Run, site: Path, door: type[Door]) -> None:
    (site / "photos" / "bad.jpg").write_bytes(jpeg("navy")[:200])
    run("sync --max-removals 1")
    told = run("status --json").json
    assert told["door"] == {"open": True, "workers": {"wanted": 2, "alive": 2}}
    assert told["library"].keys() == {"people", "with_photo", "pictures", "hidden", "bytes"}
    assert told["syncing"] is False
    (source,) = told["sources"]
    assert (source["source"], source["failed"], source["counts"]["refused"]) == ("photos", None, 1)


def test_a_closed_door_is_said_and_the_library_is_looked_at_all_the_same(run: Run, site: Path) -> None:
    configure(site, "127.0.0.1:1", 'schedule = "every 15m"\n')
    run("sync")
    done = run("status")
    assert done.status == 1
    assert done.out.startswith("door: closed\nlibrary: ")
    assert "limner: error: the door does not answer on 127.0.0.1:1 (connection refused)\n" in done.err
    assert done.out.splitlines()[-1].split()[-1].count(":") == 2, "when the next one is due"


@pytest.mark.parametrize("told", [[], "x", {}, {"workers": 3}, {"workers": {"wanted": "x", "alive": 1}}])
def test_what_else_answers_on_that_address_is_no_door(
    run: Run, door: type[Door], monkeypatch: pytest.MonkeyPatch, told: object
) -> None:
    monkeypatch.setattr(Door, "told", told)
    done = run("status")
    assert done.status == 1
    assert "something else than limner answers on 127.0.0.1:" in done.err


def test_a_door_without_workers_is_not_open(run: Run, door: type[Door], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Door, "status", 503)
    monkeypatch.setattr(Door, "told", {"workers": {"wanted": 1, "alive": 0}})
    done = run("status")
    assert (done.status, done.out.splitlines()[0]) == (1, "door: closed, 0 of 1 workers")
    assert "no worker of the door is ready" in done.err


def test_a_source_that_failed_is_said_with_why_and_how_old_it_is(run: Run, site: Path) -> None:
    run("sync")
    (site / "photos").rename(site / "elsewhere")
    run("sync")
    done = run("status")
    assert done.status == 1
    assert "limner: error: source 'photos': photos is not a folder" in done.err.replace(f"{site}/", "")
    assert " ago " in done.out
    assert "failed" in done.out


def test_before_there_is_a_library(run: Run, fresh: Path) -> None:
    done = run("status")
    assert done.status == 0
    assert done.out == (
        'door: not known, it cannot be asked: serve.admin is ""\nlibrary: there is none yet; `limner sync` makes it\n'
    )
    assert run("status --json").json["library"] is None


def test_a_port_that_nobody_knows_is_not_asked(run: Run, site: Path) -> None:
    configure(site, "127.0.0.1:0")
    run("sync --max-removals 1")
    done = run("status")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("door: not known, it cannot be asked: serve.admin has port 0, which is another one")


def test_a_door_tells_how_old_its_replica_is_and_one_that_is_cut_off_is_a_finding(
    run: Run, site: Path, door: type[Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"age_seconds": 2, "behind": 0, "lacking_pictures": 7, "cut_off": False, "vouches": True}
    monkeypatch.setattr(door, "told", Door.told | {"replica": told})
    done = run("status")
    assert "\nreplica: as the shared library was 2 s ago, 7 pictures to come\n" in done.out
    late = told | {"age_seconds": 90_000, "cut_off": True, "vouches": False}
    monkeypatch.setattr(door, "told", Door.told | {"replica": late})
    done = run("status")
    assert done.status == 1
    assert "\nreplica: cut off, as the shared library was 25 h ago, 7 pictures to come\n" in done.out
    assert "the door shows no faces" in done.err
    assert run("status --json").json["door"]["replica"] == late
