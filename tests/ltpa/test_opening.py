from __future__ import annotations

from pathlib import Path

import pytest

from limner.ltpa import DominoSecret, KeyFileError, WebSphereKeys, open_keys, store
from limner.ltpa.opening import read_password

from .maker import cell, key_file


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    file = tmp_path / "ltpa.keys"
    file.write_bytes(key_file(cell(), "secret"))
    file.chmod(0o600)
    return file


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("secret\n")
    file.chmod(0o600)
    return file


def test_a_raw_file_is_opened_with_its_password_and_a_key_set_without(
    raw: Path, password: Path, tmp_path: Path
) -> None:
    keys = open_keys(raw, password)
    assert isinstance(keys, WebSphereKeys)
    assert (keys.modulus, keys.ltpa1) == (cell().n, None)
    store(keys, tmp_path / "cell.keyset")
    assert open_keys(tmp_path / "cell.keyset") == keys


def test_a_domino_secret_needs_no_password(tmp_path: Path) -> None:
    file = tmp_path / "domino"
    file.write_text("LTPA_DominoSecret=AAECAwQFBgcICQoLDA0ODxAREhM\\=\n")
    file.chmod(0o600)
    assert open_keys(file) == DominoSecret("domino", bytes(range(20)))


def test_the_part_that_only_ltpa1_uses_is_there_when_it_is_asked_for(raw: Path, password: Path) -> None:
    keys = open_keys(raw, password, ltpa1=True)
    assert isinstance(keys, WebSphereKeys)
    assert keys.ltpa1 is not None


def test_without_a_password_the_hint_is_to_import(raw: Path) -> None:
    with pytest.raises(KeyFileError, match="no password_file") as error:
        open_keys(raw)
    assert "import-keys" in str(error.value.hint)


@pytest.mark.parametrize("name", ["ltpa.keys", "password"])
def test_files_that_others_can_read_are_refused(raw: Path, password: Path, name: str) -> None:
    (raw.parent / name).chmod(0o640)
    with pytest.raises(KeyFileError, match="others than its owner"):
        open_keys(raw, password)


def test_a_wrong_password_is_said_and_not_quoted(raw: Path, password: Path) -> None:
    password.write_text("hunter2")
    with pytest.raises(KeyFileError, match="does not open") as error:
        open_keys(raw, password)
    assert "hunter2" not in error.value.message


def test_a_password_ends_before_its_line_break_and_is_utf8(password: Path) -> None:
    password.write_bytes("pässword \r\n".encode())
    assert read_password(password) == ("pässword ", False)
    password.write_bytes(b"\xff")
    with pytest.raises(KeyFileError, match="UTF-8"):
        read_password(password)
