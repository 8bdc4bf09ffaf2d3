"""The sample cell, made once, and a folder to run commands in that has it as `acme`."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.cell.sample import write_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cell") / "acme"
    write_sample(folder)
    return folder


@pytest.fixture
def here(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "acme").symlink_to(sample)
    return tmp_path
