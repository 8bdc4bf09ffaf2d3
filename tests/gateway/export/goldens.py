"""The golden files: `golden/POLICY.DIALECT.txt` has the command, the policy, a line of dashes, and what is exported.

`python tests/gateway/export/goldens.py` writes the outputs anew; look at the difference before it is committed.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
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


def main() -> None:
    """Write all outputs anew."""
    with tempfile.TemporaryDirectory() as folder:
        for file in FILES:
            command, policy, _ = parts(file)
            settings = Path(folder) / "limner.toml"
            settings.write_text(policy, "utf-8")
            whole = [sys.executable, "-m", "limner", "policy", "export", *command, "-c", str(settings)]
            output = subprocess.run(whole, check=True, capture_output=True, text=True).stdout
            given = file.read_text("utf-8").partition(DASHES)[0]
            file.write_text(f"{given}{DASHES}{output}", "utf-8")


if __name__ == "__main__":
    main()
