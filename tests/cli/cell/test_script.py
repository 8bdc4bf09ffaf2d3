"""`limner cell script`: a folder of scripts for a plan."""

from __future__ import annotations

import json
from pathlib import Path

from cli.cell.test_plan import PLAN, STORY
from cli.conftest import Run


def test_a_plan_becomes_a_folder(run: Run, here: Path) -> None:
    (here / "change.toml").write_text(STORY)
    assert run(f"{PLAN} -o tls.plan").status == 0
    done = run("cell script tls.plan --to tls")
    assert done.status == 0
    assert "tls/checklist.md\n" in done.out
    assert "tls/checklist.md says what to do" in done.err
    assert "again/apply.py" in json.loads(run("cell script tls.plan --to again --json").out)["files"]
    done = run("cell script tls.plan --to tls")
    assert (done.status, "is there already" in done.err) == (2, True)


def test_what_is_no_plan_is_told(run: Run, here: Path) -> None:
    (here / "tls.plan").write_text("nonsense")
    done = run("cell script tls.plan --to tls")
    assert (done.status, "tls.plan is no plan" in done.err) == (2, True)
    assert not (here / "tls").exists()
