"""docs/from-rewritecond.md: each command in it prints what stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "from-rewritecond.md").read_text("utf-8")


def test_every_command_of_the_guide_prints_what_it_says(tmp_path):
    virtual_host = re.search(r"^```apache\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "photos.conf").write_text(virtual_host[1], "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = 0
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = piece.partition("\n")
            said = subprocess.run(
                ["bash", "-c", command],
                cwd=tmp_path,
                env={"PATH": path},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert said.stdout + said.stderr == printed, command
            done += 1
    assert done > 6
