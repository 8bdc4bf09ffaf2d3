"""Photos wait in a file without a name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import LibraryError
from limner.sources import Loaded
from limner.sync import spool as spooling
from limner.sync.spool import Spool


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every photo is written when it is put."""
    monkeypatch.setattr(spooling, "CHUNK", 1)


@given(photos=st.lists(st.binary(max_size=300)), order=st.randoms(), chunk=st.sampled_from([1, 300, 1 << 20]))
def test_photos_come_out_as_they_went_in_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, photos: list[bytes], order: object, chunk: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, Spool(tmp_path_factory.getbasetemp()) as spool:
        patch.setattr(spooling, "CHUNK", chunk)
        waiting = [(photo, spool.put(Loaded(photo))) for photo in photos]
        order.shuffle(waiting)  # type: ignore[attr-defined]  # a random.Random
        for photo, spooled in waiting:
            assert spooled.data == photo
            assert spooled == Loaded(photo)


@pytest.mark.usefixtures("no_waiting")
def test_nothing_lies_in_the_folder_meanwhile_or_afterwards(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        assert spool.put(Loaded(b"photo")).data == b"photo"
        assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_waiting")
def test_a_file_system_without_nameless_files_does_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY)  # what an old system takes it for: EISDIR
    with Spool(tmp_path) as spool:
        assert spool.put(Loaded(b"photo")).data == b"photo"
        assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_waiting")
def test_a_full_disk_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spooling.os, "pwrite", full)
    with Spool(tmp_path) as spool, pytest.raises(LibraryError, match="No space left") as caught:
        spool.put(Loaded(b"photo"))
    assert caught.value.hint


@pytest.mark.usefixtures("no_waiting")
def test_a_file_that_was_cut_is_noticed(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        spooled = spool.put(Loaded(b"photo"))
        os.truncate(spool._file, 2)
        with pytest.raises(LibraryError, match="lost its end"):
            _ = spooled.data
