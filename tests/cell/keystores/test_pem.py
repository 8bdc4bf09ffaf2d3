"""PEM with certificates, keys and text around them; DER; and halves of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, openssl, pems

from limner.cell.keystores import Form, Kind
from limner.cell.keystores.errors import DamagedError, KeyStoreError, PasswordError
from limner.cell.keystores.pem import read, read_der

WHOLE = WILDCARD.key_pem + pems(WILDCARD, ISSUING, ROOT)
SEALED = WILDCARD.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret1"))
OLD_SEALED = WILDCARD.key.private_bytes(
    Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"secret1")
)


def never() -> str:
    raise AssertionError("nobody should be asked")


def test_a_key_is_with_its_certificate_and_those_that_follow() -> None:
    (entry,) = read(b"Bag Attributes\n  friendlyName: web\n" + WHOLE, never, "a.pem").entries
    assert entry.kind is Kind.KEY
    assert entry.certificates == tuple(each.certificate for each in (WILDCARD, ISSUING, ROOT))


def test_certificates_alone_keep_their_order() -> None:
    found = read(pems(ROOT, WILDCARD), never, "a.pem")
    assert found.certificates == (ROOT.certificate, WILDCARD.certificate)
    assert {entry.kind for entry in found.entries} == {Kind.CERTIFICATE}


@pytest.mark.parametrize("sealed", [SEALED, OLD_SEALED], ids=["pkcs8", "openssl"])
def test_a_password_is_asked_for_only_where_a_key_needs_one(sealed: bytes) -> None:
    assert read(sealed + WILDCARD.pem, lambda: "secret1", "a.pem").protection == ("encrypted key",)
    with pytest.raises(PasswordError):
        read(sealed + WILDCARD.pem, lambda: "secret2", "a.pem")


def test_a_key_that_fits_nothing_stands_by_itself() -> None:
    key, certificate = read(WILDCARD.key_pem + ROOT.pem, never, "a.pem").entries
    assert key.certificates == ()
    assert certificate.certificates == (ROOT.certificate,)


@given(st.integers(0, len(WHOLE) - 2), st.binary(max_size=4))
def test_what_is_cut_or_changed_is_an_error_or_less(at: int, junk: bytes) -> None:
    try:
        found = read(WHOLE[:at] + junk, never, "a.pem")
    except KeyStoreError:
        return
    assert set(found.certificates) <= {each.certificate for each in (WILDCARD, ISSUING, ROOT)}


def test_what_openssl_trusts_is_a_certificate_too(tmp_path: Path) -> None:
    raw = openssl("x509", "-trustout", "-addtrust", "serverAuth", stdin=ROOT.pem).encode()
    assert b"BEGIN TRUSTED CERTIFICATE" in raw
    assert read(raw, never, "a.pem").certificates == (ROOT.certificate,)


def test_old_roots_with_serial_numbers_that_none_may_have_are_read_without_a_word(tmp_path: Path) -> None:
    """Trust stores of Debian and Java have some; a warning is an error in tests."""
    (tmp_path / "key.pem").write_bytes(ROOT.key_pem)
    for serial in ("0", "-5"):
        raw = openssl("req", "-x509", "-new", "-key", tmp_path / "key.pem", "-subj", "/CN=old", "-set_serial", serial)
        (certificate,) = read(raw.encode(), never, "a.pem").certificates
        assert certificate.subject == certificate.issuer


def test_half_a_block_is_damage() -> None:
    with pytest.raises(DamagedError, match="does not end"):
        read(WHOLE[: len(WHOLE) // 2], never, "a.pem")


def test_der() -> None:
    raw = WILDCARD.certificate.public_bytes(Encoding.DER)
    assert read_der(raw, "a.der").form is Form.DER
    for wrong in (raw[:-1], raw + b"x", raw[:100]):
        with pytest.raises(DamagedError):
            read_der(wrong, "a.der")
