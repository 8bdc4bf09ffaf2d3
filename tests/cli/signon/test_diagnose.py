from __future__ import annotations

from pathlib import Path

import pytest

from signon.capture.test_reading import sample
from signon.diagnose import scenes
from signon.trace.samples import INCIDENT

from .conftest import Run


@pytest.fixture(autouse=True)
def folder(here: Path) -> Path:
    made = here / "case"
    made.mkdir()
    (made / "notes-trace.txt").write_text(INCIDENT)
    (made / "server.dxl").write_text(scenes.SERVER_DOCUMENT)
    (made / "ltpa.keys").write_text("never read")
    return made


def test_the_most_likely_cause_stands_first_with_its_grounds(run: Run) -> None:
    done = run("signon diagnose case")
    assert (done.status, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("certain: Domino refuses the connection")
    assert any("calls it the wrong server" in line for line in lines)
    assert any(line.startswith("       notes-trace.txt, lines 4-5") for line in lines)
    assert any(line.startswith("   next: way out 1: ") for line in lines)
    assert "  ltpa.keys: keys or passwords, not opened" in lines


def test_json_has_all_of_it(run: Run) -> None:
    done = run("signon diagnose case --json")
    assert done.status == 1
    assert done.json["known"] is True
    cause = done.json["causes"][0]
    assert (cause["cause"], cause["sure"]) == ("name_check", "certain")
    assert cause["for"][0]["file"] == "notes-trace.txt"
    assert cause["next"]


def test_a_page_for_a_ticket(run: Run, here: Path) -> None:
    done = run("signon diagnose case --html case.html --mask")
    assert done.status == 1
    assert done.err == "limner: wrote case.html\n"
    text = (here / "case.html").read_text()
    assert "acme" not in text.casefold()
    assert "--mask would hide" in run("signon diagnose case --html case.html").err
    assert "sametime.acme.example" in (here / "case.html").read_text()


def test_another_file_is_not_overwritten(run: Run, here: Path) -> None:
    (here / "mine.html").write_text("mine")
    done = run("signon diagnose case --html mine.html")
    assert done.status == 2
    assert "is there already" in done.err
    assert (here / "mine.html").read_text() == "mine"


def test_an_empty_folder_is_not_known_and_no_folder_an_error(run: Run, here: Path) -> None:
    (here / "empty").mkdir()
    done = run("signon diagnose empty")
    assert done.status == 1
    assert done.out.startswith("not known: ")
    done = run("signon diagnose nowhere")
    assert done.status == 2
    assert done.err.startswith("limner: error: nowhere is not a folder\nlimner: hint: ")


def test_a_good_log_in_ends_with_0(run: Run, folder: Path) -> None:
    (folder / "notes-trace.txt").write_text(
        "Using address '192.0.2.4' for a.example on TCPIP\nConnected to server A/ACME\n"
    )
    done = run("signon diagnose case")
    assert (done.status, done.out.splitlines()[0][:14]) == (0, "nothing failed")


def test_captures_and_their_options(run: Run, folder: Path) -> None:
    sample(folder / "login.pcap")
    done = run("signon diagnose case --name sametime.acme.example --community sametime.acme.example --port 8533=vp")
    assert done.status == 1
    assert "login.pcap: packet capture, 20 packets, 1 log-in attempt" in done.out or "packet capture" in done.out
    assert run("signon diagnose case --port 1=x").status == 2
