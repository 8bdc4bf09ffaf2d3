"""A log's file: written by a thread, found again when it was moved."""

import json

import pytest

from limner.errors import ServeError
from limner.web import logs
from limner.web.logs import Log, text

from .house import until


@pytest.fixture
def log(tmp_path):
    log = Log(str(tmp_path / "logs" / "a.jsonl"))
    yield log
    log.close()


def test_lines_are_written_by_themselves_in_order(log, tmp_path):
    log.lines += [b"1\n", b"2\n", b"3\n"]
    until(lambda: (tmp_path / "logs" / "a.jsonl").read_bytes() == b"1\n2\n3\n")


def test_a_file_that_was_moved_or_deleted_is_made_anew(log, tmp_path):
    file = tmp_path / "logs" / "a.jsonl"
    log.lines.append(b"1\n")
    log.flush()
    file.rename(tmp_path / "old")
    log.lines.append(b"2\n")
    log.flush()
    assert ((tmp_path / "old").read_bytes(), file.read_bytes()) == (b"1\n", b"2\n")


def test_what_is_too_much_is_dropped_and_said(log, tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "WAITING", 2)
    with monkeypatch.context() as slow:
        slow.setattr(log, "flush", lambda: None)
        log.lines += [b"{}\n"] * 5
        log.bound()
    log.flush()
    lines = (tmp_path / "logs" / "a.jsonl").read_text().splitlines()
    assert lines[-1] == json.dumps({"lost_lines": 3})


def test_closing_writes_the_rest(tmp_path):
    log = Log(str(tmp_path / "a"))
    log.lines.append(b"last\n")
    log.close()
    assert (tmp_path / "a").read_bytes() == b"last\n"


def test_a_folder_is_no_log(tmp_path):
    with pytest.raises(ServeError, match="cannot write the log") as why:
        Log(str(tmp_path))
    assert why.value.hint


def test_text_is_one_line_of_ascii():
    assert json.loads(text('a"\n\u2028\ud800é')) == 'a"\n\u2028\ud800é'
    assert text("é\n").isascii()
    assert b"\n" not in text("é\n")
