from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.protocols import Vp
from limner.signon.capture.tape import Stamp, Tape
from signon.capture.hear import hear, said, survives
from signon.fakes import community, tokens

TOKEN = tokens.domino(created=1475575200, expires=1475582400)


def test_the_golden_vectors_are_read() -> None:
    """Computed by hand from the published layout, not by the fakes of these tests."""
    handshake = bytes.fromhex(
        "00000027 0000 0000 00000000 001e 001d 00000000 00000000 1700 00000000 0100 00000000 0005 70726f6265"
    )
    login = bytes.fromhex("00000021 0001 0000 00000000 1700 0004 6a646f65 00000009 544f4b454e44415441 0001 0000")
    destroy = bytes.fromhex("00000010 0003 0000 00000000 80000015 00000000")
    talk = hear(Vp(), (True, handshake), (True, login), (False, destroy))
    assert (talk.client_type, talk.user, talk.login_type, talk.ended) == (0x1700, "jdoe", 1, 0x80000015)
    assert talk.token is not None
    assert talk.token.kind == "not known"
    assert (handshake, login, destroy) == (
        community.handshake(0x1700),
        community.login("jdoe", b"TOKENDATA", client_type=0x1700),
        community.destroy(community.TOKEN_INVALID),
    )


def test_a_session_in_words() -> None:
    talk = hear(
        Vp(),
        (True, community.handshake()),
        (False, community.handshake_ack()),
        (True, b"\x80" + community.login("jroe", TOKEN)),
        (False, b"\x80\x80" + community.destroy(community.TOKEN_EXPIRED)),
    )
    assert said(talk) == [
        "client greets as Sametime Connect 9.0.1 (type 0x130F), protocol 0x001e.0x001d",
        "server greets back, protocol 0x001e.0x001d",
        "client logs in as jroe with a token in Domino's own format (an LTPA 1 token, made with a Domino secret)",
        "server ends the session: the token has expired (TOKEN_EXPIRED, 0x80000016)",
    ]
    assert not talk.unread


def test_no_byte_of_a_token_is_kept() -> None:
    talk = hear(Vp(), (True, community.handshake() + community.login("jroe", TOKEN)))
    assert TOKEN.decode() not in repr(talk)
    assert TOKEN.decode()[:12] not in repr(talk)


@pytest.mark.parametrize(
    ("how", "words"),
    [(0, "a password, not encrypted"), (2, "RC2, 40 bits"), (4, "RC2, 128 bits"), (9, "type 9, which is not known")],
)
def test_other_log_ins_are_named(how: int, words: str) -> None:
    talk = hear(Vp(), (True, community.login("jroe", b"secret!", how)))
    assert words in said(talk)[0]
    assert "secret" not in repr(talk)


def test_acceptance_and_redirects() -> None:
    talk = hear(Vp(), (True, community.login("jroe", TOKEN)), (False, community.redirect("st2.acme.com")))
    assert (talk.redirect, talk.accepted_at) == ("st2.acme.com", None)
    talk = hear(Vp(), (True, community.login("jroe", TOKEN)), (False, community.login_ack("jroe")))
    assert talk.accepted_at is not None


def test_the_end_of_another_channel_is_not_the_end_of_the_session() -> None:
    talk = hear(Vp(), (False, community.destroy(0x80000015, channel=5)))
    assert talk.ended_at is None


def test_attributes_before_the_message_are_passed_over() -> None:
    body = community.opaque(b"attributes") + struct.pack(">I", community.TOKEN_INVALID) + community.opaque(b"")
    assert hear(Vp(), (False, community.unit(community.DESTROY, body, options=0x8000))).ended == community.TOKEN_INVALID


@given(st.integers(1, 50))
def test_pieces_change_nothing(piece: int) -> None:
    turns = [(True, community.handshake() + b"\x80" + community.login("jroe", TOKEN)), (False, community.destroy(5))]
    assert said(hear(Vp(), *turns, piece=piece))[-1:] == said(hear(Vp(), *turns))[-1:]
    assert hear(Vp(), *turns, piece=piece).token == hear(Vp(), *turns).token


def test_a_log_in_that_the_snap_length_cut_does_not_hide_what_follows() -> None:
    talk = Vp()
    tape = Tape(talk.server)
    ack = community.login_ack("jroe")
    tape.feed(ack[:20], Stamp(1, 0))
    tape.gap(len(ack) - 20, Stamp(1, 0))
    tape.feed(community.destroy(0x80000226), Stamp(2, 0))
    assert talk.accepted_at is not None
    assert talk.ended == 0x80000226


def test_a_tunnel_and_nonsense_are_said_to_be_that() -> None:
    assert "speaks HTTP here" in said(hear(Vp(), (True, b"POST /CommunityCBR HTTP/1.1\r\n\r\n")))[0]
    talk = hear(Vp(), (True, b"\0\0\0\1abc"))
    assert said(talk) == ["client sends something that is not VP"]
    assert talk.unread


@given(st.binary(max_size=400))
def test_nonsense_is_survived(raw: bytes) -> None:
    survives(Vp, raw, community.handshake()[:9])
    survives(Vp, raw, community.handshake() + community.login("x", raw)[:20])
