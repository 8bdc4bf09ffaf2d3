from __future__ import annotations

import io
import re
import sys
from base64 import b64encode
from pathlib import Path

import click
import pytest

from limner.cli import Limner
from limner.cli import ltpa as command
from limner.ltpa import load
from ltpa import maker
from ltpa.maker import FAR, NOW, PAST, REALM, body2, cell, key_file, ltpa1, ltpa2, user

from .conftest import Run

SECRET = bytes(range(20))
TOKEN = ltpa2(cell(), body2(user("uid=jane,o=ex"))).decode()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a key file, its password and a Domino secret, which is the current one."""
    if "ltpa" not in Limner.PARTS:
        monkeypatch.setattr(Limner, "PARTS", (*Limner.PARTS, "ltpa"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIMNER_LTPA_PASSWORD", raising=False)
    for name, content in (
        ("ltpa.keys", key_file(cell(), "s3cret")),
        ("password", b"s3cret\n"),
        ("domino.txt", b64encode(SECRET)),
    ):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
    return tmp_path


def stdin(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))


VERIFY = "ltpa verify --keys ltpa.keys --password-file password --at 2024-01-01T00:00:00Z --json"


def test_a_valid_token(run: Run) -> None:
    done = run(f"{VERIFY} --realm {REALM}", TOKEN)
    assert (done.status, done.err) == (0, "")
    assert done.json == {
        "valid": True,
        "kind": "ltpa2",
        "user": "uid=jane,o=ex",
        "realm": REALM,
        "expires": "2100-01-01T00:00:00Z",
        "reason": None,
        "keys": "ltpa.keys",
    }


def test_a_token_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for more in ("-", ""):
        stdin(monkeypatch, TOKEN.encode() + b"\n")
        assert run(f"{VERIFY} {more}").json["valid"]


@pytest.mark.parametrize(
    ("token", "options", "reason"),
    [
        (TOKEN, "--realm other", "realm is not allowed"),
        (ltpa2(cell(), body2(user("x"), PAST), PAST).decode(), "", "expired"),
        (TOKEN[:-4] + "AAA=", "", "other keys made it"),
        ("x" * 10_000, "", "longer"),
    ],
)
def test_a_token_that_is_not_valid(run: Run, token: str, options: str, reason: str) -> None:
    done = run(f"{VERIFY} {options}", token)
    assert done.status == 1
    assert not done.json["valid"]
    assert reason in done.json["reason"]


def test_verify_knows_ltpa1_and_warns_of_it(run: Run) -> None:
    done = run(VERIFY, ltpa1(cell(), user("jane")).decode())
    assert (done.status, done.json["kind"]) == (0, "ltpa1")
    assert "not signed" in done.err


def test_verify_says_that_no_realm_was_asked_for(run: Run) -> None:
    assert "a token of any realm is taken" in run(VERIFY, TOKEN).err


def test_for_people(run: Run) -> None:
    done = run(VERIFY.replace(" --json", ""), TOKEN)
    assert done.out.startswith("valid\n")
    assert "uid=jane,o=ex" in done.out
    assert run(VERIFY.replace(" --json", ""), "AAAA").out.startswith("not valid: ")


def test_the_password_from_the_environment_or_a_prompt(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    line = VERIFY.replace("--password-file password ", "")
    done = run(line, TOKEN)
    assert done.status == 2
    assert "LIMNER_LTPA_PASSWORD" in done.err
    monkeypatch.setenv("LIMNER_LTPA_PASSWORD", "s3cret")
    assert run(line, TOKEN).status == 0
    monkeypatch.setenv("LIMNER_LTPA_PASSWORD", "wrong")
    assert run(line, TOKEN).status == 2
    monkeypatch.delenv("LIMNER_LTPA_PASSWORD")
    asked = []
    monkeypatch.setattr(command.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", lambda text, **options: asked.append((text, options)) or "s3cret")
    assert run(line, TOKEN).status == 0
    assert asked == [("Password of ltpa.keys", {"hide_input": True, "err": True})]


def test_no_option_takes_a_password() -> None:
    names = {name for verb in command.command.commands.values() for each in verb.params for name in each.opts}
    assert {name for name in names if "pass" in name} == {"--password-file"}


def test_import_and_verify(run: Run, folder: Path) -> None:
    done = run(f"ltpa import-keys ltpa.keys --to cell.keyset --password-file password --realm {REALM} --json")
    assert done.status == 0
    assert done.json["realm"] == REALM
    assert (folder / "cell.keyset").stat().st_mode & 0o777 == 0o600
    line = "ltpa verify --keys cell.keyset --at 1704067200 --json"
    assert run(line, TOKEN).json["valid"]
    assert not run(line, ltpa2(cell(), body2(user("x", "other"))).decode()).json["valid"]
    refused = run(line, ltpa1(cell(), user("x")).decode())
    assert refused.status == 1
    assert "--ltpa1" in refused.err
    (folder / "cell.keyset").chmod(0o644)
    refused = run(line, TOKEN)
    assert refused.status == 2
    assert "chmod 600" in refused.err


def test_import_names_its_target_itself_and_keeps_ltpa1_where_asked(run: Run, folder: Path) -> None:
    line = "ltpa import-keys ltpa.keys --password-file password --ltpa1 --name cell --valid-until 2026-12-31"
    done = run(line)
    assert done.status == 0
    assert "LTPA 1" in done.err
    keys = load(folder / "ltpa.keyset")
    assert (keys.name, keys.valid_until) == ("cell", 1_798_761_599.0)
    assert run("ltpa verify --keys ltpa.keyset --at 1704067200", ltpa1(cell(), user("x")).decode()).status == 0


def test_import_of_a_domino_secret(run: Run) -> None:
    done = run("ltpa import-keys domino.txt --to domino.keyset")
    assert done.status == 0
    assert "make tokens for everyone" in done.err
    token = maker.domino(SECRET, b"CN=Jane/O=Ex", int(NOW), int(NOW) + 60).decode()
    for keys in ("domino.keyset", "domino.txt"):
        found = run(f"ltpa verify --keys {keys} --at 1704067200 --json", token).json
        assert (found["valid"], found["kind"], found["realm"]) == (True, "domino", None)
    assert run("ltpa import-keys domino.txt --realm r").status == 2


def test_import_warns_of_the_default_password_and_of_an_open_file(run: Run, folder: Path) -> None:
    (folder / "ltpa.keys").write_bytes(key_file(cell(), "WebAS"))
    (folder / "ltpa.keys").chmod(0o644)
    (folder / "password").write_text("WebAS")
    done = run("ltpa import-keys ltpa.keys --password-file password --json")
    assert any("WebAS" in each for each in done.json["warnings"])
    assert any("chmod" in each for each in done.json["warnings"])


def test_import_does_not_write_over_the_key_file(run: Run, folder: Path) -> None:
    before = (folder / "ltpa.keys").read_bytes()
    assert run("ltpa import-keys ltpa.keys --to ltpa.keys --password-file password").status == 2
    assert (folder / "ltpa.keys").read_bytes() == before


@pytest.mark.parametrize(
    "line",
    [
        "ltpa verify --keys none AAAA",
        "ltpa verify AAAA",
        "ltpa verify --keys domino.txt --at noon AAAA",
        "ltpa import-keys none",
        "ltpa import-keys ltpa.keys --password-file domino.txt",
        "ltpa import-keys domino.txt --valid-until soon",
    ],
)
def test_what_cannot_be_done_ends_with_2(run: Run, line: str) -> None:
    done = run(line)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: ")


def test_inspect_shows_what_everyone_can_read(run: Run) -> None:
    token = maker.domino(b"x" * 20, b"CN=Jane/O=Ex", int(NOW), int(NOW) + 60).decode()
    found = run("ltpa inspect --json", token).json
    assert (found["format"], found["user"], found["created"]) == ("domino", "CN=Jane/O=Ex", "2024-01-01T00:00:00Z")
    assert found["trusted"] is False
    found = run("ltpa inspect --json", TOKEN).json
    assert (found["format"], found["user"]) == ("ltpa2 or ltpa1, encrypted", None)
    assert run("ltpa inspect", token).status == 0
    assert run("ltpa inspect", "x").status == 1
    assert run("ltpa inspect --json", "AAAA").json["reason"]


def test_inspect_with_keys_shows_the_attributes_of_a_signed_token_only(run: Run) -> None:
    line = "ltpa inspect --keys ltpa.keys --password-file password --json"
    found = run(line, TOKEN).json
    assert found["attributes"] == {"expire": str(FAR), "u": "user\\:ldap.example.com\\:389/uid=jane,o=ex"}
    assert found["verdict"]["valid"]
    forged = ltpa2(cell(), body2(user("boss")), signature=bytes(128)).decode()
    done = run(line, forged)
    assert done.json["attributes"] == {}
    assert "boss" not in done.out


def test_no_secret_is_ever_printed(run: Run, folder: Path) -> None:
    """Neither the token, nor the password, nor a key, whatever the ending."""
    secrets = [TOKEN, "s3cret", b64encode(cell().shared).decode()[:20], b64encode(cell().shared[:16]).decode()[:20]]
    for line in (VERIFY, f"{VERIFY} --realm x", "ltpa verify --keys password", "ltpa inspect"):
        done = run(line, TOKEN)
        assert not any(secret in done.out + done.err for secret in secrets)
    done = run("ltpa import-keys ltpa.keys --password-file password --json")
    assert not re.search("|".join(map(re.escape, secrets)), done.out + done.err)
