"""What all tests share: how Hypothesis searches, the servers of a shared library, and what is said at the end."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from limner.settings import Shared, SharedPlace
from shared_servers import Postgres, Store
from shared_servers.store import BUCKET, KEYS

# A deadline would fail on a busy machine. CI repeats the same examples, so that it is red only for a reason.
settings.register_profile(
    "limner", deadline=None, max_examples=100, derandomize=os.environ.get("CI", "").lower() in ("1", "true")
)
settings.load_profile("limner")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much the proof on real web servers has asked (tests/gateway/proof)."""
    passed = terminalreporter.stats.get("passed", [])
    counts = [value for report in passed for name, value in report.user_properties if name == "visits"]
    if counts:
        terminalreporter.write_line(f"gateways: {sum(counts):,} visits to real web servers, all decided alike")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    with Store() as server:
        yield server


@pytest.fixture
def shared_place(postgres: Postgres) -> SharedPlace:
    """Where a shared library of its own is to be, its pictures in the database."""
    return SharedPlace(postgres.fresh(), "postgresql", Shared())


@pytest.fixture
def s3_place(postgres: Postgres, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SharedPlace:
    """Where a shared library is to be whose pictures are in the store, below a prefix of their own."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return SharedPlace(postgres.fresh(), f"s3://{BUCKET}/{tmp_path.name}", Shared(endpoint=store.endpoint))
