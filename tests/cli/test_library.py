"""`limner library check`."""

from __future__ import annotations

from pathlib import Path

import lmdb

from .conftest import Run


def test_a_sound_library(run: Run, site: Path) -> None:
    done = run("library check")
    assert (done.status, done.err) == (0, "")
    assert done.out == "2 people, 1 with a photo, 1 pictures: sound\n"
    result = run("library check --json").json
    assert result["bytes"] > 0
    assert len(result.pop("digest")) == 64
    assert result | {"bytes": 0} == {
        "sound": True,
        "people": 2,
        "with_photo": 1,
        "pictures": 1,
        "bytes": 0,
        "faults": [],
    }


def test_a_damaged_record_is_found(run: Run, site: Path) -> None:
    with lmdb.open(str(site / "library"), max_dbs=20) as env:
        table = env.open_db(b"renditions")
        with env.begin(db=table, write=True) as txn:
            cursor = txn.cursor()
            assert cursor.first()
            txn.put(cursor.key(), cursor.value()[:-1] + b"\0")
    done = run("library check")
    assert done.status == 1
    assert done.out.splitlines()[-1].endswith(": 1 faults")
    assert done.err == (
        "limner: error: the library is damaged\n"
        "limner: hint: move its folder away and run `limner sync`: it is filled again from the sources\n"
    )
    result = run("library check --json")
    assert (result.status, result.json["sound"]) == (1, False)
    (fault,) = result.json["faults"]
    assert fault.keys() == {"where", "what"}


def test_a_library_that_there_is_not(run: Run, fresh: Path) -> None:
    done = run("library check --json")
    assert (done.status, done.out) == (2, "")
    assert "there is no library in " in done.err
