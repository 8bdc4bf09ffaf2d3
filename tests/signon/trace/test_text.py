from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.trace.text import plain, records
from signon.conftest import Put

from .samples import INCIDENT, LOST

MOMENT = 1_475_575_953.0  # 2016-10-04 10:12:33 UTC


@pytest.mark.parametrize(
    ("prefix", "time"),
    [
        ("[0DB4:000E-0F14] 04.10.2016 10:12:33   ", MOMENT),
        ("[1234:0005-0ABC] 2016-10-04 10:12:33 ", MOMENT),
        ("[004016:000002-00007F2A4B] 10/04/2016 10:12:33 AM  ", MOMENT),
        ("04.10.2016 10:12:33 ", MOMENT),
        ("10/14/2016 10:12:33  ", MOMENT + 864_000),
        ("14/10/2016 10:12:33  ", MOMENT + 864_000),
        ("10/04/2016 10:12:33  ", None),  # April or October
        ("10/10/2016 10:12:33  ", MOMENT + 6 * 86_400),
        ("10/04/2016 12:12:33 AM ", MOMENT - 36_000),
        ("99.99.2016 10:12:33 ", None),
        ("[0DB4:000E-0F14] ", None),
        ("", None),
    ],
)
def test_prefixes_and_times(put: Put, prefix: str, time: float | None) -> None:
    (record,) = records(put("log", f"{prefix}Determining path to server A\n"))
    assert (record.text, record.time, record.line) == ("Determining path to server A", time, 1)


def test_a_message_that_was_broken_is_one_again(put: Put) -> None:
    found = list(records(put("trace", LOST)))
    assert [record.line for record in found] == [1, 2, 3, 4]
    assert found[3].text.endswith("if this problem persists.)")


def test_other_lines_are_not_put_together(put: Put) -> None:
    found = list(records(put("trace", "hello (a\nworld\n" + INCIDENT)))
    assert [record.text for record in found[:2]] == ["hello (a", "world"]
    assert len(found) == 10


def test_what_is_never_closed_ends(put: Put) -> None:
    found = list(records(put("trace", "Unable to connect to A on TCPIP (\n" + "x\n" * 100)))
    assert len(found) > 90


def test_curly_quotes_are_straightened(put: Put) -> None:
    (record,) = records(put("trace", "Using address ‘a’ for b on TCPIP"))
    assert record.text == "Using address 'a' for b on TCPIP"
    assert plain("[1:2-3] 04.10.2016 10:12:33 ‘a’") == "'a'"


@given(st.binary(max_size=300) | st.lists(st.sampled_from(LOST.split("\n"))).map("\n".join).map(str.encode))
def test_any_bytes_are_records(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any"
    file.write_bytes(raw)
    numbers = [record.line for record in records(file)]
    assert numbers == sorted(set(numbers))
