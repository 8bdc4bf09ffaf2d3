"""A site to run commands in, and `run`, which runs one as a shell would and tells what it printed and how it ended."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from limner import cli, settings, sync
from limner.library import open_library

SETTINGS = """\
[serve]
listen = "127.0.0.1:0"
admin = ""

[[source]]
kind = "folder"
path = "photos"

[sync]
workers = 1

[policy]
otherwise = { redirect = "https://www.example.com/" }

[[policy.allow]]
name = "offices"
networks = ["10.0.0.0/8"]

[[policy.allow]]
name = "meetings"
cookie = ["STPluginActivePage=stMeetingroom"]
"""


@dataclass
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


def jpeg(colour: str, side: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process: `run("photo show", "jane@example.com")`, its first text split at spaces."""

    def run(line: str, *more: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["limner", *shlex.split(line), *map(str, more)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        assert isinstance(end.value.code, int)
        return Done(end.value.code, out, err)

    return run


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a site with a library of two people, one of them without a photo."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "photos").mkdir()
    (folder / "photos" / "Jane.Roe@example.com.jpg").write_bytes(jpeg("maroon"))
    table = folder / "photos" / "people.csv"
    table.write_text(
        "file,mail,uid,name\nJane.Roe@example.com.jpg,jane.roe@example.com,jroe,Jane Roe\n,,rdoe,Ron Doe\n"
    )
    (folder / "limner.toml").write_text(SETTINGS.replace('"photos"\n', '"photos"\ntable = "photos/people.csv"\n'))
    loaded = settings.load(folder / "limner.toml")
    library = open_library(loaded.library, create=True)
    sync.run(library, loaded)
    library.close()
    return folder


@pytest.fixture
def site(synced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the synced site, which is the current folder."""
    folder = tmp_path / "site"
    shutil.copytree(synced, folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("LIMNER_CONFIG", raising=False)
    return folder


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a site with settings and an empty folder of photos, which is the current folder; there is no library."""
    folder = tmp_path / "fresh"
    (folder / "photos").mkdir(parents=True)
    (folder / "limner.toml").write_text(SETTINGS)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("LIMNER_CONFIG", raising=False)
    return folder
