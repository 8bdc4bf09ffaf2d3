"""`limner cell sample` writes a cell into a new folder, and never over anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Run


def test_a_sample(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("cell sample new")
    assert (done.status, done.err) == (0, "")
    assert done.out.split() == ["new/1-installed", "new/2-certificate", "new/3-tls12", "new/wild.acme.example.p12"]
    again = run("cell sample new")
    assert (again.status, again.out) == (2, "")
    assert again.err.startswith("limner: error: new is there already\nlimner: hint: ")


def test_json_has_the_places(run: Run, tmp_path: Path) -> None:
    places = run(f"cell sample {tmp_path / 'made'} --json").json["places"]
    assert places
    assert all(Path(place).exists() for place in places)
