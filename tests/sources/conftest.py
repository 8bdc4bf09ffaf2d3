"""An Active Directory for all tests of this room; 4 seconds to make, so once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ldap_servers import DomainController


@pytest.fixture(scope="package")
def controller() -> Iterator[DomainController]:
    """A domain controller; each test makes an organizational unit of its own."""
    server = DomainController()
    yield server
    server.close()
