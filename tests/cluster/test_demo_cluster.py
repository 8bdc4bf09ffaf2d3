"""`make demo-cluster`: what it says happens, and it ends with all that it started."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.shared_servers import needs_postgres, needs_store
from tools import demo_cluster

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tools.demo_cluster"]


@needs_postgres
@needs_store
def test_faces_all_the_while_whatever_dies_until_ctrl_c(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [*COMMAND, "--folder", str(tmp_path / "town")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
    )
    try:
        said = ""
        assert demo.stdout is not None
        for line in demo.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        demo.send_signal(signal.SIGINT)
        rest, error = demo.communicate(timeout=30)
    finally:
        demo.kill()
        demo.communicate()
    assert demo.returncode == 0, said + rest + error
    assert len(re.findall(r"^ok: .* none missing", said, re.MULTILINE)) == 6
    assert "FAILED" not in said
    assert "Traceback" not in error
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False)
    assert left.stdout == "", "all that it started has ended"


def test_without_the_servers_it_says_which_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_cluster, "BINARIES", [])
    monkeypatch.setattr(demo_cluster, "PROGRAM", Path("/nowhere/weed"))
    done = CliRunner().invoke(demo_cluster.main, ["--check"])
    assert done.exit_code == 2
    assert "PostgreSQL (Debian: apt-get install postgresql), SeaweedFS (/nowhere/weed)" in done.stderr
    assert "make servers" in done.stderr


def test_a_face_that_is_missing_fails_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Visitors count what they do not get; nothing is retried until it fits."""
    asked: list[int] = []

    def nobody(port: int, mail: str) -> bool:
        asked.append(port)
        visitors.stop.set()
        return False

    monkeypatch.setattr(demo_cluster, "_face", nobody)
    visitors = demo_cluster.Visitors([1, 2], ["jane@example.com"])
    visitors.run()
    assert (visitors.faces, visitors.detours, visitors.missed) == (1, 1, 1)
    assert asked == [2, 1]
