"""`limner policy` with rules that verify tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.ltpa.maker import REALM, body2, cell, key_file, ltpa2, user

from cli.conftest import Run

DOCS = Path(__file__).parents[3] / "docs"
TOKEN = ltpa2(cell(), body2(user("uid=jane,o=ex"))).decode()


@pytest.fixture
def signed(run: Run, fresh: Path) -> Path:
    """The steps of the guide: import the keys, write the rule."""
    (fresh / "ltpa.keys").write_bytes(key_file(cell(), "long and good"))
    (fresh / "ltpa.keys").chmod(0o600)
    (fresh / "password").write_text("long and good\n")
    (fresh / "password").chmod(0o600)
    assert run("ltpa import-keys ltpa.keys --to cell.keyset --password-file password").status == 0
    (fresh / "limner.toml").write_text(
        '[[policy.allow]]\nname = "signed in"\n' + f'ltpa = {{ keys = "cell.keyset", realms = ["{REALM}"] }}\n'
    )
    (fresh / "token").write_text(TOKEN[:60] + "\n" + TOKEN[60:] + "\n")
    return fresh


def test_the_commands_of_the_guide_do_what_it_says(run: Run, signed: Path) -> None:
    page = (DOCS / "ltpa.md").read_text("utf-8")
    for command in (
        "ltpa import-keys ltpa.keys --to cell.keyset",
        "ltpa verify - --keys cell.keyset < token",
        "policy check",
        "policy explain --from 203.0.113.9 --token-file token",
    ):
        assert re.search(rf"^ *limner {re.escape(command)}$", page, re.MULTILINE), command
    done = run("policy explain --from 203.0.113.9 --token-file token")
    assert done.status == 0
    assert "in the realm" in done.out
    assert TOKEN[:40] not in done.out + done.err


@pytest.mark.parametrize("option", ["--token-file token", "--cookie"])
def test_a_token_is_never_quoted(run: Run, signed: Path, option: str) -> None:
    bad = TOKEN[:-20] + "A" * 18 + "=="
    (signed / "token").write_text(bad)
    arguments = [f"LtpaToken2={bad}"] if option == "--cookie" else []
    done = run(f"policy explain --from 203.0.113.9 {option}", *arguments)
    assert done.status == 1
    assert bad[:30] not in done.out + done.err
    done = run(f"policy explain --json --from 203.0.113.9 {option}", *arguments)
    assert bad[:30] not in done.out + done.err


def test_check_names_keys_that_are_open_to_others(run: Run, signed: Path) -> None:
    (signed / "cell.keyset").chmod(0o644)
    done = run("policy check")
    assert done.status == 1
    assert "others than its owner can get at" in done.out
    assert "chmod 600" in done.out
    done = run("policy explain --from 203.0.113.9 --token-file token")
    assert done.status == 1
    assert "these keys do not count" in done.out


def test_a_token_file_that_is_not_there_or_of_no_use(run: Run, signed: Path) -> None:
    assert run("policy explain --from 203.0.113.9 --token-file nix").status == 2
    (signed / "limner.toml").write_text('[[policy.allow]]\nname = "a"\nnetworks = ["10.0.0.0/24"]\n')
    assert "no rule asks" in run("policy explain --from 203.0.113.9 --token-file token").err


def test_explain_says_when_the_directory_cannot_be_asked(run: Run, signed: Path) -> None:
    rule = (signed / "limner.toml").read_text().replace(" }", ", known = true, lookup = { %s } }")
    (signed / "limner.toml").write_text(rule % 'servers = "ldap://127.0.0.1:1", base = "o=x"')
    done = run("policy explain --from 203.0.113.9 --token-file token")
    assert (done.status, done.err) == (1, "")
    assert "the directory cannot be asked: ldap://127.0.0.1:1" in done.out
