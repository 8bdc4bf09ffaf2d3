"""TLS is spoken by Python's own ssl, with certificates of a test's CA."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from limner.signon.probe.tls import Tls, ask_tls
from signon.fakes.listening import deaf, exactly, listening, shut_port


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def ask(certificate: trustme.LeafCert, host: str = "127.0.0.1") -> Tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    def answer(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    with listening(answer) as port:
        return ask_tls("127.0.0.1", port, host)


def test_a_good_certificate(authority: trustme.CA) -> None:
    found = ask(authority.issue_cert("127.0.0.1", "st.example"))
    assert found.version == "TLSv1.3"
    assert found.problem is None
    assert set(found.names) == {"127.0.0.1", "st.example"}
    assert "the certificate is good, for " in found.words
    assert not found.ends_soon


def test_a_certificate_for_another_name_is_shown_and_not_good(authority: trustme.CA) -> None:
    found = ask(authority.issue_cert("other.example"), "st.example")
    assert found.version == "TLSv1.3"
    assert found.names == ("other.example",)
    assert "st.example" in found.words


def test_a_certificate_of_an_authority_that_nobody_knows(authority: trustme.CA) -> None:
    found = ask(trustme.CA().issue_cert("127.0.0.1"))
    assert "certificate is not good" in found.words


def test_certificates_that_ended_or_end_soon(authority: trustme.CA) -> None:
    ended = ask(authority.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1)))
    assert "expired" in ended.words
    soon = ask(authority.issue_cert("127.0.0.1", not_after=datetime.now(UTC) + timedelta(days=3)))
    assert soon.ends_soon


def test_no_tls() -> None:
    with listening(lambda connection: connection.sendall(b"HTTP/1.1 400\r\n\r\n")) as port:
        assert ask_tls("127.0.0.1", port, "127.0.0.1").words.startswith("no TLS: ")
    with listening(lambda connection: None) as port:
        assert ask_tls("127.0.0.1", port, "127.0.0.1").version is None
    with listening(lambda connection: (exactly(connection, 100_000), None)[1]) as port:
        assert ask_tls("127.0.0.1", port, "127.0.0.1", 0.3).words == "no TLS: no answer within 0.3 seconds"
    with deaf() as port:
        assert "no answer" in ask_tls("127.0.0.1", port, "x.example", 0.3).words
    assert "refused" in ask_tls("127.0.0.1", shut_port(), "x.example").words
