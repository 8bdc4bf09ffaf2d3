"""docs/backup.md, followed to the letter: a library in a folder, and one in PostgreSQL with a door that stays open."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.guides.guide import DOCS, follow
from tests.guides.test_guides import jpeg
from tests.web.house import Served, until

from limner.library import open_library
from shared_servers import Postgres, needs_postgres

PAGE = (DOCS / "backup.md").read_text("utf-8")
DUMP, RESTORE = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_a_library_in_a_folder(tmp_path: Path) -> None:
    portraits = tmp_path / "portraits"
    portraits.mkdir()
    for name, colour in (("jane.roe", "red"), ("joe.doe", "blue")):
        (portraits / f"{name}@example.com.jpg").write_bytes(jpeg(colour))
    (tmp_path / "ann.jpg").write_bytes(jpeg("green"))
    follow("backup.md", tmp_path, {}, {})
    assert (tmp_path / "ann-again.jpg").read_bytes().startswith(b"\xff\xd8")
    library = open_library(tmp_path / "library", readonly=True)
    try:
        assert [shown_to for _, shown_to, _ in library.hidden()] == ["insiders"] * len(list(library.hidden()))
        assert list(library.hidden()), "who was hidden is hidden again"
    finally:
        library.close()


@needs_postgres
def test_a_shared_library_is_what_it_was_also_on_a_door_that_had_seen_more(tmp_path: Path, postgres: Postgres) -> None:
    database = postgres.fresh()
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{binaries}{os.pathsep}{os.environ['PATH']}"

    def shell(script: str) -> str:
        done = subprocess.run(
            ["sh", "-e", "-c", script], cwd=tmp_path, env={"PATH": path, "DATABASE": database},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"
        return done.stdout

    for name, colour in (("ann", "red"), ("joe", "blue"), ("eve", "green")):
        (tmp_path / f"{name}.jpg").write_bytes(jpeg(colour))
    served = Served(tmp_path)
    text = served.file.read_text().replace(
        'library = "library"\n', f'library = "{database}"\npictures = "file://{tmp_path}/pictures"\n'
    )
    served.file.write_text(text)
    shell("limner photo add ann@example.com ann.jpg; limner photo add joe@example.com joe.jpg")
    with served:
        until(lambda: served.ask("/joe@example.com.jpg").status == 200, seconds=20)
        shell(DUMP)
        shell("limner photo remove joe@example.com; limner photo add eve@example.com eve.jpg")
        until(lambda: served.ask("/eve@example.com.jpg").status == 200, seconds=20)
        assert "2 people, 2 with a photo, 2 pictures: sound" in shell(RESTORE)
        until(lambda: served.ask("/joe@example.com.jpg").status == 200, seconds=20)
        until(lambda: served.ask("/eve@example.com.jpg").status == 404, seconds=20)
        assert served.ask("/ann@example.com.jpg").status == 200
