from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from limner.passes import Issued, Keys, Register, RegisterError

NOW = 1_800_000_000.0


def test_it_is_made_for_its_owner_only(register: Register) -> None:
    Keys(register).rotate(NOW)
    files = sorted(register.file.parent.iterdir())
    assert files[0] == register.file
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(file.name.startswith("passes.secrets") for file in files), "nothing is left behind from making it"


def test_without_being_made_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="No such file") as caught:
        Register(tmp_path / "passes.secrets")
    assert caught.value.hint == "`limner pass issue` makes it"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_one_that_others_can_get_at_is_refused(register: Register, mode: int) -> None:
    register.file.chmod(mode)
    with pytest.raises(RegisterError, match="others than its owner") as caught:
        Register(register.file, create=True)
    assert caught.value.hint == f"chmod 600 {register.file}"


def test_another_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    text, other, empty = tmp_path / "text", tmp_path / "other", tmp_path / "empty"
    text.write_bytes(b"not a database, and long enough to be looked at" * 20)
    sqlite3.connect(other).execute("create table a (b)").connection.close()
    empty.touch()
    for file in (text, other, empty):
        file.chmod(0o600)
        before = file.read_bytes()
        with pytest.raises(RegisterError):
            Register(file, create=True)
        assert file.read_bytes() == before


def test_a_register_of_a_later_version_is_refused(register: Register) -> None:
    with register.reading() as connection:
        connection.execute("pragma user_version = 2")
    with pytest.raises(RegisterError, match="another version"):
        Register(register.file)


def test_a_damaged_one_says_what_to_do(register: Register) -> None:
    Issued(register).issue("room", ["a@example.com"], 60, issuer="test", now=NOW)
    with register.reading() as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    register.close()
    raw = bytearray(register.file.read_bytes())
    raw[4096:] = b"\xaa" * (len(raw) - 4096)
    register.file.write_bytes(raw)
    damaged = Register(register.file)
    with pytest.raises(RegisterError) as caught:
        Issued(damaged).all()
    assert "move it away" in (caught.value.hint or "")
    damaged.close()


def test_what_fails_half_way_changes_nothing(register: Register) -> None:
    with suppress(KeyError), register.writing() as connection:
        connection.execute("insert into clients values ('a', x'00', 0)")
        raise KeyError
    with register.reading() as connection:
        assert connection.execute("select count(*) from clients").fetchone() == (0,)


def _issue(file: Path, times: int) -> None:
    register = Register(file, create=True)
    for _ in range(times):
        Issued(register).issue("room", ["a@example.com"], 60, issuer="test", now=NOW)
    register.close()


def test_many_processes_make_and_fill_one_register(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_issue, args=(tmp_path / "p", 20)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    register = Register(tmp_path / "p")
    assert len(Issued(register).all()) == 60
    assert len(Keys(register).all(NOW)) == 1, "two that find no key do not make two"
    register.close()


def test_who_reads_does_not_wait_for_who_writes(register: Register) -> None:
    number = Issued(register).issue("room", ["a@example.com"], 60, issuer="test", now=NOW)[0].id
    found: list[object] = []

    def read() -> None:
        other = Register(register.file)
        found.append(Issued(other).find(number))
        other.close()

    with register.writing() as connection:
        connection.execute("delete from passes")
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(4)
        assert found, "the reader waits"
    assert found[0] is not None
