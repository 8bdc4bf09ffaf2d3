"""`limner cert inspect`, as a person and as a program see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, make, p12
from tests.cli.conftest import Run

from limner.cli.cert_password import PASSWORD


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "secret1")


def test_a_sound_store(run: Run, tmp_path: Path) -> None:
    file = p12(tmp_path, WILDCARD, ISSUING, ROOT, legacy=True)
    done = run("cert inspect", str(file), "--host", "st.acme.example")
    assert (done.status, done.err) == (0, "")
    assert f"{file}: PKCS12, RC2-40, HMAC sha1\n" in done.out
    assert "   └─ *.acme.example " in done.out
    assert "'web': *.acme.example: the chain is complete\n" in done.out
    assert "st.acme.example  *.acme.example\n" in done.out
    assert run("cert inspect", str(file), "--json").json["wanting"] == []


def test_what_is_wanting(run: Run, tmp_path: Path) -> None:
    file = p12(tmp_path, WILDCARD, ISSUING)
    done = run("cert inspect", str(file), "--host", "a.b.acme.example")
    assert done.status == 1
    assert "(missing) O=Acme,CN=Acme Root\n└─ Acme Issuing 1 " in done.out
    assert "wanting: no certificate covers a.b.acme.example\n" in done.out


def test_a_wrong_password_and_damage_are_told_apart(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = p12(tmp_path, WILDCARD)
    monkeypatch.setenv(PASSWORD, "other")
    done = run("cert inspect", str(file))
    assert (done.status, done.out) == (2, "")
    assert "the password is wrong" in done.err
    file.write_bytes(file.read_bytes()[:-9])
    assert "is damaged" in run("cert inspect", str(file)).err


def test_names_cannot_command_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(make("\x1b[2Jx", authority=False).pem)
    assert "\x1b" not in run("cert inspect", str(tmp_path / "a.pem")).out


def test_a_file_of_many_signers_is_cut_short(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(b"".join(make(f"Root {at}", authority=True).pem for at in range(101)))
    done = run("cert inspect", str(tmp_path / "a.pem"))
    assert done.status == 0
    assert "... and more; --json has all 101" in done.out
