from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.trace.rcp import is_rcp, records
from signon.conftest import Put

from .samples import EVENT, UNAVAILABLE


def test_an_event_is_a_record(put: Put) -> None:
    (record,) = records(put("error-log-0.xml", UNAVAILABLE))
    assert record.text.startswith("CWPST0306W: An exception occurred")
    assert "LoginException: Server Unavailable." in record.text
    assert (record.line, record.level, record.logger) == (1, "SEVERE", "com.ibm.rcp.security")
    assert record.time == 1_475_572_353.85
    assert is_rcp(UNAVAILABLE)


def test_a_log_without_an_end_and_one_that_was_cut(put: Put) -> None:
    file = put("log", "<CommonBaseEvents>\n" + UNAVAILABLE[:400] + "\n" + UNAVAILABLE + UNAVAILABLE[:400])
    found = list(records(file))
    assert [record.line for record in found] == [2, 9, 25]
    assert found[1].level == "SEVERE"


def test_events_in_one_line(put: Put) -> None:
    line = "".join(EVENT.format(msg=f"m{number}", exception="").replace("\n", "") for number in range(3))
    assert [record.text for record in records(put("log", line))] == ["m0", "m1", "m2"]


def test_an_event_that_declares_entities_is_not_believed(put: Put) -> None:
    evil = '<CommonBaseEvent creationTime="x" msg="&evil;"/>\n' + EVENT.format(msg="good", exception="")
    assert [record.text for record in records(put("log", evil))][-1] == "good"


def test_a_log_of_one_huge_event_takes_no_memory(put: Put) -> None:
    file = put("log", "<CommonBaseEvent msg='a'>\n" + "x" * 200 + ("\n" + "y" * 1000) * 20_000)
    tracemalloc.start()
    assert len(list(records(file))) == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


pieces = st.sampled_from([*UNAVAILABLE.split("\n"), "<CommonBaseEvent ", "</CommonBaseEvent>", "<CommonBaseEvent /> x"])


@given(st.lists(pieces, max_size=25).map("\n".join) | st.lists(pieces, max_size=9).map("".join))
def test_any_mixture_is_records(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.xml"
    file.write_text(text)
    numbers = [record.line for record in records(file)]
    assert numbers == sorted(numbers)
