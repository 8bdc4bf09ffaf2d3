"""A directory with a few people, and a way to reach it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ldap_servers import Slapd
from ldap_servers.slapd import ADMIN, PASSWORD, person
from limner.directory import Directory, connect, opening
from limner.settings import DirectoryAccess

PEOPLE = 12


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PAUSES", (0.01, 0.02))


@pytest.fixture(scope="package")
def slapd() -> Iterator[Slapd]:
    """A slapd with p00 to p11, and jane with a photo; tests that change it use entries of their own."""
    people = [person(f"p{number:02}", jpegPhoto=bytes([number]) * 5000) for number in range(PEOPLE - 1)]
    jane = person("jane", mail=["jane@acme.example", "Jane.Roe@acme.example"], jpegPhoto=b"\xff\xd8\xff jane")
    with Slapd(*people, jane) as server:
        yield server


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def access(slapd: Slapd) -> Callable[..., DirectoryAccess]:
    """How to reach the directory by StartTLS, anonymously; with whatever is to be otherwise."""

    def build(**changes: Any) -> DirectoryAccess:
        usual: dict[str, Any] = {"servers": [slapd.url], "ca_file": slapd.ca_file, "answer_seconds": 10}
        return DirectoryAccess(**usual | changes)

    return build


@pytest.fixture
def directory(access: Callable[..., DirectoryAccess]) -> Iterator[Directory]:
    with connect(access(page_size=5)) as opened:
        yield opened


@pytest.fixture
def writable(access: Callable[..., DirectoryAccess], password: Path) -> Iterator[Directory]:
    with connect(access(user=ADMIN, password_file=password)) as opened:
        yield opened
