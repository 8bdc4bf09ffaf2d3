"""docs/reach.md: each command in it is run, in its order, and prints what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.conftest import Run
from cli.signon.guide import DOCS, agree, blocks, shown
from limner.cell.reach import read_roles
from limner.cell.reach.roles import SERVER, known_roles
from limner.cell.reading import read_cell

PAGE = "reach.md"


def file_of(name: str) -> str:
    found = re.search(
        rf"^`{re.escape(name)}`:\n\n```\n(.*?)^```", (DOCS / PAGE).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found
    return found[1]


def test_the_guide(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "STSipProxyRegistrar"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("SystemOut.log", "roles.toml"):
        (folder / name).write_text(file_of(name))
    commands = []
    for command, output in blocks(PAGE):
        real = shown(run, command, {})
        assert agree(output, real), f"docs/{PAGE} shows of `limner {command}`:\n{output}\nand it prints:\n{real}"
        commands.append(command.split()[1])
    assert commands == ["sample", "reach", "reach", "clients", "reach", "log"]
    assert len(read_roles(folder / "roles.toml", read_cell(folder / "acme/3-tls12/dmgrNode")).given) == 2


def test_every_role_is_named() -> None:
    text = " ".join((DOCS / PAGE).read_text("utf-8").split())
    names = [role.name for role in known_roles()]
    assert f"The roles are: {', '.join(names)}, and {SERVER} for all else." in text
