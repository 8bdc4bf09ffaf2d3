"""A data file that is shorter than it should be: LMDB is killed by SIGBUS where it looks for the missing pages.

A short file may be sound all the same, for LMDB does not write a page that was freed in the batch that allocated it.
So everything is read once by another process; if it lives, the file is sound, and is made as long as it should be.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import lmdb

from limner.errors import LimnerError
from limner.library.embedded.border import damaged
from limner.library.embedded.check import faults
from limner.library.embedded.layout import LATER, TABLES


def refuse_cut(env: Any, folder: Path) -> None:
    """Raise LibraryError if the end of an environment's data file is missing. Costs nothing where it is not short."""
    file = folder / "data.mdb"
    if _missing(env, file) <= 0:
        return
    trial = subprocess.run(
        [sys.executable, "-m", "limner.library.embedded.cut", folder], capture_output=True, check=False
    )
    if trial.returncode:
        raise damaged(folder, "its file was cut short")


def _missing(env: Any, file: Path) -> int:
    """Count the bytes from the end of the file to the end of the last page that was ever allocated."""
    return int((env.info()["last_pgno"] + 1) * env.stat()["psize"]) - file.stat().st_size


def _fill_up(folder: Path) -> bool:
    """Read everything, and fill the file up with zeros, so that nobody has to do this again. False: it is damaged."""
    env = lmdb.open(str(folder), map_size=0, max_dbs=len(TABLES) + len(LATER), create=False)
    table = {name: env.open_db(name.encode(), create=False) for name in TABLES}
    with env.begin() as txn:
        if any(faults(txn, table)):
            return False
    with env.begin(write=True) as txn:
        txn.put(b"trial", b"", db=table["meta"])  # which reads the list of free pages
        txn.abort()
    with env.begin(write=True):  # nobody else makes the file longer meanwhile
        file = folder / "data.mdb"
        size = file.stat().st_size
        os.truncate(file, size + max(0, _missing(env, file)))
    return True


if __name__ == "__main__":
    try:
        sys.exit(0 if _fill_up(Path(sys.argv[1])) else 1)
    except (lmdb.Error, LimnerError):
        sys.exit(1)
