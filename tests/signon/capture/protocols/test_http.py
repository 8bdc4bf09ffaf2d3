from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.protocols import Http
from signon.capture.hear import hear, said, survives
from signon.fakes import community, tokens

TOKEN = tokens.encrypted(248).decode()


def get(path: str = "/", *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: st.acme.com", *headers, "", ""]).encode() + body


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


def test_redirects_are_told_without_their_queries() -> None:
    talk = hear(
        Http(),
        (True, get("/stwebclient?token=SECRET")),
        (False, answer(302, "Location: https://u:p@login.acme.com/x?t=SECRET#f")),
    )
    assert said(talk) == [
        "server sends the client to https://login.acme.com/x; asked was GET /stwebclient at st.acme.com"
    ]
    assert "SECRET" not in repr(talk)
    assert talk.answers[0].to == "https://login.acme.com/x"


def test_refusals_tell_what_was_wanted_and_whether_a_token_was_shown() -> None:
    talk = hear(
        Http(),
        (True, get("/", f"Cookie: a=b; LtpaToken2={TOKEN}", "Authorization: Basic c2VjcmV0")),
        (False, answer(401, "WWW-Authenticate: Negotiate", 'WWW-Authenticate: Basic realm="x"')),
    )
    asked = "asked was GET / at st.acme.com with LtpaToken2 with Basic credentials"
    assert said(talk) == [f"server answers 401, and wants Basic, Negotiate; {asked}"]
    assert talk.answers[0].ltpa_sent
    assert TOKEN not in repr(talk)
    assert "c2VjcmV0" not in repr(talk)


def test_tokens_that_are_set_are_told_by_kind_and_domain() -> None:
    cookie = f"Set-Cookie: LtpaToken={TOKEN}; path=/; Domain=.acme.com; HttpOnly"
    talk = hear(Http(), (True, get()), (False, answer(200, cookie, "Set-Cookie: LtpaToken2=x", "Set-Cookie: other=1")))
    first, second = talk.cookies
    assert (first.name, first.domain, first.host, first.token.kind) == (
        "LtpaToken",
        ".acme.com",
        "st.acme.com",
        "ltpa1",
    )
    assert second.domain is None
    assert TOKEN not in repr(talk)


def test_bodies_pass_unread_whatever_their_form() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5;x=y\r\nHTTP/\r\n0\r\nTrailer: x\r\n\r\n"
    )
    talk = hear(
        Http(),
        (True, get("/1", "Content-Length: 4", method="POST", body=b"GET ")),
        (False, b"HTTP/1.1 100 Continue\r\n\r\n" + chunked),
        (True, get("/2", method="HEAD")),
        (False, b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"),
        (True, get("/3")),
        (False, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5000\r\n\r\n"),
        (True, get("/4")),
        (False, answer(503, body=b"x" * 9)),
        (True, get("/5")),
        (False, b"HTTP/1.0 403 No\r\n\r\nHTTP/1.1 401 only a body"),
    )
    assert [(each.status, each.host) for each in talk.answers] == [(503, "st.acme.com"), (403, "st.acme.com")]
    assert talk.requests == 5
    assert not talk.unread


@given(st.integers(1, 60))
def test_pieces_change_nothing(piece: int) -> None:
    turns = [(True, get("/a") + get("/b")), (False, answer(200, body=b"x" * 30) + answer(302, "Location: /c"))]
    assert hear(Http(), *turns, piece=piece).answers[0].to == "/c"


def test_a_session_through_a_proxy_is_read() -> None:
    talk = hear(
        Http(),
        (True, b"CONNECT st.acme.com:1533 HTTP/1.1\r\nHost: st.acme.com:1533\r\n\r\n"),
        (False, b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"),
        (True, b"CONNECT st.acme.com:1533 HTTP/1.1\r\nHost: st.acme.com:1533\r\n\r\n"),
        (False, b"HTTP/1.1 200 Connection established\r\n\r\n"),
        (True, community.handshake()),
        (False, community.handshake_ack()),
        (True, community.login("jroe", b"x", 0)),
        (False, community.destroy(0x80000211)),
    )
    assert talk.tunnel is not None
    assert talk.tunnel_to == "st.acme.com:1533"
    assert (talk.tunnel.user, talk.tunnel.ended) == ("jroe", 0x80000211)
    assert talk.answers[0].status == 407


def test_digits_of_another_kind_are_no_numbers() -> None:
    turns = [(True, get()), (False, "HTTP/1.1 ³⁰² X\r\nContent-Length: ²\r\n\r\n".encode("latin-1", "replace"))]
    hear(Http(), *turns, (False, b"HTTP/1.1 \xb2\xb2\xb2 X\r\nContent-Length: \xb2\r\n\r\n"))


def test_what_is_no_http_is_said_to_be_none() -> None:
    talk = hear(Http(), (True, b"\x16\x03\x01..."), (False, b"SSH-2.0-x\r\n"))
    assert talk.unread
    assert said(talk) == ["client sends something that is not HTTP", "server sends something that is not HTTP"]


@given(st.binary(max_size=400))
def test_nonsense_is_survived(raw: bytes) -> None:
    survives(Http, raw, b"GET / HTTP/1.1\r\nHost: ")
    survives(Http, raw, b"HTTP/1.1 302 X\r\nLocation: http://[")
    survives(Http, raw, b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\nSet-Cookie: LtpaToken=\r\n\r\n3\r\n")
