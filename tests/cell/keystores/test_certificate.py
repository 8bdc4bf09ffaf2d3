"""What a certificate says: beside openssl, which says the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, make, openssl

from limner.cell.keystores import certificate as facts
from limner.cell.keystores.errors import DamagedError
from limner.cell.keystores.pem import read


def test_names_are_those_of_the_alternative_names_if_there_are_any() -> None:
    assert facts.hosts(WILDCARD.certificate) == ("*.acme.example", "acme.example")
    assert facts.hosts(make("st.acme.example", authority=False).certificate) == ("st.acme.example",)


def test_the_fingerprint_is_openssls(tmp_path: Path) -> None:
    said = openssl("x509", "-noout", "-fingerprint", "-sha256", stdin=WILDCARD.pem)
    assert said.strip().partition("=")[2] == facts.fingerprint(WILDCARD.certificate)


@pytest.mark.parametrize(
    ("key", "options", "weak"),
    [
        ("rsa:1024", ["-sha256"], ["its key is weak: RSA with 1024 bits"]),
        ("rsa:2048", ["-sha256"], []),
        ("rsa:2048", ["-sha1"], ["its signature is weak: sha1"]),
        ("ed25519", [], []),
    ],
)
def test_weak_keys_and_signatures(tmp_path: Path, key: str, options: list[str], weak: list[str]) -> None:
    (tmp_path / "ca.pem").write_bytes(ROOT.pem + ROOT.key_pem)
    new = ["-newkey", key] if key.startswith("rsa") else ["-newkey", "ed25519"]
    openssl("req", "-x509", *new, "-nodes", "-subj", "/CN=x", *options, "-CA", tmp_path / "ca.pem",
            "-CAkey", tmp_path / "ca.pem", "-addext", "keyUsage=digitalSignature", "-addext",
            "extendedKeyUsage=serverAuth,1.2.3.4", "-keyout", tmp_path / "k", "-out", tmp_path / "c")  # fmt: skip
    (certificate,) = read((tmp_path / "c").read_bytes(), lambda: "", "c").certificates
    assert list(facts.weaknesses(certificate)) == weak
    assert facts.usages(certificate) == ("digital signature", "server", "1.2.3.4")
    assert facts.key(certificate)[0] in ("RSA", "Ed25519")


def test_who_may_issue() -> None:
    assert [facts.is_authority(each.certificate) for each in (ROOT, ISSUING, WILDCARD)] == [True, True, False]


def test_a_certificate_of_a_quarter_megabyte_is_none() -> None:
    with pytest.raises(DamagedError):
        facts.load(WILDCARD.certificate.public_bytes(Encoding.DER) + bytes(300_000), "a")
