"""A library as one file, and back."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import lmdb
import pytest

from limner.errors import LibraryError
from limner.library import EmbeddedLibrary
from limner.library.embedded.backup import backup, restore, verify
from limner.library.move import digest

from .samples import SOURCE, a_portrait, a_record

HOLD = """
import sys
from limner.library import EmbeddedLibrary
library = EmbeddedLibrary(sys.argv[1], readonly=sys.argv[2] == "reads")
print("open", flush=True)
sys.stdin.read()
"""


def quiet(what: str, done: int, of: int) -> None:
    pass


def fill(library: EmbeddedLibrary, *numbers: int) -> None:
    with library.batch() as batch:
        for at in numbers:
            batch.put(a_record(f"p{at}", f"pic{at}"), a_portrait(f"pic{at}"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[EmbeddedLibrary]:
    library = EmbeddedLibrary(str(tmp_path / "library"), create=True)
    fill(library, *range(40))
    with library.batch() as batch:
        batch.note("a name", "a text")
        batch.hide([next(iter(a_record("p1", "pic1").person.index_keys()))], "nobody")
    yield library
    library.close()


def content(folder: Path) -> str:
    opened = EmbeddedLibrary(str(folder), readonly=True)
    try:
        assert list(opened.check()) == []
        return digest(opened)
    finally:
        opened.close()


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_was_backed_up_is_what_is_restored(library: EmbeddedLibrary, tmp_path: Path) -> None:
    """People, names, pictures, notes, and who is hidden."""
    before = digest(library)
    file = tmp_path / "b.backup"
    told: list[tuple[str, int, int]] = []
    count = backup(library, file, lambda *what: told.append(what))
    assert count.people == library.count().people == 40
    assert all(0 <= done <= of for _, done, of in told)
    assert {what for what, done, of in told if done == of} == {"copying", "verifying"}
    assert file.stat().st_mode & 0o777 == 0o600
    fill(library, 41)
    done = restore(file, tmp_path / "new" / "library", quiet)
    assert (done.aside, done.count.people) == (None, 40)
    assert content(tmp_path / "new" / "library") == before != digest(library)
    assert left(tmp_path) == {"library", "b.backup", "new"}, "nothing is left lying about"


def test_a_backup_is_the_state_of_one_moment_while_others_write(library: EmbeddedLibrary, tmp_path: Path) -> None:
    """Each batch adds three people: no backup ever has a part of one."""
    stop = threading.Event()

    def write() -> None:
        at = 100
        while not stop.is_set():
            fill(library, at, at + 1, at + 2)
            at += 3

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = [backup(library, tmp_path / f"{at}.backup", quiet).people for at in range(4)]
    finally:
        stop.set()
        writer.join()
    assert all((people - 40) % 3 == 0 for people in counts)
    assert counts == sorted(counts)


def test_free_pages_are_left_out(library: EmbeddedLibrary, tmp_path: Path) -> None:
    fill(library, *range(1000, 1200))
    with library.batch() as batch:
        for at in range(1000, 1200):
            assert batch.remove(SOURCE, f"p{at}.jpg")
    backup(library, tmp_path / "b", quiet)
    assert (tmp_path / "b").stat().st_size < (library.folder / "data.mdb").stat().st_size / 2


def test_nothing_is_replaced_by_a_backup(library: EmbeddedLibrary, tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.symlink_to("nowhere")
    with pytest.raises(LibraryError, match="there is something at"):
        backup(library, file, quiet)
    with pytest.raises(LibraryError, match=r"cannot write to .*No such file or directory"):
        backup(library, tmp_path / "no" / "folder", quiet)


def test_a_damaged_library_is_not_backed_up(library: EmbeddedLibrary, tmp_path: Path) -> None:
    """A backup that restores damage would be found out when it is needed."""
    with library.env.begin(db=library.table["renditions"], write=True) as txn:
        cursor = txn.cursor()
        assert cursor.first()
        txn.put(cursor.key(), cursor.value()[:-1] + b"\0")
    with pytest.raises(LibraryError, match=r"library is damaged \(1 faults, such as picture 1 at "):
        backup(library, tmp_path / "b", quiet)
    assert left(tmp_path) == {"library"}


def test_a_full_disk_is_said_and_leaves_nothing(
    library: EmbeddedLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = library.env

    class Full:
        """LMDB, which fails to copy as it does on a full disk."""

        def __getattr__(self, name: str) -> object:
            return getattr(env, name)

        def copy(self, path: str, *, compact: bool) -> None:
            Path(path, "data.mdb").write_bytes(b"the beginning")
            raise lmdb.DiskError(f"mdb_env_copy2: {os.strerror(28)}")

    monkeypatch.setattr(library, "env", Full())
    with pytest.raises(LibraryError, match=r"cannot write a backup to .*: no space left on device"):
        backup(library, tmp_path / "b", quiet)
    assert left(tmp_path) == {"library"}
    library.env = env


def test_a_library_that_is_there_is_put_aside_only_when_that_is_asked(library: EmbeddedLibrary, tmp_path: Path) -> None:
    file, folder = tmp_path / "b", library.folder
    before = digest(library)
    backup(library, file, quiet)
    fill(library, 50)
    after = digest(library)
    library.close()
    with pytest.raises(LibraryError, match=r"there is a library in .* already") as why:
        restore(file, folder, quiet)
    assert "--replace" in str(why.value.hint)
    assert content(folder) == after
    done = restore(file, folder, quiet, replace=True)
    assert content(folder) == before
    assert done.aside is not None
    assert left(folder) == {"data.mdb", "lock.mdb", done.aside.name}
    restore(done.aside, tmp_path / "back", quiet)
    assert content(tmp_path / "back") == after, "what was put aside is a backup too"


@pytest.mark.parametrize("how", ["reads", "writes"])
def test_a_library_that_is_in_use_is_not_touched(library: EmbeddedLibrary, tmp_path: Path, how: str) -> None:
    """By a door, which reads, or by a sync: they would go on with the old file, and write over the new one."""
    backup(library, tmp_path / "b", quiet)
    library.close()
    before = (library.folder / "data.mdb").read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, library.folder, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(LibraryError, match="is in use"):
            restore(tmp_path / "b", library.folder, quiet, replace=True)
        assert (library.folder / "data.mdb").read_bytes() == before
    restore(tmp_path / "b", library.folder, quiet, replace=True)


def test_no_damaged_backup_gets_in(library: EmbeddedLibrary, tmp_path: Path) -> None:
    """Cut, changed, empty, or something else: said, and the library stays as it is."""
    file = tmp_path / "b"
    backup(library, file, quiet)
    library.close()
    whole = file.read_bytes()
    before = content(library.folder)
    chance = random.Random(7)
    at = whole.index(b"Content-Length") + 200  # within a picture
    for damage in (
        whole[: len(whole) // 2],
        whole[:4096],
        b"",
        bytes(len(whole)),
        chance.randbytes(len(whole)),
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
    ):
        file.write_bytes(damage)
        for attempt in (
            lambda: restore(file, library.folder, quiet, replace=True),
            lambda: verify(file, library.folder, quiet),
        ):
            with pytest.raises(LibraryError) as why:
                attempt()
            assert str(file) in why.value.message, why.value.message
            assert ".limner-" not in why.value.message
        assert left(library.folder) == {"data.mdb", "lock.mdb"}
        assert content(library.folder) == before
    file.unlink()
    with pytest.raises(LibraryError, match=r"cannot restore .*: No such file"):
        restore(file, library.folder, quiet, replace=True)


def test_to_verify_makes_nothing(library: EmbeddedLibrary, tmp_path: Path) -> None:
    backup(library, tmp_path / "b", quiet)
    assert verify(tmp_path / "b", tmp_path / "far" / "away", quiet).people == 40
    assert left(tmp_path) == {"library", "b"}


def test_a_backup_of_a_newer_limner_is_refused(library: EmbeddedLibrary, tmp_path: Path) -> None:
    with library.env.begin(write=True, db=library.table["meta"]) as txn:
        txn.put(b"format", (2).to_bytes(8))
    library.env.copy(str(tmp_path), compact=True)
    with pytest.raises(LibraryError, match=r"data\.mdb was made by a newer limner \(its format is 2"):
        restore(tmp_path / "data.mdb", tmp_path / "new", quiet)
    assert left(tmp_path) == {"library", "data.mdb"}, "no folder for nothing"


def test_what_is_no_file_is_not_read_for_ever(tmp_path: Path) -> None:
    for place in (Path("/dev/zero"), tmp_path):
        with pytest.raises(LibraryError, match="it is not a file"):
            restore(place, tmp_path / "new", quiet)
