"""What only the embedded engine has to prove: its file, other processes, sudden death, and a full disk."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import lmdb
import pytest

from limner import people
from limner.errors import LibraryError
from limner.library import EmbeddedLibrary

from .samples import SOURCE, a_portrait, a_record

TESTS = Path(__file__).parent.parent


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run Python code in a process of its own; it finds the library's folder in `sys.argv[1]`."""
    opening = (
        "import sys; from library.samples import *; from limner.library import *; from limner import people\n"
        "library = EmbeddedLibrary(sys.argv[1], create=True)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", opening + code, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TESTS,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    )  # fmt: skip


def fill(folder: Path, number: int = 200) -> None:
    library = EmbeddedLibrary(str(folder), create=True)
    with library.batch() as batch:
        for at in range(number):
            batch.put(a_record(f"p{at}", f"pic{at}"), a_portrait(f"pic{at}"))
    library.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


def test_nobody_else_may_read_the_files(folder: Path) -> None:
    before = os.umask(0)
    try:
        fill(folder, 1)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
        "data.mdb": 0o600,
        "lock.mdb": 0o600,
    }


def test_the_same_library_twice_in_one_process_is_a_clear_error(folder: Path) -> None:
    first = EmbeddedLibrary(str(folder), create=True)
    with pytest.raises(LibraryError, match="open in this process already"):
        EmbeddedLibrary(str(folder))
    assert first.count().people == 0, "the first one is none the worse"
    first.close()
    EmbeddedLibrary(str(folder)).close()


@pytest.mark.parametrize(
    ("found", "said"),
    [(99, r"was made by a newer limner \(its format is 99, this one knows 1\)"), (0, "another version of limner")],
)
def test_another_format_is_refused_and_leaves_nothing_open(folder: Path, found: int, said: str) -> None:
    library = EmbeddedLibrary(str(folder), create=True)
    with library.env.begin(write=True, db=library.table["meta"]) as txn:
        txn.put(b"format", found.to_bytes(8))
    library.close()
    for _ in range(2):
        with pytest.raises(LibraryError, match=said):
            EmbeddedLibrary(str(folder))


def test_a_folder_that_cannot_be_made_is_a_library_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError):
        EmbeddedLibrary(str(tmp_path / "file" / "library"), create=True)


def test_processes_read_whole_batches_while_one_writes(folder: Path) -> None:
    """Every batch moves all ten people to a new photo; no reader ever sees two photos at once."""
    look = """
reader = library.reader()
for _ in range(300):
    names = [reader.find(people.by_uid(f"p{at}")) for at in range(10)]
    shown = [reader.rendition(name[8:16] + (48).to_bytes(2)) for name in names]
    assert len({entity.partition(b"\\r\\n\\r\\n")[2] for entity in shown}) == 1
    reader.release()
print("done")
"""
    library = EmbeddedLibrary(str(folder), create=True)

    def write(photo: int) -> None:
        with library.batch() as batch:
            for at in range(10):
                batch.put(a_record(f"p{at}", str(photo)), a_portrait(str(photo)))

    write(0)
    readers = [start(look, folder) for _ in range(2)]
    photo = 0
    while any(reader.poll() is None for reader in readers):
        photo += 1
        write(photo)
    for reader in readers:
        assert reader.communicate()[0] == "done\n"
    assert photo > 1
    assert list(library.check()) == []
    library.close()


def test_a_second_batch_waits_for_the_first(folder: Path) -> None:
    library = EmbeddedLibrary(str(folder), create=True)
    write = """
print("open", sys.stdin.readline().strip(), flush=True)
with library.batch() as batch:
    batch.put(a_record("other"))
print("done")
"""
    other = start(write, folder)
    assert other.stdout is not None
    assert other.stdin is not None
    with library.batch() as batch:
        other.stdin.write("now\n")
        other.stdin.flush()
        batch.put(a_record("mine"))
        assert other.poll() is None
    assert other.communicate()[0] == "open now\ndone\n"
    assert {record.person.uid for _, record in library.people()} == {"mine", "other"}
    library.close()


def test_killed_at_any_moment_it_opens_with_the_last_committed_batch(folder: Path) -> None:
    """A process writes batch after batch and says when each is committed; it is killed at moments of any kind."""
    write = """
batch_number = int(sys.argv[2])
while True:
    batch_number += 1
    with library.batch() as batch:
        for at in range(20):
            batch.put(a_record(f"p{at}", f"{batch_number}.{at}", version=str(batch_number)),
                      a_portrait(f"{batch_number}.{at}"))
            if at % 3 == batch_number % 3:
                batch.remove(SOURCE, f"p{at}.jpg")
    print(batch_number, flush=True)
"""
    moments = random.Random(7)
    last = 0
    for _ in range(10):
        writer = start(write, folder, last)
        assert writer.stdout is not None
        for _ in range(moments.randrange(1, 6)):
            last = int(writer.stdout.readline())
        threading.Event().wait(moments.random() * 0.004)  # within the next batch, or at its end
        writer.send_signal(signal.SIGKILL)
        rest = writer.communicate()[0].split()
        last = int(rest[-1]) if rest else last
        library = EmbeddedLibrary(str(folder))
        assert list(library.check()) == []
        versions = {int(record.version) for _, record in library.people()}
        assert len(versions) == 1, "batches are whole"
        assert versions <= {last, last + 1}, "the next may have been committed before it could be said"
        last = versions.pop()
        library.close()


