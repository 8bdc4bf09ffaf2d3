from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import PublishError
from limner.publish.files.manifest import Written, _line, _parsed, manifest_of
from limner.publish.files.target import Seen

WHOLE = Written("digest", Seen(3000, "stamp"))
written = st.builds(Written, st.text(), st.none() | st.builds(Seen, st.integers(0), st.text()))


def test_what_is_saved_is_there_the_next_time_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    with manifest_of(tmp_path / "made", "dmz", "place", change=True) as manifest:
        manifest.files["a.jpg"] = WHOLE
        manifest.save()
    assert manifest.file.stat().st_mode & 0o077 == 0
    with manifest_of(tmp_path / "made", "dmz", "place", change=False) as again:
        assert again.files == {"a.jpg": WHOLE}


def test_another_place_has_another_manifest(tmp_path: Path) -> None:
    """A table that is pointed elsewhere must not take the files there for its own."""
    with manifest_of(tmp_path, "dmz", "place", change=True) as manifest:
        manifest.files["a.jpg"] = WHOLE
        manifest.save()
    with manifest_of(tmp_path, "dmz", "elsewhere", change=True) as other:
        assert other.files == {}


def test_what_was_begun_is_known_after_the_process_died(tmp_path: Path) -> None:
    with manifest_of(tmp_path, "dmz", "place", change=True) as manifest:
        manifest.begin(["a.jpg", "b.jpg"])
        manifest.files["a.jpg"] = Written("digest", Seen(7, ""))
        manifest.put_down(["a.jpg", "b.jpg"])
    with manifest_of(tmp_path, "dmz", "place", change=True) as again:
        assert again.files == {"a.jpg": Written("digest", Seen(7, "")), "b.jpg": Written()}


def test_a_line_that_was_cut_short_was_not_put_down(tmp_path: Path) -> None:
    with manifest_of(tmp_path, "dmz", "place", change=True) as manifest:
        manifest.begin(["a.jpg", "b.jpg"])
    manifest.file.write_bytes(manifest.file.read_bytes()[:-4])
    with manifest_of(tmp_path, "dmz", "place", change=True) as again:
        assert list(again.files) == ["a.jpg"]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with (
        manifest_of(tmp_path, "dmz", "place", change=True),
        pytest.raises(PublishError, match="it is being published already"),
        manifest_of(tmp_path, "dmz", "place", change=True),
    ):
        pass
    with manifest_of(tmp_path, "dmz", "place", change=True):
        pass


@pytest.mark.parametrize("line", ["{}", "[]", '["a", "b", true, ""]', '["a", 1, 1, ""]', "[" * 5000, "\x00"])
def test_damage_is_told_with_its_line_and_what_to_do(tmp_path: Path, line: str) -> None:
    with manifest_of(tmp_path, "dmz", "place", change=True) as manifest:
        manifest.file.write_text(f'["a.jpg","","-1",""]\n{line}\n'.replace('"-1"', "-1"))
    with (
        pytest.raises(PublishError, match=r":2: a manifest has no such line") as found,
        manifest_of(tmp_path, "dmz", "place", change=True),
    ):
        pass
    assert "--adopt" in (found.value.hint or "")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "published").write_text("a file")
    with (
        pytest.raises(PublishError, match="cannot write in"),
        manifest_of(tmp_path / "published", "dmz", "place", change=True),
    ):
        pass


@given(st.text(), written)
def test_a_line_says_what_it_was_made_of(path: str, one: Written) -> None:
    assert _parsed(_line(path, one).encode(), "here") == (path, one)
