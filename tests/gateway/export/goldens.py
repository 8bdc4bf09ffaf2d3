"""The golden files: a policy, a line of dashes, and what is exported for it.

`golden/POLICY.toml` is a policy; `golden/POLICY.DIALECT.txt` has the command, the policy, a line of dashes, the output.
"""

from __future__ import annotations

import shlex
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
DASHES = "-" * 80 + "\n"
FILES = sorted(GOLDEN.glob("*.txt"))


def parts(file: Path) -> tuple[list[str], str, str]:
    """Give a golden file's command line behind `limner policy export`, its policy and its output."""
    given, dashes, output = file.read_text("utf-8").partition(DASHES)
    assert dashes, file.name
    command, _, policy = given.partition("\n")
    start = "# limner policy export "
    assert command.startswith(start), file.name
    return shlex.split(command.removeprefix(start)), policy, output


def dialect_of(file: Path) -> str:
    return file.name.split(".")[1]


ASKING = ("asked",)  # policies that limner is asked about
POLICIES = sorted({file.name.split(".")[0] for file in FILES if not file.name.startswith(ASKING)})


def policy_text(name: str) -> str:
    """Give the text of a golden policy: that of any of its files, which are alike."""
    (text,) = {parts(file)[1] for file in GOLDEN.glob(f"{name}.*.txt")}
    return text
