from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from limner.errors import PublishError
from limner.publish.files.folder import Folder
from limner.publish.files.target import RefusedError

from .conftest import Site


def test_a_folder_that_is_not_there_is_not_made(folder_site: Site) -> None:
    """A file system that is not mounted must not be filled underneath."""
    folder_site.set(path=folder_site.table.path / "mount")  # type: ignore[attr-defined]
    with pytest.raises(PublishError, match="there is no folder"):
        folder_site.publish()


def test_files_are_for_a_web_server_to_read_and_nothing_half_is_left(folder_site: Site) -> None:
    folder_site.has("jane")
    os.umask(0o022)
    folder_site.publish()
    (file,) = folder_site.table.path.iterdir()  # type: ignore[attr-defined]
    assert file.stat().st_mode & 0o777 == 0o644


def test_links_are_not_followed_but_replaced(tmp_path: Path) -> None:
    """Whoever may write into the folder must not make limner write elsewhere."""
    outside = tmp_path / "outside"
    outside.write_text("dear")
    place = tmp_path / "out"
    place.mkdir()
    (place / "a.jpg").symlink_to(outside)
    (place / ".a.jpg.limner").symlink_to(outside)
    asyncio.run(Folder(place).put("a.jpg", b"photo"))
    assert outside.read_text() == "dear"
    assert not (place / "a.jpg").is_symlink()
    assert "a.jpg" in asyncio.run(Folder(place).listing([""]))


def test_what_cannot_be_written_is_refused_by_itself(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file, not a folder")
    with pytest.raises(RefusedError, match="cannot write"):
        asyncio.run(Folder(tmp_path).put("a/b.jpg", b"photo"))
    asyncio.run(Folder(tmp_path).remove("a/b.jpg"))
    asyncio.run(Folder(tmp_path).remove("nothing"))