def test_killed_readers_leave_their_places_to_others(folder: Path) -> None:
    """Each holds a state of the library open; LMDB would keep it for ever, and be full after 1024."""
    fill(folder, 1)
    hold = (
        "readers = [library.reader() for _ in range(100)]\n"
        "for reader in readers: reader.find(b'u')\nprint('ready', flush=True)\nsys.stdin.read()"
    )
    for _ in range(2):
        reader = start(hold, folder)
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        reader.kill()
        reader.communicate()
    library = EmbeddedLibrary(str(folder))
    assert library.env.reader_check() == 0, "opening has cleared them"
    assert str(library.env.readers()).count("\n") <= 2, "a heading, and at most this process"
    library.close()


# -- a full disk ------------------------------------------------------------------------------------------------


def use_up(library: EmbeddedLibrary, start: int = 0) -> tuple[int, LibraryError]:
    """Store people, a batch each, until there is no room; give how many were committed, and the error."""
    for at in range(start, 100_000):
        try:
            with library.batch() as batch:
                batch.put(a_record(f"p{at}", f"pic{at}"), a_portrait(f"pic{at}"))
        except LibraryError as why:
            return at, why
    raise AssertionError("there was room for everybody")


def assert_usable_after_room_is_made(library: EmbeddedLibrary, stored: int) -> None:
    assert [f"p{at}" for at in range(stored)] == sorted(
        (record.person.uid or "" for _, record in library.people()), key=lambda uid: int(uid[1:])
    )
    assert list(library.check()) == []
    with library.batch() as batch:
        batch.put(a_record(f"p{stored}", "new"), a_portrait("new"))
    assert library.rendition(people.by_uid(f"p{stored}"), 48) is not None
    assert list(library.check()) == []


def test_a_full_map_is_a_clear_error_and_loses_nothing(folder: Path) -> None:
    library = EmbeddedLibrary(str(folder), create=True, map_size=1 << 20)
    stored, why = use_up(library)
    assert "the disk is full" in why.message
    assert why.hint is not None
    assert stored > 10
    library.close()
    assert_usable_after_room_is_made(library := EmbeddedLibrary(str(folder)), stored)
    library.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.root
def test_a_full_disk_is_a_clear_error_and_loses_nothing(small_disk: Path) -> None:
    """In one process, without opening the library again, as a server would meet it."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1 << 20))
    library = EmbeddedLibrary(str(small_disk / "library"), create=True)
    stored, why = use_up(library)
    assert "the disk is full" in why.message
    assert stored > 10
    assert use_up(library, stored)[0] == stored, "it is still full"
    ballast.unlink()
    assert_usable_after_room_is_made(library, stored)
    library.close()


@pytest.mark.root
def test_a_library_on_a_full_disk_still_opens(small_disk: Path) -> None:
    fill(small_disk / "library", 20)
    with pytest.raises(OSError, match="No space"):
        (small_disk / "ballast").write_bytes(bytes(4 << 20))
    library = EmbeddedLibrary(str(small_disk / "library"))
    assert list(library.check()) == []
    library.close()


def test_a_file_that_may_not_grow_is_a_clear_error_and_loses_nothing(folder: Path) -> None:
    """The limit on a file's size stands in for a full disk where none can be mounted."""
    fill(folder, 20)
    write = """
import resource, signal
from limner.errors import LibraryError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = (library.folder / "data.mdb").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100_000, resource.RLIM_INFINITY))
for at in range(20, 10_000):
    try:
        with library.batch() as batch:
            batch.put(a_record(f"p{at}", f"pic{at}"), a_portrait(f"pic{at}"))
    except LibraryError as why:
        print(why.message)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with library.batch() as batch:
    batch.put(a_record("last", "last"), a_portrait("last"))
print(at, len(list(library.check())))
"""
    said, numbers = start(write, folder).communicate()[0].splitlines()
    assert "the disk is full" in said or "Input/output error" in said
    stored, faults = map(int, numbers.split())
    assert stored > 20
    assert faults == 0
    library = EmbeddedLibrary(str(folder))
    assert library.count().people == stored + 1
    assert list(library.check()) == []
    library.close()


def test_origins_and_numbers_outlive_everybody(folder: Path) -> None:
    """A number is never given twice: a cached one must not lead to somebody else."""
    library = EmbeddedLibrary(str(folder), create=True)
    seen = set()
    for who in ("a", "b", "c"):
        with library.batch() as batch:
            batch.put(a_record(who, who), a_portrait(who))
        reader = library.reader()
        name = reader.find(people.by_uid(who))
        assert name is not None
        seen |= {("person", name[:8]), ("picture", name[8:16])}
        reader.release()
        with library.batch() as batch:
            batch.remove(SOURCE, f"{who}.jpg")
    assert len(seen) == 6
    library.close()


def test_a_library_of_before_there_were_notes_opens_and_gets_them(tmp_path: Path) -> None:
    """Opened readonly it has none, until another process has opened it for writing."""
    EmbeddedLibrary(str(tmp_path), create=True).close()
    with lmdb.open(str(tmp_path), max_dbs=20) as env, env.begin(write=True) as txn:
        txn.drop(env.open_db(b"notes", txn=txn))
    reading = EmbeddedLibrary(str(tmp_path), readonly=True)
    assert reading.note("a") is None
    assert list(reading.notes("")) == []
    command = "import sys; from limner.library import open_library\nwith open_library(sys.argv[1]).batch() as b: "
    subprocess.run([sys.executable, "-c", command + "b.note('a', 'x')", tmp_path], check=True)
    assert reading.note("a") == "x"
    assert list(reading.notes("")) == [("a", "x")]
    reading.close()
