"""`run` of the commands' tests, and a folder of the test's own, which is the current one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Run, run
from signon.conftest import Put, put

__all__ = ["Put", "Run", "here", "put", "run"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path
