"""How limner proves to Entra ID which application it is."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from tests.origin import Origin, origin
from tests.sources.graph.fake import Directory

from limner.errors import SourceError
from limner.fetch import Client, Rules
from limner.sources.graph.token import Certificate, Token

PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8
PLAIN = serialization.NoEncryption()


def make(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "limner")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    return make(key)


@pytest.fixture
def pem(key: rsa.RSAPrivateKey, certificate: x509.Certificate, tmp_path: Path) -> Path:
    file = tmp_path / "limner.pem"
    file.write_bytes(certificate.public_bytes(PEM) + key.private_bytes(PEM, PKCS8, PLAIN))
    return file


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def server(directory: Directory) -> Iterator[Origin]:
    with origin(directory) as running:
        yield running


@pytest.fixture
def token(server: Origin, directory: Directory) -> Iterator[Token]:
    client = Client(Rules.of(origins=[server.url]), tries=1)
    where = f"{server.url}/{directory.tenant}/oauth2/v2.0/token"
    yield Token(client, "entra", where, f"{server.url}/.default", directory.client)
    client.close()


def test_a_secret_gets_a_token_which_is_kept(token: Token, directory: Directory, server: Origin) -> None:
    token.secret = directory.secret
    assert token.get() == token.get() == "token-0"
    assert len(server.asked) == 1
    assert token.get(refused="token-0") == "token-1"
    assert token.get(refused="token-0") == "token-1"


def test_a_token_that_ends_is_renewed_before(token: Token, directory: Directory, server: Origin) -> None:
    token.secret = directory.secret
    directory.expires_in = 60
    token.get()
    assert token._end - time.monotonic() < 2


@pytest.mark.parametrize("order", ["certificate first", "key first"])
def test_a_certificate_gets_a_token(
    token: Token,
    directory: Directory,
    key: rsa.RSAPrivateKey,
    certificate: x509.Certificate,
    tmp_path: Path,
    order: str,
) -> None:
    """The server checks the signature, the thumbprint and every claim with another library."""
    parts = [certificate.public_bytes(PEM), key.private_bytes(PEM, PKCS8, PLAIN)]
    (tmp_path / "limner.pem").write_bytes(b"".join(parts if order == "certificate first" else reversed(parts)))
    directory.certificate = certificate
    token.certificate = Certificate("entra", tmp_path / "limner.pem")
    first = token.get()
    assert token.get(refused=first) != first  # with another assertion: each may be used once
    assert len(directory.assertions) == 2


def test_a_certificate_that_was_not_uploaded_is_said(token: Token, directory: Directory, pem: Path) -> None:
    directory.certificate = make(rsa.generate_private_key(65537, 2048))
    token.certificate = Certificate("entra", pem)
    with pytest.raises(SourceError, match="AADSTS700027") as caught:
        token.get()
    assert "upload it to its registration" in (caught.value.hint or "")


def test_what_is_no_certificate_is_said(tmp_path: Path, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    file = tmp_path / "limner.pem"
    with pytest.raises(SourceError, match="No such file"):
        Certificate("entra", file)
    curve = ec.generate_private_key(ec.SECP256R1())
    locked = key.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(b"secret"))
    cert = certificate.public_bytes(PEM)
    ours = key.private_bytes(PEM, PKCS8, PLAIN)
    other = rsa.generate_private_key(65537, 2048).private_bytes(PEM, PKCS8, PLAIN)
    wrong = [b"", b"rubbish", cert, ours, cert + locked, cert + other]
    wrong += [make(curve).public_bytes(PEM) + curve.private_bytes(PEM, PKCS8, PLAIN)]
    for content in wrong:
        file.write_bytes(content)
        with pytest.raises(SourceError, match="cannot be used") as caught:
            Certificate("entra", file)
        assert "both in PEM" in (caught.value.hint or "")
