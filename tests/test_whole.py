"""A file is written whole or not at all, and only a file."""

import os
import stat

import pytest

from limner import whole
from limner.errors import LimnerError


def mode(file):
    return stat.S_IMODE(file.stat().st_mode)


def test_a_new_file_gets_its_mode_and_an_old_one_keeps_its_own(tmp_path):
    file = tmp_path / "page.html"
    whole.write(file, "old", 0o640)
    assert (file.read_text(), mode(file)) == ("old", 0o640)
    file.chmod(0o604)
    whole.write(file, "n\u00e9w", 0o640)
    assert (file.read_text("utf-8"), mode(file)) == ("n\u00e9w", 0o604)
    assert list(tmp_path.iterdir()) == [file]


def test_behind_a_link_it_is_the_file_that_is_written(tmp_path):
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    whole.write(tmp_path / "link", "new", 0o644)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"


def test_what_is_no_file_stays_as_it_is(tmp_path):
    """A device, such as /dev/null or /dev/stdout, must not become a file; nor does writing wait for a pipe's reader."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    read, write = os.pipe()
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    try:
        for file in (tmp_path / "pipe", tmp_path / "link", tmp_path, f"/dev/fd/{write}", "/dev/null"):
            with pytest.raises(LimnerError, match=r"cannot write .*: it is not a file"):
                whole.write(tmp_path / file, "text", 0o644)
    finally:
        os.close(read)
        os.close(write)
    with pytest.raises(LimnerError, match="cannot write"):
        whole.write(circle, "text", 0o644)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "page.html").write_text("old")
    with pytest.raises(LimnerError, match=r"cannot write .*page\.html"):
        whole.write(tmp_path / "page.html", "\ud800", 0o644)
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_text() == "old"
    with pytest.raises(LimnerError, match=r"cannot write .*nowhere.*: No such file"):
        whole.write(tmp_path / "nowhere" / "page.html", "text", 0o644)
