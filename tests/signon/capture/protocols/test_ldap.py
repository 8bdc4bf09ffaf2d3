from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.protocols import Ldap
from limner.signon.capture.protocols.ldap import Field, fields
from signon.capture.hear import hear, said, survives


def ber(tag: int, *parts: bytes) -> bytes:
    value = b"".join(parts)
    if len(value) < 128:
        return bytes([tag, len(value)]) + value
    size = len(value).to_bytes(2, "big")
    return bytes([tag, 0x82]) + size + value


def message(number: int, *operation: bytes) -> bytes:
    return ber(0x30, ber(2, bytes([number])), *operation)


def bind(name: str, password: bytes = b"hunter2") -> bytes:
    return message(1, ber(0x60, ber(2, b"\3"), ber(4, name.encode()), ber(0x80, password)))


def result(tag: int, code: int, words: str = "") -> bytes:
    return message(1, ber(tag, ber(0x0A, bytes([code])), ber(4), ber(4, words.encode())))


def test_binds_and_their_refusals_in_words() -> None:
    active = "80090308: LdapErr: DSID-0C090421, comment: AcceptSecurityContext error, data 775, v4563"
    talk = hear(
        Ldap(),
        (True, bind("cn=st,o=acme")),
        (False, result(0x61, 49, active)),
        (True, bind("", b"")),
        (False, result(0x61, 0)),
        (False, result(0x65, 0)),
        (False, result(0x65, 52)),
    )
    assert said(talk) == [
        "client binds as cn=st,o=acme with a password",
        "server refuses the bind: invalid credentials, says Active Directory: the account is locked (49)",
        "client binds as nobody without a password",
        "server accepts the bind",
        "server refuses the search: unavailable (52)",
    ]
    assert [refusal.code for refusal in talk.refusals] == [49, 52]
    assert "hunter2" not in repr(talk)


def test_sasl_and_start_tls() -> None:
    sasl = message(1, ber(0x60, ber(2, b"\3"), ber(4), ber(0xA3, ber(4, b"GSSAPI"), ber(4, b"secret"))))
    start = message(2, ber(0x77, ber(0x80, b"1.3.6.1.4.1.1466.20037")))
    talk = hear(
        Ldap(),
        (True, sasl),
        (False, result(0x61, 14)),
        (True, start),
        (False, result(0x78, 0)),
        (True, b"\x16\x03\x01\x00\x02\x01\x00"),
    )
    assert said(talk) == [
        "client binds as nobody by SASL GSSAPI",
        "client asks for TLS on this connection (StartTLS)",
        "server accepts the request",
    ]
    assert talk.start_tls
    assert talk.tls is not None


def test_entries_pass_by_and_other_protocols_are_told_apart() -> None:
    entry = message(3, ber(0x64, ber(4, b"cn=x"), b"y" * 9000))
    talk = hear(Ldap(), (False, entry + result(0x61, 32)))
    assert [refusal.words for refusal in talk.refusals] == ["no such object"]
    assert hear(Ldap(), (True, b"GET / HTTP/1.1\r\n")).unread
    assert hear(Ldap(), (True, b"\0\0\0\x10sealed by SASL..")).unread


@given(st.integers(1, 30))
def test_pieces_change_nothing(piece: int) -> None:
    assert hear(Ldap(), (False, result(0x61, 49) + result(0x61, 53)), piece=piece).refusals[1].code == 53


def test_elements_that_are_not_whole_are_left_out() -> None:
    assert fields(b"\x02\x01\x05\x04\x03ab", 3) == [Field(2, b"\x05")]
    assert fields(b"\x02\x80", 3) == []
    assert fields(b"\x02\x85\1\1\1\1\1", 3) == []


@given(st.binary(max_size=300))
def test_nonsense_is_survived(raw: bytes) -> None:
    survives(Ldap, raw, b"\x30\x30")
    survives(Ldap, raw, bind("x")[:9])
    fields(raw, 9)
