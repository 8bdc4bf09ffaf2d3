from __future__ import annotations

from pathlib import Path

from cli.conftest import Run
from limner.cell.reach import read_clients


def test_the_table_can_be_kept_and_read_again(run: Run, tmp_path: Path) -> None:
    done = run("cell clients")
    (tmp_path / "clients.toml").write_text(done.out)
    assert (done.status, done.err) == (0, "")
    assert read_clients(tmp_path / "clients.toml") == read_clients()
