"""docs/cell.md: each command in it is run, in its order, and prints what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Run
from cli.signon.guide import agree, blocks, shown

PAGE = "cell.md"


def test_the_guide(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = []
    for command, output in blocks(PAGE):
        real = shown(run, command, {})
        assert agree(output, real), f"docs/{PAGE} shows of `limner {command}`:\n{output}\nand it prints:\n{real}"
        commands.append(command.split()[1])
    assert commands == ["sample", "show", "show", "diff", "diff"]
