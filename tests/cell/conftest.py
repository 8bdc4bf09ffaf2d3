"""The sample cell, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.cell.sample import write_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cell") / "acme"
    write_sample(folder)
    return folder
