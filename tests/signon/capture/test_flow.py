from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.flow import Flow
from limner.signon.capture.protocols import Http, Nrpc, Vp
from limner.signon.capture.reading import read
from signon.fakes import community, domino

from . import wire
from .wire import SECOND, Session


@pytest.fixture
def one(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Give a function that reads sessions and gives their only conversation."""
    file = tmp_path_factory.mktemp("flow") / "a.pcap"

    def one(*sessions: Session, ports: dict[int, str] | None = None) -> Flow:
        (flow,) = read(wire.saved(file, *sessions), ports).flows
        return flow

    return one


def test_a_whole_conversation(one) -> None:  # type: ignore[no-untyped-def]
    session = Session().open().says(domino.request("a.example")).answers(domino.reply()).wait(2).fin(by_client=True)
    flow = one(session)
    assert (str(flow.client), str(flow.server)) == ("10.0.0.5:50000", "10.1.2.3:1352")
    assert (flow.whole, flow.established, flow.over, flow.turns) == (True, True, True, 2)
    assert isinstance(flow.talk, Nrpc)
    assert (flow.from_client.bytes, flow.from_server.bytes) == (len(domino.request("a.example")), len(domino.reply()))
    assert (flow.close.by_client, flow.close.reset, flow.close.stamp.number) == (True, False, 6)
    assert 2 * SECOND <= flow.close.idle < 3 * SECOND


@pytest.mark.parametrize("by_client", [True, False])
def test_who_ended_it_first_is_measured(one, by_client: bool) -> None:  # type: ignore[no-untyped-def]
    assert one(Session().open().fin(by_client=by_client)).close.by_client is by_client
    flow = one(Session().open().says(b"x").rst(by_client=by_client, ttl=250))
    assert (flow.close.by_client, flow.close.reset, flow.close.ttl) == (by_client, True, 250)


def test_a_refusal_and_its_repetitions_are_one_conversation(one) -> None:  # type: ignore[no-untyped-def]
    """Windows asks three times, half a second apart, with the same number."""
    session = Session()
    for _ in range(3):
        session.send(True, 2, seq=1000).rst(by_client=False).wait(0.5)
    flow = one(session)
    assert (flow.established, len(flow.syns), len(flow.refused)) == (False, 3, 3)


def test_the_same_packet_on_two_interfaces_is_one(one) -> None:  # type: ignore[no-untyped-def]
    session = Session().open().says(domino.request()).answers(domino.reply()).fin(by_client=True)
    doubled = Session()
    doubled.frames = [frame for each in session.frames for frame in (each, (each[0] + 40_000, each[1]))]
    single, flow = one(session), one(doubled)
    assert (len(flow.syns), flow.turns, flow.from_client.bytes) == (1, 2, single.from_client.bytes)
    later = Session()
    later.frames = session.frames + [(when + 5, raw) for when, raw in session.frames]
    assert one(later).turns == 2


def test_a_new_question_on_the_same_ports_is_a_new_conversation(tmp_path) -> None:  # type: ignore[no-untyped-def]
    first = Session().open().fin(by_client=True)
    second = Session(when=first.when + SECOND, seqs=[70_000, 80_000]).open()
    flows = read(wire.saved(tmp_path / "a.pcap", first, second)).flows
    assert [flow.number for flow in flows] == [1, 2]
    assert [flow.close is None for flow in flows] == [False, True]


def test_a_conversation_whose_begin_was_not_captured_is_read_nevertheless(one) -> None:  # type: ignore[no-untyped-def]
    session = Session().says(community.login("j", b"x", 0)).answers(community.destroy(0x80000211))
    session.frames = [(when, raw) for when, raw in session.frames]
    flow = one(session, ports={1352: "vp"})
    assert (flow.whole, flow.established) == (False, True)
    assert isinstance(flow.talk, Vp)
    assert flow.talk.ended == 0x80000211


def test_the_server_is_who_has_the_port_or_the_lower_one(one) -> None:  # type: ignore[no-untyped-def]
    flow = one(Session(client=("10.0.0.5", 1533), server=("10.1.2.3", 389)).answers(b"x"))
    assert flow.server.port == 389
    flow = one(Session(client=("10.0.0.5", 389), server=("10.1.2.3", 1533)).open())  # who asked is seen
    assert flow.server.port == 1533


def test_ipv6_conversations(one) -> None:  # type: ignore[no-untyped-def]
    flow = one(Session(client=("2001:db8::5", 5), server=("2001:db8::3", 1352)).open())
    assert str(flow.server) == "[2001:db8::3]:1352"


def test_what_a_proxy_tunnels_is_found(one) -> None:  # type: ignore[no-untyped-def]
    session = Session(server=("10.1.2.3", 8080)).open().says(b"CONNECT st:1533 HTTP/1.1\r\n\r\n")
    flow = one(session.answers(b"HTTP/1.1 200 OK\r\n\r\n").says(community.handshake()), ports={8080: "http"})
    assert isinstance(flow.talk, Http)
    assert flow.vp is not None
    assert flow.vp.client_type == community.CONNECT_901


flags = st.sampled_from([1, 2, 4, 16, 17, 18, 20, 24])


@given(st.lists(st.tuples(st.booleans(), flags, st.binary(max_size=30), st.integers(0, 1 << 32)), max_size=25))
def test_no_order_of_segments_is_too_odd(
    tmp_path_factory: pytest.TempPathFactory, segments: list[tuple[bool, int, bytes, int]]
) -> None:
    session = Session()
    for by_client, flags, data, seq in segments:
        session.send(by_client, flags, data, seq=seq if seq % 3 else None)
    for flow in read(wire.saved(tmp_path_factory.getbasetemp() / "odd.pcap", session)).flows:
        assert flow.from_client.held == flow.from_server.held == 0
        assert flow.close is None or flow.close.idle >= 0
