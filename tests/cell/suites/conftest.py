"""Tells at the end of a run how much was rehearsed."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.stats.get("passed", []):
        for name, told in getattr(report, "user_properties", ()):
            if name == "rehearsal":
                terminalreporter.write_line(f"rehearsal of handshakes: {told}")
