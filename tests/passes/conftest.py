"""A register of passes, and its keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from limner.passes import Register


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    register = Register(tmp_path / "passes.secrets", create=True)
    yield register
    register.close()
