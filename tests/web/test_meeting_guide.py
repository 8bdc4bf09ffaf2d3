"""docs/meeting-guests.md: every command in it is run as it stands, and a guest opens the link in a real browser."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

from limner.library import Record
from limner.people import Person
from limner.picture import Limits, portrait

from .house import Served
from .test_page import ARGS, CHROMIUM

GUIDE = (Path(__file__).parents[2] / "docs" / "meeting-guests.md").read_text("utf-8")
SITE = "https://photos.example.com"
PEOPLE = {"jane@example.com": "maroon", "john@example.com": "teal", "anna@example.com": "gold"}


@pytest.fixture
def site(tmp_path):
    """Serve a site by the settings of the guide, on http; with three people."""
    (text,) = (block for block in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL) if "[policy]" in block)
    text = text.replace(f'site = "{SITE}"\nsame_site = "none"\n', "")  # no https here
    served = Served(tmp_path, text)
    library = served.library()
    for mail, colour in PEOPLE.items():
        raw = io.BytesIO()
        Image.new("RGB", (200, 200), colour).save(raw, "JPEG")
        (tmp_path / "photo.jpg").write_bytes(raw.getvalue())
        made = portrait(tmp_path / "photo.jpg", Limits())
        with library.batch() as batch:
            batch.put(Record(Person.of(mails=[mail]), "test", mail, "1", 1_700_000_000, made.digest), made)
    library.close()
    with served:
        yield served


def shell(site, command):
    """Run a command of the guide in bash, with `limner` being this one and the site being that of the test."""
    program = site.folder / "limner"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m limner "$@"\n')
    program.chmod(0o755)
    environment = {"PATH": f"{site.folder}:{os.environ['PATH']}", "HOME": str(site.folder)}
    done = subprocess.run(
        ["bash", "-euc", command.replace(SITE, f"http://127.0.0.1:{site.port}")],
        cwd=site.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_command_of_the_guide_does_what_it_says(site):
    commands = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    assert len(commands) == 7
    said = []
    for command in commands:
        if "DELETE" in command:
            made = json.loads(said[3])
            photo = site.ask(f"/photos/jane@example.com.jpg?pass={made['token']}", {})
            assert photo.status == 200
            assert photo.body != site.ask("/photos/jane@example.com.jpg", {}).body
        said.append(shell(site, command))
    assert said[0].startswith("/pass/eyJ")
    assert "Board, May" in said[1]
    assert (made["room"], made["faces"]) == ("Board, May", 2)
    assert said[4] == ""
    assert "revoked" in shell(site, "limner pass list --all")
    assert "signs" in said[5]
    assert shell(site, "limner people --hidden") == ""


def test_a_guest_opens_a_link_and_sees_the_faces_of_the_room_and_nobody_else(site):
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing: no guest comes")
    link = shell(site, "limner pass issue --room board --faces jane@example.com,john@example.com").strip()
    home = f"http://127.0.0.1:{site.port}"
    look = """async (addresses) => Promise.all(addresses.map(async (address) => {
        const image = new Image(); image.src = address; await image.decode();
        const canvas = document.createElement("canvas"); canvas.width = canvas.height = 1;
        const pen = canvas.getContext("2d"); pen.drawImage(image, 0, 0, 1, 1);
        return Array.from(pen.getImageData(0, 0, 1, 1).data).slice(0, 3);
    }))"""
    names = [*PEOPLE, "nobody@example.com"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, chromium_sandbox=False, args=ARGS, timeout=60_000
        )
        page = chromium.new_page()
        assert page.goto(home + link).status == 200
        assert page.url == f"{home}/pass/", "the token is not in the address any more"
        assert page.get_by_role("heading").inner_text() == "You are a guest"
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        page.route(
            "**/meeting", lambda route: route.fulfill(body="<!doctype html><p>A meeting.", content_type="text/html")
        )
        page.goto(f"{home}/meeting")
        jane, john, anna, nobody = page.evaluate(look, [f"/photos/{name}.jpg" for name in names])
        chromium.close()
    assert jane[0] > 100 > jane[1], "maroon"
    assert john[1] > 100 > john[0], "teal"
    assert anna == nobody, "placeholders"
    assert anna not in (jane, john)
