"""docs/single-sign-on.md: each command in it is run, in its order, and prints what the page shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import Run
from .example import CASE, login
from .guide import agree, blocks, shown

PAGE = "single-sign-on.md"


@pytest.fixture(autouse=True)
def case(here: Path) -> None:
    shutil.copytree(CASE, here / "case")


def test_the_guide(run: Run, here: Path) -> None:
    commands = []
    for command, output in blocks(PAGE):
        real = shown(run, command, {})
        assert agree(output, real), f"docs/{PAGE} shows of `limner {command}`:\n{output}\nand it prints:\n{real}"
        commands.append(command.split()[1])
    assert commands == ["diagnose", "capture", "trace", "server-name", "diagnose"]
    assert "acme" not in (here / "report.html").read_text().casefold()


def test_the_capture_of_the_example_is_made_as_the_test_says() -> None:
    assert (CASE / "login.pcap").read_bytes() == login(), "renew it: python -m cli.signon.example, in tests"
