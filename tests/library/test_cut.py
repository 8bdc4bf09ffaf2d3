"""A damaged data file is a clear error; LMDB alone would be killed by a signal where the file was cut."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from limner.errors import LibraryError
from limner.library import EmbeddedLibrary

from .samples import SOURCE, a_portrait, a_record

PAGE = 4096

READ = """
import sys
from limner.errors import LibraryError
from limner.library import EmbeddedLibrary
try:
    library = EmbeddedLibrary(sys.argv[1])
    print("opened", library.count().people, len(list(library.check())))
except LibraryError as why:
    print("LibraryError", why.message, why.hint)
"""


def read(folder: Path) -> str:
    """Open a library and read everything, in a process that may die of it."""
    done = subprocess.run([sys.executable, "-c", READ, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return done.stdout


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    library = EmbeddedLibrary(str(folder), create=True)
    with library.batch() as batch:
        for at in range(60):
            batch.put(a_record(f"p{at}", f"pic{at}"), a_portrait(f"pic{at}"))
    library.close()
    return (folder / "data.mdb").read_bytes()


def noise(number: int) -> bytes:
    return random.Random(1).randbytes(number)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[: len(raw) // 2 // PAGE * PAGE],
        lambda raw: raw[: len(raw) // 2 + 100],
        lambda raw: raw[: -20 * PAGE],
        lambda raw: raw[: 2 * PAGE],
        lambda raw: raw[:PAGE],
        lambda raw: raw[:100],
        lambda raw: bytes(len(raw)),
        lambda raw: noise(len(raw)),
        lambda raw: raw[: 2 * PAGE] + bytes(len(raw) - 2 * PAGE),
        lambda raw: raw[: 2 * PAGE] + noise(len(raw) - 2 * PAGE),
        lambda raw: b"PK\x03\x04 this is some other file",
    ],
    ids=["half", "within a page", "the end", "no tables", "one page", "100 bytes", "zeros", "noise", "zero tables",
         "noise for tables", "another file"],
)  # fmt: skip
def test_a_damaged_file_is_a_clear_error(tmp_path: Path, whole: bytes, damage: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "data.mdb"
    file.write_bytes(damage(whole))
    said = read(tmp_path)
    assert said.startswith("LibraryError")
    assert "is damaged" in said
    assert "run `limner sync`" in said
    assert file.read_bytes() == damage(whole), "what is left of it stays as it is"


def test_an_empty_file_is_no_library(tmp_path: Path) -> None:
    """A process that was killed while it made the library leaves that."""
    (tmp_path / "data.mdb").touch()
    with pytest.raises(LibraryError, match="there is no library"):
        EmbeddedLibrary(str(tmp_path))
    library = EmbeddedLibrary(str(tmp_path), create=True)
    assert library.count().people == 0
    library.close()


def test_a_file_that_lmdb_itself_left_short_is_sound(tmp_path: Path) -> None:
    """LMDB does not write a page that was freed in the batch that allocated it, not even the last of the file."""
    short = 0
    for seed in range(30):
        folder = tmp_path / str(seed)
        chance = random.Random(seed)
        library = EmbeddedLibrary(str(folder), create=True)
        for _ in range(25):
            with library.batch() as batch:
                for _ in range(chance.choice([1, 3, 30])):
                    who = f"p{chance.randrange(60)}"
                    if chance.random() < 0.4:
                        batch.remove(SOURCE, f"{who}.jpg")
                    else:
                        size = chance.choice([900, 3000, 9000])
                        picture = str(chance.random())
                        batch.put(a_record(who, picture), a_portrait(picture, size=size))
            needed = (library.env.info()["last_pgno"] + 1) * PAGE
            if (folder / "data.mdb").stat().st_size < needed:
                break
        people = library.count().people
        library.close()
        if (folder / "data.mdb").stat().st_size < needed:
            short += 1
            again = EmbeddedLibrary(str(folder), readonly=short == 1)
            assert again.count().people == people
            assert list(again.check()) == []
            again.close()
            assert os.stat(folder / "data.mdb").st_size >= needed
        if short == 2:
            return
    pytest.fail("no file came out short: this test proves nothing")
