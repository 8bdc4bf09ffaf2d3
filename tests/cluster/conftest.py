"""One site for all tests of this folder: each mends what it broke."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from tests.shared_servers.postgres import BINARIES
from tests.shared_servers.store import KEYS, PROGRAM

from .people import STAYS, Told, Writer
from .site import FAKETIME, Site

MISSING = [
    name
    for name, there in {
        "root": os.geteuid() == 0,
        "PostgreSQL": BINARIES,
        "SeaweedFS": PROGRAM.exists(),
        "faketime": FAKETIME,
        **{tool: shutil.which(tool) for tool in ("ip", "tc", "nsenter", "unshare", "setpriv")},
    }.items()
    if not there
]


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if MISSING:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"not here: {', '.join(MISSING)}")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in KEYS.items():
            patch.setenv(name, value)
        with Site(tmp_path_factory.mktemp("site"), doors=2) as site:
            yield site


@pytest.fixture
def site(whole_site: Site) -> Iterator[Site]:
    """Give the site in good order, with somebody in its library; what a test breaks is mended after it."""
    with Writer(whole_site, Told(), 0, pause=3600) as writer:
        assert writer.change(STAYS, STAYS)
    whole_site.agree()
    yield whole_site
    whole_site.heal()
