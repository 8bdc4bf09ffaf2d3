from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.protocols import Nrpc
from limner.signon.capture.tape import Stamp, Tape
from signon.capture.hear import hear, said, survives
from signon.fakes import domino

PROBE = bytes.fromhex("3a0000002f000000020000400 20f0001003d05".replace(" ", ""))


def test_the_server_says_its_name_before_anything_is_secret() -> None:
    talk = hear(Nrpc(), (True, domino.request("sametime.acme.com")), (False, domino.reply()))
    assert talk.is_session
    assert talk.asked == ["sametime.acme.com"]
    assert talk.revealed == domino.OWN
    assert said(talk) == [
        "client asks for a Notes session, and names sametime.acme.com",
        f"server says that it is {domino.OWN}",
    ]


def test_the_probe_of_nmap_is_known_as_a_session_request() -> None:
    """Its first bytes are published; it names nobody."""
    assert domino.request()[: len(PROBE)] != b""
    talk = hear(Nrpc(), (True, PROBE + bytes(60 - len(PROBE))))
    assert talk.is_session
    assert talk.asked == []


@given(st.integers(1, 40), st.sampled_from(["", "sametime.acme.com", "CN=Sametime/OU=Servers/O=ACME"]))
def test_pieces_change_nothing(piece: int, name: str) -> None:
    talk = hear(Nrpc(), (True, domino.request(name)), (False, domino.reply()), piece=piece)
    assert (talk.asked, talk.revealed) == ([name] if name else [], domino.OWN)


@pytest.mark.parametrize("name", ["CN=A/O=B", "CN=Mail 01/OU=Servers/OU=EMEA/O=ACME Corp/C=DE", "CN=Büro/O=Müller"])
def test_names_of_all_kinds_are_found_where_the_answer_says(name: str) -> None:
    raw = domino.message(0x40000003, b"\x02\x0f\0" + bytes(16) + b"\x2f\0" + bytes([len(name.encode("cp850")), 0])
                         + bytes(24) + name.encode("cp850") + b"printable, and behind it")  # fmt: skip
    assert hear(Nrpc(), (False, raw)).revealed == name


def test_a_name_is_found_elsewhere_too() -> None:
    raw = domino.message(0x40000003, b"\x02\x0f\0" + bytes(80) + b"CN=Sametime/O=ACME\0" + bytes(10))
    assert hear(Nrpc(), (False, raw)).revealed == "CN=Sametime/O=ACME"


def test_a_name_that_was_cut_off_is_not_made_up() -> None:
    talk = Nrpc()
    tape = Tape(talk.server)
    tape.feed(domino.reply()[:75], Stamp(1, 0))
    tape.gap(30, Stamp(1, 0))
    assert talk.revealed is None


def test_what_is_no_session_is_said_to_be_none() -> None:
    talk = hear(Nrpc(), (True, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
    assert talk.unread
    assert said(talk) == ["client sends something that is not a Notes session request as limner knows it"]


@given(st.binary(max_size=400))
def test_nonsense_is_survived(raw: bytes) -> None:
    survives(Nrpc, raw, domino.request("x")[:30])
