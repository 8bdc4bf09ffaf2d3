"""What tests of sources over HTTP share: rests that are short."""

from __future__ import annotations

import pytest

from limner.fetch import client
from limner.sync import fetch


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BACKOFF", (0.01, 0.02, 0.03))
    monkeypatch.setattr(fetch, "PAUSES", (0.01, 0.02))
