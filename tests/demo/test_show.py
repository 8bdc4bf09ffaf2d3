"""What the demo sets up, and the trials of the five things."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from limner import settings
from limner.demo.show import PEOPLE, WITHOUT_PHOTO, fetch, five_things, set_up
from limner.sources import Found, open_source


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder, set_up(folder, 8080, lambda text: None)


def test_the_settings_load_and_the_source_finds_everybody(town):
    folder, people = town
    loaded = settings.load(folder / "limner.toml")
    found = list(open_source(loaded.source[0]).people())
    assert all(isinstance(each, Found) for each in found)
    assert [each.person for each in found] == people
    assert sum(each.photo is None for each in found) == WITHOUT_PHOTO
    assert len(people) == PEOPLE


def test_setting_up_again_draws_nothing_that_is_there(town):
    folder, people = town
    photos = {path: path.stat().st_mtime_ns for path in (folder / "photos").iterdir()}
    next(iter(photos)).unlink()
    said = []
    assert set_up(folder, 8080, said.append) == people
    assert said == ["drawing 1 portraits"]
    again = {path: path.stat().st_mtime_ns for path in (folder / "photos").iterdir()}
    assert again.keys() == photos.keys()
    assert sum(again[path] != photos[path] for path in photos) == 1


class _OpenToAll(BaseHTTPRequestHandler):
    """Fakes a door that refuses nobody and shows a text for every address: no document, just what must not be."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args):
        pass


def test_the_trials_fail_on_a_door_that_does_none_of_it(town):
    folder, people = town
    server = ThreadingHTTPServer(("127.0.0.1", 0), _OpenToAll)
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    try:
        things = five_things(folder, server.server_port, people, "limner")
        outcome = [bool(thing.trial()) for thing in things]
    finally:
        server.shutdown()
        server.server_close()
    assert outcome == [True, True, True, True, False]  # the last asks the policy, not the door


def test_a_trial_of_a_policy_that_lets_everybody_in_fails(town, tmp_path):
    folder, people = town
    file = tmp_path / "limner.toml"
    text = (folder / "limner.toml").read_text().replace("10.0.0.0/8", "0.0.0.0/0")
    file.write_text(text)
    assert five_things(tmp_path, 1, people, "limner")[4].trial()


def test_a_door_that_does_not_answer_is_an_os_error():
    with pytest.raises(OSError, match=r"."):
        fetch(1, "/")


def test_commands_can_be_copied(town):
    folder, people = town
    commands = [thing.command for thing in five_things(folder, 8081, people, "/opt/limner")]
    assert all("127.0.0.1:8081" in command for command in commands[:4])
    assert commands[4].startswith("/opt/limner policy explain")
    assert Path(commands[4].split()[-1]) == folder / "limner.toml"
