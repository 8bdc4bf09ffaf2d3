"""Passwords come from a file, the environment or a person, and from nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.cell.keystores.errors import KeyStoreError, PasswordError
from limner.cli.cert_password import PASSWORD, asker, password


def test_the_file_comes_first_and_its_last_line_break_is_not_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "password"
    file.write_bytes(b" pass word \r\n")
    file.chmod(0o644)
    monkeypatch.setenv(PASSWORD, "other")
    assert asker(tmp_path, file)() == " pass word "
    assert "others than its owner can read" in capsys.readouterr().err
    assert asker(tmp_path, None)() == "other"


def test_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(PasswordError) as why:
        password("Password", None, PASSWORD, "a.p12 is protected")
    assert PASSWORD in str(why.value.hint)


def test_a_file_that_is_no_password(tmp_path: Path) -> None:
    for raw in (b"\xff", bytes(5000)):
        (tmp_path / "password").write_bytes(raw)
        with pytest.raises(KeyStoreError):
            asker(tmp_path, tmp_path / "password")()
