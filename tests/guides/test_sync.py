"""docs/sync.md: its settings, with every command of the page run as it stands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.publish.scene import photo

PAGE = (Path(__file__).parents[2] / "docs" / "sync.md").read_text("utf-8")
SETTINGS, LEAVERS, SCHEDULE = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SYNC, REPORT = (block.splitlines() for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


def shell(folder: Path, line: str) -> str:
    """Run a line of the page; it must end well and have nothing to complain of."""
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", line], cwd=folder, env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "error" in done.stderr) == (0, False), f"{line}: {done.stderr}"
    return done.stdout


def test_every_command_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "limner.toml").write_text(f'[serve]\nadmin = ""\n{SETTINGS}')  # no door is open here
    for folder, colour, when in (("from-directory", "red", 2_000_000_000), ("from-intranet", "blue", 1_000_000_000)):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "jane.roe@example.com.jpg"
        file.write_bytes(photo(colour))
        os.utime(file, (when, when))
    assert SYNC == ["limner sync --dry-run", "limner sync", "limner status"]
    assert "would be added: jane.roe@example.com" in shell(tmp_path, SYNC[0])
    assert not (tmp_path / "library").exists(), "a dry run does nothing"
    assert "directory: 1 added" in shell(tmp_path, SYNC[1])
    assert "library: 1 people, 1 with a photo" in shell(tmp_path, SYNC[2])
    shown = [shell(tmp_path, line) for line in REPORT]
    assert [line.removeprefix("limner report").strip() for line in REPORT] == [
        *("", "--by domain", "--json", "--csv", "--html report.html"),
    ]
    assert shown[0].startswith("1 people, 1 with a photo (100.0%), 0 without")
    assert "example.com" in shown[1]
    assert json.loads(shown[2])["with_photo"] == 1
    assert "jane.roe@example.com" in shown[3]
    assert "<html" in (tmp_path / "report.html").read_text()
    assert "0 added, 1 unchanged" in shell(tmp_path, "limner sync")
    assert "1 unchanged" in shell(tmp_path, "limner sync --full")


def test_leavers_are_hidden_and_schedules_kept_as_the_page_says(tmp_path: Path) -> None:
    source = '[[source]]\nkind = "folder"\npath = "photos"\n'
    (tmp_path / "limner.toml").write_text(f'[serve]\nadmin = ""\n{LEAVERS}{source}')
    (tmp_path / "photos").mkdir()
    for who in ("jane", "joe"):
        (tmp_path / "photos" / f"{who}@example.com.jpg").write_bytes(photo("red"))
    shell(tmp_path, "limner sync")
    (tmp_path / "photos" / "joe@example.com.jpg").unlink()
    shell(tmp_path, "limner sync --max-removals 50%")
    assert "1 people, 1 with a photo, 1 hidden" in shell(tmp_path, "limner status")
    (tmp_path / "limner.toml").write_text(f'[serve]\nadmin = ""\n{SCHEDULE}')
    assert re.search(r"\d{4}-\d\d-\d\d 02:30:00", shell(tmp_path, "limner status"))
