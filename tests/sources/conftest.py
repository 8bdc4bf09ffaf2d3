"""What tests of sources share: rests that are short, and an Active Directory (4 seconds to make, so once)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ldap_servers import DomainController
from limner.directory import opening
from limner.fetch import client
from limner.sync import fetch


@pytest.fixture(scope="package")
def controller() -> Iterator[DomainController]:
    """A domain controller; each test makes an organizational unit of its own."""
    server = DomainController()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BACKOFF", (0.01, 0.02, 0.03))
    monkeypatch.setattr(opening, "PAUSES", (0.01, 0.02))
    monkeypatch.setattr(fetch, "PAUSES", (0.01, 0.02))
