"""docs/wildcard-certificate.md, tls12.md and locked-out.md: each command is run, and prints what the page shows.

What the pages have wsadmin do, the model of wsadmin does with the sample's files.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cell.script.wsadmin import Cell
from cli.conftest import Run
from cli.signon.guide import DOCS, agree

NODES = ("stpNode", "mtgNode", "mediaNode")
PAGES = {"wildcard-certificate.md": "1-installed", "tls12.md": "2-certificate", "locked-out.md": "3-tls12"}
_STEP = re.compile(r"^`([\w.]+)`:\n\n```\n(.*?)^```|^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Desk:
    """Somebody who follows a page."""

    def __init__(self, folder: Path, run: Run, moment: str) -> None:
        self.folder = folder
        self.run = run
        self.moment = moment
        self.does: dict[str, Callable[[list[str]], str]] = {
            "limner": self.limner, "wsadmin.sh": self.wsadmin, "cp": self.copy, "rm": self.remove,
        }  # fmt: skip

    def limner(self, words: list[str]) -> str:
        done = self.run(shlex.join(words))
        return done.out + done.err

    def wsadmin(self, words: list[str]) -> str:
        offline = words[:2] == ["-conntype", "NONE"]
        language, jython, dash, script, *arguments = words[2 * offline :]
        assert (language, jython, dash) == ("-lang", "jython", "-f")
        place = self.folder / "acme" / self.moment
        nodes = None if offline else {each: place / each for each in NODES}
        _, out = Cell(place / "dmgrNode", nodes).run(Path(script), *arguments)
        return out

    def copy(self, words: list[str]) -> str:
        shutil.copy(*words)
        return ""

    def remove(self, words: list[str]) -> str:
        for each in words:
            Path(each).unlink()
        return ""


@pytest.mark.parametrize("page", PAGES)
def test_the_guide(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "password.txt").write_text("WebAS\n")
    (tmp_path / "password.txt").chmod(0o600)
    desk = Desk(tmp_path, run, PAGES[page])
    commands = 0
    for name, content, console in _STEP.findall((DOCS / page).read_text("utf-8")):
        if name:
            (tmp_path / name).write_text(content)
        for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            program, *words = shlex.split(command.replace("$PWD", str(tmp_path)))
            real = desk.does[program](words)
            assert agree(shown, real), f"docs/{page} shows of `{command}`:\n{shown}\nand it prints:\n{real}"
            commands += 1
    assert commands > 8
