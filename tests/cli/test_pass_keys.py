"""`limner pass keys` and `limner pass client`."""

from __future__ import annotations

from pathlib import Path

from .conftest import Run


def test_keys_rotate_and_are_dropped(run: Run, site: Path) -> None:
    link = run("pass issue --room a --faces a@example.com").out.strip()
    (old,) = run("pass keys list --json").json
    assert (old["passes"], old["signs"]) == (1, True)
    new = run("pass keys rotate --json").json["key"]
    assert [(key["key"], key["signs"]) for key in run("pass keys list --json").json] == [
        (new, True),
        (old["key"], False),
    ]
    assert run("pass inspect", link).status == 0
    assert run("pass keys drop", old["key"]).err.endswith("is gone, and 1 passes with it\n")
    done = run("pass inspect", link)
    assert (done.status, done.out) == (1, "not valid: it is not a token that a key of this register signed\n")
    assert run("pass keys drop", old["key"]).status == 2


def test_a_client_gets_a_secret_once(run: Run, site: Path) -> None:
    secret = run("pass client add meet").out.strip()
    assert len(secret) == 43
    listed = run("pass client list")
    assert "meet" in listed.out
    assert secret not in listed.out + run("pass client list --json").out
    assert run("pass client add meet").status == 2
    assert run("pass client remove meet").status == 0
    assert run("pass client list").err == "limner: there is no client\n"
