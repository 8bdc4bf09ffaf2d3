"""Files are written whole or not at all, over nothing, and keys for their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from limner.cell.keystores.errors import KeyStoreError
from limner.cell.keystores.parts import Part
from limner.cell.keystores.writing import write

PARTS = [Part("leaf.pem", b"leaf", "leaf"), Part("key.pem", b"key", "key", secret=True)]


def test_all_is_written_and_a_key_is_its_owners(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write(tmp_path / "new" / "folder", PARTS)
    finally:
        os.umask(old)
    folder = tmp_path / "new" / "folder"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"leaf.pem": b"leaf", "key.pem": b"key"}
    assert [f.stat().st_mode & 0o777 for f in (folder, folder / "key.pem", folder / "leaf.pem")] == [
        0o700,
        0o600,
        0o644,
    ]


def test_nothing_is_overwritten_not_even_a_link_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "key.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyStoreError, match=r"has key.pem already"):
        write(tmp_path, PARTS)
    assert [file.name for file in tmp_path.iterdir()] == ["key.pem"]


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="cannot write into"):
        write(tmp_path, [*PARTS, Part("none/x.pem", b"x", "x")])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.link

    def link(source: str | Path, target: str | Path) -> None:
        if Path(target).name == "key.pem":
            Path(target).write_bytes(b"another's")
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    with pytest.raises(KeyStoreError):
        write(tmp_path, PARTS)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"key.pem": b"another's"}


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyStoreError, match="cannot write into"):
        write(tmp_path / "file" / "x", PARTS)
