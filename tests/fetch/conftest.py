"""Certificates, and clients that may ask servers on this machine."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from limner.fetch import Client, Rules

Clients = Callable[..., Client]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return file


def server_context(authority: trustme.CA, *names: str, **more: Any) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names, **more).configure_cert(context)
    return context


@pytest.fixture
def client() -> Iterator[Clients]:
    """Make clients whose rests are short; `allow` is all of this machine if nothing else is said."""
    made = []

    def make(allow: list[str] | None = None, **more: Any) -> Client:
        rules = Rules.of(allow=["127.0.0.0/8"] if allow is None else allow, ports=more.pop("ports", range(1024, 65536)))
        one = Client(rules, **{"backoff": lambda tried: 0.01 * tried, "seconds": 5, **more})
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()
