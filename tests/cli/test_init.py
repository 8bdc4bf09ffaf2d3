"""`limner init`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from limner import settings

from .conftest import Run


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_writes_a_file_that_loads(run: Run, tmp_path: Path) -> None:
    done = run("init")
    assert (done.status, done.out) == (0, "")
    assert done.err == "limner: wrote limner.toml; put photos into the folder `photos` beside it, then: limner sync\n"
    loaded = settings.load("limner.toml")
    assert [source.path for source in loaded.source] == [tmp_path / "photos"]


def test_what_it_writes_lets_in_this_machine_and_nobody_else(run: Run) -> None:
    run("init")
    assert run("policy check").status == 0
    assert run("policy explain --from 127.0.0.1").status == 0
    assert run("policy explain --from ::1").status == 0
    assert run("policy explain --from 192.0.2.1").status == 1


def test_every_line_that_is_commented_out_is_right_when_it_is_not(run: Run, tmp_path: Path) -> None:
    run("init")
    text = (tmp_path / "limner.toml").read_text()
    settings_alone = re.compile(r"^# (?=\[\[|\w+ = )", re.MULTILINE)
    assert len(settings_alone.findall(text)) > 5
    text = settings_alone.sub("", text).replace('collect = "', '# collect = "')  # table and collect exclude each other
    loaded = settings.parse(text.encode(), tmp_path / "limner.toml")
    assert loaded.serve.tls is not None
    assert len(loaded.policy.allow) == 2


def test_it_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "limner.toml").write_text("mine")
    done = run("init")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "limner: error: limner.toml is there already\nlimner: hint: nothing was changed; name another file\n"
    )
    assert (tmp_path / "limner.toml").read_text() == "mine"
    (tmp_path / "link.toml").symlink_to("elsewhere")
    assert run("init link.toml").status == 2
    assert not (tmp_path / "elsewhere").exists()


def test_another_name_is_in_the_next_command_too(run: Run, tmp_path: Path) -> None:
    done = run("init", "my site.toml")
    assert done.status == 0
    assert "limner sync -c 'my site.toml'" in done.err
    assert (tmp_path / "my site.toml").exists()


def test_json(run: Run) -> None:
    assert run("init --json").json == {"file": "limner.toml"}


@pytest.mark.parametrize("where", ["nowhere/limner.toml", ".", ""])
def test_where_no_file_can_be_written(run: Run, tmp_path: Path, where: str) -> None:
    done = run("init", where)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: ")
    assert list(tmp_path.iterdir()) == []
