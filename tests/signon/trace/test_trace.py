"""A file as a whole: its kind, its attempts, its messages, and that nothing in it does harm."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.errors import SignonError
from limner.signon.evidence import Cause
from limner.signon.trace import Result, read_trace, recognise
from signon.conftest import Put, dxl

from .samples import EVENT, GOOD, INCIDENT, LOST, STALE, UNAVAILABLE


def test_a_good_trace_is_sound(put: Put) -> None:
    trace = read_trace(put("t", GOOD))
    assert trace.sound
    assert [each.result for each in trace.attempts] == [Result.CONNECTED]


def test_a_file_without_attempts_is_not_sound(put: Put) -> None:
    assert not read_trace(put("t", "hello\n")).sound


def test_a_clients_xml_log(put: Put) -> None:
    trace = read_trace(
        put("error-log-0.xml", UNAVAILABLE + EVENT.format(msg="Missing single sign on token", exception=""))
    )
    assert trace.kind == "rcp"
    assert [said.found.message.cause for said in trace.said] == [Cause.NAME_CHECK, Cause.OTHER, Cause.TOKEN_DOMAIN]
    assert [said.line for said in trace.said] == [1, 1, 17]
    assert {each.cause for each in trace.evidence()} == {Cause.NAME_CHECK, Cause.OTHER, Cause.TOKEN_DOMAIN}


def test_a_domino_console(put: Put) -> None:
    line = "[0DB4:000E-0F14] 04.10.2016 10:12:33   Connection denied. You requested server A/B but connected to C/B.\n"
    (said,) = read_trace(put("console.log", line)).said
    assert said.time == 1_475_575_953.0
    assert said.as_dict()["code"] == "0x0820"


def test_a_flood_of_messages_is_counted_and_cut(put: Put) -> None:
    trace = read_trace(put("console.log", "Single Sign-On token is expired\n" * 3000))
    assert len(trace.said) == 1000
    assert trace.left_out == 2000


def test_a_large_log_takes_little_memory(put: Put) -> None:
    line = "[0DB4:000E-0F14] 04.10.2016 10:12:33   Opened session for Jane Roe/ACME (Release 9.0.1)\n"
    file = put("console.log", line * 20_000 + INCIDENT)
    tracemalloc.start()
    trace = read_trace(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(trace.attempts) == 2
    assert peak < 1 << 20


@pytest.mark.parametrize(
    ("head", "name", "is_one"),
    [
        (INCIDENT.encode(), "x.txt", True),
        (LOST.encode(), "x", True),
        (STALE.encode("utf-16"), "x", True),
        (UNAVAILABLE.encode(), "x.xml", True),
        (b"Server started\n", "console.log", True),
        (b"[0DB4:000E-0F14] 04.10.2016 10:12:33   Using address 'a' for b on TCPIP", "notes", True),
        (dxl(), "server.dxl", False),
        (b"<managed-communities/>", "managed-community-configs.xml", False),
        (b"hello", "readme.txt", False),
        (bytes(100), "console.log", False),
        (b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0", "trace.log", False),
    ],
)
def test_it_is_recognised(head: bytes, name: str, is_one: bool) -> None:
    assert recognise(head, name) is is_one


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SignonError, match="No such file"):
        read_trace(tmp_path / "none")


SEEDS = [line for text in (INCIDENT, LOST, GOOD, STALE, UNAVAILABLE) for line in text.split("\n")]


@given(st.binary(max_size=400) | st.lists(st.sampled_from(SEEDS), max_size=30).map("\n".join).map(str.encode))
def test_any_bytes_are_a_trace(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any-trace"
    file.write_bytes(raw)
    recognise(raw, "x")
    trace = read_trace(file)
    assert all(attempt.explanation for attempt in trace.attempts)
    assert all(each.text for each in trace.evidence())


servers = st.sampled_from(["Sametime/Servers/ACME", "CN=A B/O=C", "st.example", "Sametime"])
addresses = st.sampled_from(["192.0.2.4", "[2001:db8::4]:1352", "st.example"])
endings = st.sampled_from(list(Result)).filter(lambda result: result is not Result.UNFINISHED)
prefixes = st.sampled_from(["", "[0DB4:000E-0F14] 04.10.2016 10:12:33   ", "04.10.2016 10:12:33 ", "  "])
SAYS = {
    Result.CONNECTED: "Connected to server {server}",
    Result.WRONG_SERVER: "Connected to the wrong server {server} using address {address}",
    Result.FAILED: "Unable to connect to {name} on TCPIP (Remote system not responding)",
    Result.NO_ANSWER: "No answer on address '{address}' from {name} on TCPIP",
}


@given(st.lists(st.tuples(servers, addresses, servers, endings), max_size=8), prefixes, st.sampled_from(["\n", "\r\n"]))
def test_attempts_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, wanted: list[tuple[str, str, str, Result]], prefix: str, end: str
) -> None:
    lines = []
    for name, address, server, result in wanted:
        lines += [
            f"Using address '{address}' for {name} on TCPIP",
            SAYS[result].format(name=name, address=address, server=server),
            "Opened session for Jane Roe/ACME",
        ]
    file = tmp_path_factory.getbasetemp() / "written"
    file.write_text("".join(f"{prefix}{line}{end}" for line in lines), newline="")
    trace = read_trace(file)
    found = [(each.name, each.address, each.server, each.result) for each in trace.attempts]
    told = (Result.CONNECTED, Result.WRONG_SERVER)
    assert found == [(name, where, who if how in told else None, how) for name, where, who, how in wanted]
    assert [each.lines for each in trace.attempts] == [(3 * at + 1, 3 * at + 2) for at in range(len(wanted))]
    assert all((each.begun is None) == (not prefix.strip()) for each in trace.attempts)
