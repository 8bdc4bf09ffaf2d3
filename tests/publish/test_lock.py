"""Two runs of one table never overlap."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from limner.errors import PublishError
from limner.publish.lock import BusyError, alone, is_running, lock_of
from limner.settings import FolderFiles, PhotoUrl


def files(folder: Path, **more: object) -> FolderFiles:
    return FolderFiles(**{"kind": "folder", "path": folder / "out", "manifests": folder / "published"} | more)


def addresses(folder: Path, name: str) -> PhotoUrl:
    where = {"servers": "ldaps://dc1", "base": "dc=acme", "undo": folder / "undo", "template": "http://p/{mail}.jpg"}
    return PhotoUrl(kind="photo-url", name=name, **where)


def test_each_table_has_a_lock_of_its_own(tmp_path: Path) -> None:
    tables = [
        files(tmp_path),
        files(tmp_path, path=tmp_path / "other"),
        addresses(tmp_path, "a"),
        addresses(tmp_path, "b"),
    ]
    assert len({lock_of(table) for table in tables}) == len(tables)


def test_the_second_run_is_told_and_the_first_shows(tmp_path: Path) -> None:
    table = addresses(tmp_path, "a")
    assert not is_running(table)
    with alone(lock_of(table)):
        assert is_running(table)
        with pytest.raises(BusyError, match="it is being published already"), alone(lock_of(table)):
            pass
        assert not is_running(addresses(tmp_path, "b"))
    assert not is_running(table)


def test_a_run_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    table = files(tmp_path)
    code = (
        "import os, sys; from pathlib import Path; from limner.publish.lock import alone\n"
        "with alone(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, lock_of(table)], check=False)
    assert done.returncode == -9
    assert lock_of(table).exists()
    assert not is_running(table)


def test_who_looks_at_a_lock_keeps_nobody_from_it(tmp_path: Path) -> None:
    table, over = files(tmp_path), threading.Event()

    def look() -> None:
        while not over.is_set():
            is_running(table)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(200):
            with alone(lock_of(table)):
                pass
    finally:
        over.set()
        thread.join()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(PublishError, match=r"cannot write in .*file/x: Not a directory"),
        alone(tmp_path / "file" / "x" / "lock"),
    ):
        pass
    assert not is_running(files(tmp_path, manifests=tmp_path / "file" / "x"))
