"""A machine on which limner runs as a service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import trustme

from .machine import Machine
from .page import INSTALL, OPEN, SETTINGS, photo


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which everything was done as the page says."""
    machine = Machine(tmp_path_factory.mktemp("systemd") / "m")
    try:
        machine.run(f"set -e\n{INSTALL}")
        authority = trustme.CA()
        door = authority.issue_cert("localhost")
        chain = b"".join(blob.bytes() for blob in door.cert_chain_pems) + authority.cert_pem.bytes()
        machine.put("/etc/limner/door.pem", chain)
        machine.put("/etc/limner/secrets/door.key", door.private_key_pem.bytes(), 0o600)
        machine.put("/etc/limner/limner.toml", SETTINGS.encode())
        machine.put("/srv/portraits/jane.roe@example.com.jpg", photo())
        machine.run(f"set -e\n{OPEN}")
        yield machine
    finally:
        machine.close()
