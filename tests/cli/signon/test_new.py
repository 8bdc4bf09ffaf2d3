from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from .conftest import Run

NAME = "managed-community-configs.xml"
NEW = "signon communities new"


def test_a_move_is_written_and_passes_the_check(run: Run, here: Path) -> None:
    done = run(f"{NEW} reset --to sametime.acme.example --domino-sso --update-site http://www.acme.example/updates/")
    assert done.status == 0
    assert done.err == f"limner: wrote {NAME}\n"
    assert 'authType="ST-DOMINO-SSO"' in (here / NAME).read_text()
    assert 'current-value="http://www.acme.example/updates"' in done.out
    assert "com.ibm.collaboration.realtime.community/defaultAuthType=ST-DOMINO-SSO" in done.out
    assert "still log in to the old community" in done.out
    assert run(f"signon communities check {NAME}").status == 0


def test_nothing_is_written_over_without_force(run: Run, here: Path) -> None:
    assert run(f"{NEW} add --to a.example").status == 0
    before = (here / NAME).read_text()
    done = run(f"{NEW} add --to b.example")
    assert (done.status, done.out) == (2, "")
    assert f"{NAME} is there already" in done.err
    assert (here / NAME).read_text() == before
    assert run(f"{NEW} add --to b.example --force").status == 0
    assert "b.example" in (here / NAME).read_text()


def test_a_dry_run_writes_nothing(run: Run, here: Path) -> None:
    done = run(f"{NEW} consolidate --from a.example --from b.example --to c.example --dry-run")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<managed-communities delete')
    assert list(here.iterdir()) == []


def test_json(run: Run, here: Path) -> None:
    found = run(f"{NEW} update other.xml --from a.example --to b.example --no-restart --json")
    assert found.json["file"] == "other.xml"
    assert found.json["xml"] == (here / "other.xml").read_text()
    assert 'restart="false"' in found.json["xml"]
    assert "rename it where it is served" in found.err
    found = run(f"{NEW} reset --to b.example --create-new-config --dry-run --json")
    assert found.json["file"] is None
    assert "resets people for ever" in found.json["warnings"][0]


def test_all_settings(run: Run, here: Path) -> None:
    done = run(
        f"{NEW} update --from a.example --to b.example --port 1516 --connection-type reverse-proxy --restart "
        "--proxy-host https://p.example/st --proxy-port 8080 --domino-sso --auth-server https://domino.example"
    )
    assert done.status == 0
    assert run(f"signon communities check {NAME}").status == 0
    text = (here / NAME).read_text()
    for part in ('port="1516"', 'proxyPort="8080"', 'useGlobalConnSettings="true"', 'restart="true"'):
        assert part in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (NEW, "which kind of move?"),
        (f"{NEW} shift --to a.example", "shift"),
        (f"{NEW} reset", "where do clients go?"),
        (f"{NEW} reset --to a.example:1533", "has a port"),
        (f"{NEW} reset --to a.example --update-site ftp://x", "no http address"),
        (f"{NEW} reset --to a.example --domino-sso --create-new-config", "empties the user name"),
        (f"{NEW} reset none/m.xml --to a.example", "No such file"),
        (f"{NEW} reset --to a.example --port 0", "--port"),
    ],
)
def test_what_cannot_be_done(run: Run, here: Path, line: str, said: str) -> None:
    done = run(line)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert list(here.iterdir()) == []


def test_what_is_not_said_is_asked(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["consolidate", "a.example, b.example", "c.example"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", lambda text, **options: next(answers))
    monkeypatch.setattr(click, "confirm", lambda text, **options: True)
    assert run(NEW).status == 0
    text = (here / NAME).read_text()
    assert text.count('newHost="c.example"') == 2
    assert text.count("ST-DOMINO-SSO") == 2
