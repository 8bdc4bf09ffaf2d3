"""The seven folders, built once: each takes real sessions and a recorder."""

from __future__ import annotations

from pathlib import Path

import pytest

from signon.diagnose import scenes
from signon.fakes.recording import need_recorder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the folders by the cause that each is about."""
    need_recorder()
    return scenes.build(tmp_path_factory.mktemp("scenes"))
