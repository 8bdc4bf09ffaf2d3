"""What all tests share: how Hypothesis searches, and what is said at the end."""

import os

import pytest
from hypothesis import settings

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
