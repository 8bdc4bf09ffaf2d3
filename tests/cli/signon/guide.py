"""Runs the console blocks of a guide in docs/, in a folder with the files of docs/examples/signon."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from cli.conftest import Run

DOCS = Path(__file__).parents[3] / "docs"
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def lay_out(folder: Path) -> None:
    """Put the examples into a folder."""
    shutil.copytree(DOCS / "examples" / "signon", folder, dirs_exist_ok=True)


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a page, without `$ limner`, and what the page shows of its output."""
    for block in _BLOCK.findall((DOCS / page).read_text("utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            assert command.startswith("limner "), command
            yield command.removeprefix("limner "), output


def shown(run: Run, command: str, stands_for: Mapping[str, str]) -> str:
    """Run a command; what it prints, then what it says, with the page's names in place of the test's.

    `stands_for` leads from what the page has to what the test has instead.
    """
    for page, here in stands_for.items():
        command = command.replace(page, here)
    done = run(command)
    text = done.out + done.err
    for page, here in stands_for.items():
        text = text.replace(here, page)
    return text


def agree(page: str, real: str) -> bool:
    """Whether the page shows the real output; `...` in a line of its own stands for any lines, within one for text."""
    page, real = (re.sub(" {2,}", "  ", text) for text in (page, real))  # columns are as wide as what is in them
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else ".*?".join(map(re.escape, line.rstrip("\n").split("..."))) + "\n"
        for line in page.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, real) is not None
