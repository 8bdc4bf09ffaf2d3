"""`limner pass`, as its users see it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from .conftest import Run

RULE = '\n[passes]\nsite = "https://photos.example.com"\n[[policy.allow]]\nname = "guests"\npass = {}\n'
JANE = "jane.roe@example.com"


@pytest.fixture
def passes(site: Path) -> Path:
    with (site / "limner.toml").open("a") as file:
        file.write(RULE)
    return site


def test_a_pass_is_issued_inspected_listed_and_revoked(run: Run, passes: Path) -> None:
    done = run("pass issue --room", "Board, May", "--faces", f"{JANE},rdoe", "--for", "90m")
    link = done.out.strip()
    assert link.startswith("https://photos.example.com/pass/eyJ")
    assert done.err.startswith("limner: pass ")
    assert "2 faces, until " in done.err
    assert "warning" not in done.err
    for given in (link, link.rpartition("/")[2], f"{link}?to=/x"):
        inspected = run("pass inspect", given)
        assert (inspected.status, inspected.out.splitlines()[0]) == (0, "valid")
        assert f"  face  {JANE}" in inspected.out
    (listed,) = run("pass list --json").json
    assert (listed["room"], listed["state"], listed["faces"]) == ("Board, May", "valid", [JANE, "rdoe"])
    assert run("pass revoke", link).err == f"limner: pass {listed['id']} for 'Board, May' is revoked\n"
    again = run("pass inspect --json", link)
    assert (again.status, again.json["valid"]) == (1, False)
    assert again.json["reason"].startswith("it was revoked at")
    assert run("pass list").err == "limner: no pass is valid\n"
    assert "revoked" in run("pass list --all").out
    assert run("pass revoke", listed["id"]).status == 2


def test_faces_come_from_a_file_too(run: Run, passes: Path) -> None:
    Path("faces.txt").write_text(f"{JANE}\n\nCN=Ron Doe,O=Acme\n")
    made = run("pass issue --room a --faces-from faces.txt --json")
    assert made.json["faces"] == [JANE, "CN=Ron Doe,O=Acme"]
    assert "nobody in the library goes by 'CN=Ron Doe,O=Acme' (yet)" in made.err


def test_a_token_is_read_from_standard_input(run: Run, passes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = run("pass issue --room a --faces", JANE).out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(link.encode())))
    assert run("pass inspect").status == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pass issue --room a", "a pass opens at least one face"),
        ("pass issue --room '' --faces a@x", "not the name of a room"),
        ("pass issue --room a --faces a@x --for 2", "is not a duration"),
        ("pass issue --room a --faces a@x --for 2d", "a pass lasts 24h at most"),
        ("pass issue --room a --faces-from nowhere", "cannot read nowhere"),
        ("pass revoke", "name a pass, or a room"),
        ("pass inspect x", "cannot read the passes"),
    ],
)
def test_what_cannot_be_done_says_why(run: Run, passes: Path, line: str, says: str) -> None:
    done = run(line)
    assert (done.status, done.out) == (2, "")
    assert says in done.err


def test_without_a_rule_a_pass_is_of_no_use_and_that_is_said(run: Run, site: Path) -> None:
    assert "no rule takes this pass" in run("pass issue --room a --faces", JANE).err


def test_explain_knows_passes_and_the_library(run: Run, passes: Path) -> None:
    token = run("pass issue --json --room a --faces", JANE).json["token"]
    done = run("policy explain --from 192.0.2.1 jroe --cookie", f"limner-pass-x={token}")
    assert done.status == 0
    assert "(a) opens this face, until" in done.out
    assert token not in done.out
