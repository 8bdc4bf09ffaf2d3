"""A log is cut into messages, whatever its times look like, and in bounded memory."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cell.log.samples import BANNER, QUIET, REFUSED
from limner.cell.errors import CellError
from limner.cell.log.records import LONGEST, records


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "SystemOut.log"


@pytest.mark.parametrize(
    "time",
    [
        "10/12/16 10:37:24:483 BST",
        "12.10.16 10:37:24:483 MESZ",
        "16/10/12 10:37:24:483 JST",
        "2016-10-12T10:37:24.483+0100",
        "4/2/20, 2:55:13:123 PM CEST",
        "12.10.2016 10.37.24.483 EET",
        "10/12/16 10:37:24:483 GMT+05:30",
    ],
)
def test_times_of_any_language_are_kept_as_they_stand(file: Path, time: str) -> None:
    file.write_text(f"[{time}] 0000008e Some          I   first\n[{time}] 0000008f Some          I   second\n")
    assert [(each.line, each.time, each.text[-6:].strip()) for each in records(file)] == [
        (1, time, "first"),
        (2, time, "second"),
    ]


def test_lines_up_to_the_next_time_belong_to_the_message(file: Path) -> None:
    file.write_text(REFUSED)
    first, second = records(file)
    assert first.text == "TelephonyServ I UserName in Message is null"
    assert second.line == 3
    assert second.text.endswith("Exception is Client requested protocol TLSv1 not enabled or not supported")


def test_the_banner_before_the_first_message_has_no_time(file: Path) -> None:
    file.write_text(BANNER + QUIET)
    banner, quiet = records(file)
    assert (banner.time, quiet.line) == ("", 4)


def test_a_packed_log_is_read_as_the_plain_one(file: Path, tmp_path: Path) -> None:
    file.write_text(REFUSED)
    packed = tmp_path / "SystemOut.log.gz"
    packed.write_bytes(gzip.compress(REFUSED.encode()))
    assert list(records(packed)) == list(records(file))


def test_a_packed_log_that_is_cut_off_is_told(tmp_path: Path) -> None:
    packed = tmp_path / "SystemOut.log.gz"
    packed.write_bytes(gzip.compress(QUIET.encode() * 9999)[:200])
    with pytest.raises(CellError, match=r"cannot read .*SystemOut\.log\.gz"):
        list(records(packed))
    with pytest.raises(CellError, match="No such file"):
        list(records(tmp_path / "nowhere.log"))


@given(st.binary(max_size=400))
def test_anything_is_read_without_a_mistake(file: Path, raw: bytes) -> None:
    file.write_bytes(raw.replace(b"\x1f\x8b", b""))
    for each in records(file):
        assert "\n" not in each.text


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=20), min_size=1))
def test_as_many_messages_come_out_as_went_in(file: Path, texts: list[str]) -> None:
    file.write_text("".join(f"[10/12/16 10:37:24:483 BST] 0000008e Some I {text}\n at x\n" for text in texts), "utf-8")
    assert [each.text for each in records(file)] == [f"Some I {text} at x" for text in texts]


def test_endless_lines_and_messages_are_cut(file: Path) -> None:
    long = "x" * (4 << 20)
    file.write_text(f"{QUIET.rstrip()}{long}\n{QUIET}" + " at y\n" * 50_000 + QUIET)
    tracemalloc.start()
    found = list(records(file))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 3
    assert max(len(each.text) for each in found) <= LONGEST
    assert most < 1 << 20


def test_progress_is_told_in_bytes(file: Path) -> None:
    file.write_text(QUIET * 40_000)
    told: list[tuple[int, int]] = []
    for _ in records(file, lambda done, of: told.append((done, of))):
        pass
    assert told
    assert all(0 < done <= of == file.stat().st_size for done, of in told)
