"""Whole files: what tcpdump and dumpcap record of real sessions, what tshark says of them, and what fuzzing does."""

from __future__ import annotations

import contextlib
import subprocess
import time
import tracemalloc
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.signon.capture.protocols import PORTS
from limner.signon.capture.reading import read
from limner.signon.capture.report import look
from limner.signon.errors import SignonError
from signon.fakes import community, domino
from signon.fakes.recording import tshark

from . import wire
from .conftest import Recording
from .wire import Session

root = pytest.mark.root


@root
def test_packets_are_numbered_and_timed_as_tshark_does(recording: Recording) -> None:
    rows = tshark(recording.file, "-T", "fields", "-e", "frame.number", "-e", "frame.time_epoch")
    got = read(recording.file, recording.ports)
    assert got.packets == len(rows)
    times = [int(text.replace(".", "")) for _, text in rows]
    assert (got.begin, got.end) == (min(times), max(times))
    for flow in got.flows:
        assert flow.began.when == times[flow.began.number - 1]


@root
def test_who_ended_what_is_what_tshark_saw(recording: Recording) -> None:
    """The first FIN or RST of each pair of ports, by packet number."""
    fields = ("frame.number", "tcp.srcport", "tcp.dstport", "tcp.flags.fin", "tcp.flags.reset", "tcp.flags.syn")
    first: dict[frozenset[int], int] = {}
    for number, source, target, fin, reset, syn in tshark(
        recording.file, "-Y", "tcp", "-T", "fields", *(part for name in fields for part in ("-e", name))
    ):
        if (fin in ("1", "True") or reset in ("1", "True")) and syn in ("0", "False"):
            first.setdefault(frozenset((int(source), int(target))), int(number))
    flows = [flow for flow in read(recording.file, recording.ports).flows if flow.close]
    assert flows
    for flow in flows:
        assert flow.close is not None
        assert first[frozenset((flow.client.port, flow.server.port))] == flow.close.stamp.number


@root
def test_bytes_are_counted_as_tshark_follows_them(recording: Recording) -> None:
    """tshark puts the segments in order, too; of what two interfaces saw twice it counts each once."""
    totals: dict[tuple[int, int], int] = defaultdict(int)
    fields = ("tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.len")
    ends: dict[tuple[int, int], set[int]] = defaultdict(set)
    for source, target, seq, length in tshark(
        recording.file, "-Y", "tcp.len > 0", "-T", "fields", *(part for name in fields for part in ("-e", name))
    ):
        pair = int(source), int(target)
        new = set(range(int(seq), int(seq) + int(length))) - ends[pair] if int(length) < 3000 else None
        if new is None:
            if int(seq) in ends[pair]:
                continue
            ends[pair].add(int(seq))
            totals[pair] += int(length)
        else:
            ends[pair] |= new
            totals[pair] += len(new)
    for flow in read(recording.file, recording.ports).flows:
        assert flow.from_client.bytes == totals[flow.client.port, flow.server.port]
        assert flow.from_server.bytes == totals[flow.server.port, flow.client.port]
        assert flow.missing == 0


@root
def test_every_kind_of_conversation_is_recognised(recording: Recording) -> None:
    got = read(recording.file, recording.ports)
    told = "\n".join(event.text for flow in got.flows for event in flow.talk.events)
    for words in (
        "asks for a Notes session, and names sametime.acme.example",
        "says that it is CN=Sametime/OU=Servers/O=ACME",
        "the token has expired (TOKEN_EXPIRED, 0x80000016)",
        "accepts the log-in",
        "sends the client to https://login.acme.example/; asked was GET /stwebclient at st.acme.example",
        "offers TLS 1.3 at most, for st.acme.example",
        "the alert 'unknown CA'",
    ):
        assert words in told
    assert "SECRET" not in told
    assert [len(flow.refused) for flow in got.flows if flow.refused] == [1]
    assert any(len(flow.syns) == 2 and not flow.established for flow in got.flows)
    assert not any(flow.talk.unread for flow in got.flows)


@root
@pytest.mark.parametrize("snap", [60, 96, 200, 1000])
def test_a_snap_length_cuts_what_was_said_and_not_who_ended_it(recording: Recording, tmp_path: Path, snap: int) -> None:
    cut = tmp_path / f"cut{recording.file.suffix}"
    kind = recording.file.suffix[1:]
    subprocess.run(["editcap", "-F", kind, "-s", str(snap), str(recording.file), str(cut)], check=True)
    whole, got = read(recording.file, recording.ports), read(cut, recording.ports)
    assert [flow.close and flow.close.stamp for flow in got.flows] == [
        flow.close and flow.close.stamp for flow in whole.flows
    ]
    assert [flow.from_server.bytes for flow in got.flows] == [flow.from_server.bytes for flow in whole.flows]


