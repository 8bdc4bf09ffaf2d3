from __future__ import annotations

import ssl

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture.protocols import Tls
from limner.signon.capture.protocols.tls import is_tls
from signon.capture.hear import Turn, hear, said, survives

CA = trustme.CA()


def shake(*, highest: ssl.TLSVersion, server_lowest: ssl.TLSVersion | None = None, trusted: bool = True,
          name: str = "st.acme.com") -> list[Turn]:  # fmt: skip
    """Have Python's own TLS shake hands with itself, and give what each side said."""
    client, server = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CA.issue_cert("st.acme.com", "10.1.2.3").configure_cert(server)
    if trusted:
        CA.configure_trust(client)
    client.maximum_version = highest
    if server_lowest:
        server.minimum_version = server_lowest
    ends = []
    pipes = [ssl.MemoryBIO() for _ in range(4)]
    ends.append(client.wrap_bio(pipes[0], pipes[1], server_hostname=name))
    ends.append(server.wrap_bio(pipes[2], pipes[3], server_side=True))
    turns: list[Turn] = []
    for _ in range(6):
        for at, end in enumerate(ends):
            try:
                end.do_handshake()
                if at == 0:
                    end.write(b"hello")
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError:
                pass
            if data := pipes[2 * at + 1].read():
                turns.append((at == 0, data))
                pipes[2 - 2 * at].write(data)
    return turns


@pytest.mark.parametrize(
    ("version", "word"), [(ssl.TLSVersion.TLSv1_2, "TLS 1.2"), (ssl.TLSVersion.TLSv1_3, "TLS 1.3")]
)
def test_a_good_connection_in_words(version: ssl.TLSVersion, word: str) -> None:
    talk = hear(Tls(), *shake(highest=version))
    assert (talk.server_name, talk.offered, talk.agreed) == ("st.acme.com", word, word)
    assert talk.established
    assert talk.alerts == []
    if word == "TLS 1.2":
        assert talk.certificate_names == ["st.acme.com", "10.1.2.3"]
        assert "server shows a certificate for st.acme.com, 10.1.2.3, until " in " | ".join(said(talk))


def test_a_version_that_the_server_does_not_take() -> None:
    talk = hear(Tls(), *shake(highest=ssl.TLSVersion.TLSv1_2, server_lowest=ssl.TLSVersion.TLSv1_3))
    assert [(alert.by_client, alert.words) for alert in talk.alerts] == [(False, "the alert 'protocol version'")]
    assert not talk.established


def test_a_certificate_that_the_client_refuses() -> None:
    talk = hear(Tls(), *shake(highest=ssl.TLSVersion.TLSv1_2, trusted=False))
    assert [(alert.by_client, alert.words) for alert in talk.alerts] == [(True, "the alert 'unknown CA'")]
    assert not talk.established


def test_in_tls_1_3_a_refusal_may_be_encrypted_and_is_said_to_be_likely() -> None:
    """OpenSSL sends it in the clear; others seal it, and then its length alone tells."""
    hellos = shake(highest=ssl.TLSVersion.TLSv1_3)[:2]
    talk = hear(Tls(), *hellos, (True, b"\x17\x03\x03\x00\x13" + bytes(19)))
    assert [(alert.by_client, alert.description) for alert in talk.alerts] == [(True, None)]
    assert "an encrypted alert, most likely" in said(talk)[-1]


@given(st.integers(1, 300))
def test_pieces_change_nothing(piece: int) -> None:
    turns = TURNS
    assert said(hear(Tls(), *turns, piece=piece))[-1] == said(hear(Tls(), *turns))[-1]


TURNS = shake(highest=ssl.TLSVersion.TLSv1_2)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_nonsense_is_survived(raw: bytes, at: int) -> None:
    for _, good in TURNS[:2]:
        survives(Tls, raw, good[:at])
        survives(Tls, good[at + 3 :] + raw, good[:at])


def test_what_is_no_tls() -> None:
    assert is_tls(b"\x16\x03\x01")
    assert not is_tls(b"\x16\x02\x01")
    assert not is_tls(b"GET")
    assert said(hear(Tls(), (True, b"GET / HTTP/1.1\r\n\r\n"))) == ["client sends something that is not TLS"]
