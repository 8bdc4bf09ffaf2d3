"""Follows a guide of docs/ to the letter: its first settings, then every command, whose output must be as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


@dataclass
class Step:
    """A command of a guide, and what it prints."""

    command: str
    output: str


def steps(page: str) -> tuple[str, list[Step]]:
    """Give a guide's first settings, and all of its commands."""
    text = (DOCS / page).read_text("utf-8")
    settings = re.search(r"^`limner\.toml`:\n\n```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert settings, f"{page}: where are the settings?"
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            found.append(Step(command, output))
    assert len(found) > 3
    return settings[1], found


def follow(page: str, folder: Path, here: dict[str, str], environment: dict[str, str]) -> None:
    """Do all that a guide says in one shell; `here` is what addresses of the guide are on this machine."""
    settings, commands = steps(page)
    for there, ours in here.items():
        assert any(there in text for text in (settings, *(step.command for step in commands))), there
        settings = settings.replace(there, ours)
    (folder / "limner.toml").write_text(settings)
    lines = ["set +e"]
    for at, step in enumerate(commands):
        command = step.command
        for there, ours in here.items():
            command = command.replace(there, ours)
        if command.endswith("&"):  # its output is its own business
            lines += [command, f"echo 0 > status.{at}; : > out.{at}"]
        else:
            lines += [f"{{ {command}\n}} > out.{at} 2> err.{at} < /dev/null", f"echo $? > status.{at}"]
    script = folder / "guide.sh"
    script.write_text("\n".join(lines))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["bash", script], cwd=folder, env={"PATH": path, **environment}, check=True, timeout=120)
    for at, step in enumerate(commands):
        said = (folder / f"out.{at}").read_text()
        error = folder / f"err.{at}"
        trouble = error.read_text() if error.exists() else ""
        assert (folder / f"status.{at}").read_text() == "0\n", f"{step.command}: {said}{trouble}"
        assert (said, trouble) == (step.output, ""), step.command