@root
def test_the_other_formats_that_wireshark_writes_say_the_same(recording: Recording, tmp_path: Path) -> None:
    if recording.file.suffix == ".pcap":
        for kind in ("pcapng", "nsecpcap"):
            other = tmp_path / f"other.{kind}"
            subprocess.run(["editcap", "-F", kind, str(recording.file), str(other)], check=True)
            one, two = look(recording.file, recording.ports).as_dict(), look(other, recording.ports).as_dict()
            for key in ("attempts", "conversations", "packets", "begin", "end"):
                assert one[key] == two[key]


@root
def test_a_shuffled_capture_says_the_same_as_the_ordered_one(recording: Recording, tmp_path: Path) -> None:
    """Packets of one moment may stand in any order in a file; a few places up or down change no bytes."""
    if recording.file.suffix == ".pcapng":
        return
    frames = []
    from limner.signon.capture.container import opened

    with opened(recording.file) as (every, _):
        frames = [(when, buffer[at:end]) for when, _, buffer, at, end, _ in every]
    swapped = [
        frame for at in range(0, len(frames) - 3, 4) for frame in (frames[at], *reversed(frames[at + 1 : at + 4]))
    ]
    swapped += frames[len(swapped) :]
    file = tmp_path / "shuffled.pcap"
    file.write_bytes(wire.pcap(swapped, nano=True))

    def told(path: Path) -> list[tuple[int, int, set[str]]]:
        flows = read(path, recording.ports).flows
        flows.sort(key=lambda flow: flow.client.port)
        return [(flow.from_client.bytes, flow.from_server.bytes, {e.text for e in flow.talk.events}) for flow in flows]

    assert told(file) == told(recording.file)


# -- what nobody recorded ---------------------------------------------------------------------------------------------


def sample(path: Path) -> Path:
    one = Session().open().says(domino.request("sametime.acme.example")).answers(domino.reply()).fin(by_client=True)
    two = Session(client=("10.0.0.5", 50001), server=("10.1.2.3", 1533), when=one.when).open()
    two.says(community.handshake() + community.login("jroe", b"x")).answers(community.destroy(0x80000015)).fin(
        by_client=False
    )
    web = Session(client=("2001:db8::5", 6), server=("2001:db8::3", 80), when=one.when).open()
    web.says(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").answers(b"HTTP/1.1 302 X\r\nLocation: /\r\n\r\n").fin(by_client=True)
    return wire.saved(path, one, two, web, [wire.dns_answer("10.0.0.5", "sametime.acme.example", "10.1.2.3")])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(0, 200),
)
def test_an_altered_file_is_read_or_refused(tmp_path: Path, changes: list[tuple[int, int]], cut: int) -> None:
    """No crash and no hang: every byte may be anything, and the end may be missing."""
    raw = bytearray(sample(tmp_path / "good.pcap").read_bytes())
    for at, byte in changes:
        raw[at % len(raw)] = byte
    file = tmp_path / "altered.pcap"
    file.write_bytes(raw[: len(raw) - cut])
    begin = time.monotonic()
    with contextlib.suppress(SignonError):
        report = look(file)
        report.as_dict()
        report.evidence()
    assert time.monotonic() - begin < 5


@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any"
    for begin in (wire.pcap([]), wire.section() + wire.interface(), b""):
        file.write_bytes(begin + raw)
        with contextlib.suppress(SignonError):
            look(file).as_dict()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Ten times the packets of the same conversations, with a segment missing in each: no more is held."""

    def peak(repetitions: int) -> int:
        session = Session(server=("10.1.2.3", 80)).open()
        session.says(b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
        session.seqs[0] += 100  # never seen
        for _ in range(repetitions):
            session.says(b"x" * 1400)
        file = wire.saved(tmp_path / "large.pcap", session)
        tracemalloc.start()
        (flow,) = read(file).flows
        assert flow.missing == 100
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(4000) < peak(400) + (3 << 20)


def test_notes_tell_what_was_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    frames = [wire.ethernet(raw) for _, raw in Session().open().frames]
    tcp = wire.tcp(("10.0.0.5", 1), ("10.1.2.3", 1352), 0, 0, 16, b"x" * 100)
    frames += [wire.ethernet(wire.ip("10.0.0.5", "10.1.2.3", tcp[:64], fragment=1 << 13)), frames[0][:30]]
    file.write_bytes(wire.pcap([(wire.NOON, frame) for frame in frames], snap=90))
    notes = "\n".join(read(file).about.notes)
    assert "1 packets are fragments of TCP" in notes
    assert "1 packets were cut within their headers" in notes
    assert "packets were cut to 90 bytes" in notes


def test_a_link_type_that_is_not_read_is_an_error_if_there_is_no_other(tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(wire.pcap([(0, b"x" * 60)], link=105))
    with pytest.raises(SignonError, match="link type 105") as why:
        read(file)
    assert "Ethernet" in str(why.value.hint)


def test_progress_and_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("limner.signon.capture.reading._STEP", 2)
    told: list[int] = []
    file = wire.saved(tmp_path / "a.pcap", Session(server=("10.1.2.3", 8533)).open())
    assert read(file).flows == []
    assert [flow.protocol for flow in read(file, {8533: "vp"}, told.append).flows] == ["vp"]
    assert told == [2]
    assert 8533 not in PORTS
