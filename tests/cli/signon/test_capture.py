from __future__ import annotations

from pathlib import Path

import pytest

from signon.capture import wire
from signon.capture.test_reading import sample
from signon.capture.wire import Session
from signon.fakes import community

from .conftest import Run


@pytest.fixture(autouse=True)
def files(here: Path) -> None:
    sample(here / "login.pcap")
    good = Session(server=("10.1.2.3", 1533)).open().says(community.handshake() + community.login("jroe", b"x"))
    wire.saved(here / "good.pcap", good.answers(community.login_ack("jroe")))
    wire.saved(here / "moved.pcap", Session(server=("10.1.2.3", 8533)).open().says(community.handshake()))


def test_a_failed_log_in_is_told_with_its_packets(run: Run) -> None:
    done = run("signon capture login.pcap")
    assert (done.status, done.err) == (1, "")
    assert "attempt 1 of 10.0.0.5, 2016-10-04T10:00:00.000000Z: token, certain\n" in done.out
    assert "the token is invalid (TOKEN_INVALID, 0x80000015)\n" in done.out
    assert "  rests on packets " in done.out
    assert "server  says that it is CN=Sametime/OU=Servers/O=ACME\n" in done.out
    assert "client  ends it (FIN)" in done.out
    assert "other conversations: 1 http; --all shows them\n" in done.out


def test_all_conversations_on_request(run: Run) -> None:
    assert "sends the client to /" in run("signon capture login.pcap --all").out


def test_a_good_log_in_is_sound(run: Run) -> None:
    done = run("signon capture good.pcap")
    assert done.status == 0
    assert ": sound\n" in done.out


def test_json_has_all_of_it(run: Run) -> None:
    done = run("signon capture login.pcap --json")
    assert done.status == 1
    assert done.json["attempts"][0]["verdict"]["kind"] == "token"
    assert len(done.json["conversations"]) == 3


def test_ports_can_be_told(run: Run) -> None:
    done = run("signon capture moved.pcap")
    assert done.status == 0
    assert "no log-in attempt" in done.out
    assert "name others with --port, as in --port 8533=vp" in done.out
    assert "client  greets as Sametime Connect 9.0.1" in run("signon capture moved.pcap --port 8533=vp").out


@pytest.mark.parametrize("port", ["8533", "x=vp", "8533=ftp", "²=vp", "0=vp", "70000=vp"])
def test_a_port_that_is_none_is_a_mistake_of_usage(run: Run, port: str) -> None:
    done = run(f"signon capture login.pcap --port {port}")
    assert done.status == 2
    assert "write 1533=vp" in done.err


def test_names_help(run: Run) -> None:
    assert (
        "name_check, likely: the client asked for st.example" in run("signon capture login.pcap --name st.example").out
    )


def test_names_and_addresses_are_masked(run: Run) -> None:
    for done in (run("signon capture login.pcap --mask"), run("signon capture login.pcap --mask --json")):
        for name in ("10.1.2.3", "10.0.0.5", "2001:db8", "acme", "ACME", "jroe"):
            assert name not in done.out
        assert "address-" in done.out
        assert "are masked" in done.err


def test_what_is_no_capture_is_an_error_with_a_hint(run: Run, here: Path) -> None:
    (here / "x.txt").write_text("hello")
    done = run("signon capture x.txt")
    assert (done.status, done.out) == (2, "")
    hint = "give a file that tcpdump or Wireshark wrote: pcap or pcapng"
    assert done.err == f"limner: error: x.txt is not a capture\nlimner: hint: {hint}\n"
    done = run("signon capture none.pcap")
    assert done.status == 2
    assert done.err.startswith("limner: error: none.pcap: No such file")


def test_a_damaged_file_is_read_as_far_as_it_goes(run: Run, here: Path) -> None:
    raw = (here / "login.pcap").read_bytes()
    (here / "cut.pcap").write_bytes(raw[:-20])
    done = run("signon capture cut.pcap")
    assert done.status == 1
    assert "note: the file ends within packet" in done.out
