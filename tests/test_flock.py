"""A lock of a file is one process's until it closes the file, or ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from limner import flock


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a.lock"
    made.touch()
    return made


def opened(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CLOEXEC)


def in_a_child(act: Callable[[], bool]) -> bool:
    """Do something in a process that ends then by itself."""
    child = os.fork()
    if child == 0:
        os._exit(int(act()))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_one_has_it_until_it_closes_the_file(file: Path) -> None:
    one, two = opened(file), opened(file)
    assert flock.lock(one)
    assert flock.is_locked(file)
    assert not flock.lock(two)
    os.close(one)
    assert not flock.is_locked(file)
    assert flock.lock(two)
    os.close(two)


def test_it_goes_with_the_process(file: Path) -> None:
    assert in_a_child(lambda: flock.lock(opened(file)))
    assert not flock.is_locked(file)


def test_whoever_looks_keeps_nobody_from_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look holds the lock for a moment; it is waited for."""
    looking = opened(file)
    flock.fcntl.flock(looking, flock.fcntl.LOCK_SH)
    monkeypatch.setattr(flock.time, "sleep", lambda _: os.close(looking))
    one = opened(file)
    assert flock.lock(one)
    os.close(one)


def test_what_is_not_there_is_not_locked(tmp_path: Path) -> None:
    assert not flock.is_locked(tmp_path / "nothing")
