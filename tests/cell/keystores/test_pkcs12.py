"""PKCS#12 as openssl and Java write it, new and old; cut, changed, and with the wrong password."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cell.keystores.authority import ISSUING, PASSWORD, ROOT, WILDCARD, Holder, keytool, openssl, p12, pems

from limner.cell.keystores import Kind, read
from limner.cell.keystores.errors import DamagedError, KeyStoreError, PasswordError
from limner.cell.keystores.matching import fits
from limner.cell.keystores.pkcs12 import read as read_raw


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, bytes]:
    """Stores of openssl's, the old encryption and the new."""
    folder = tmp_path_factory.mktemp("p12")
    return {
        old: p12(folder, WILDCARD, ISSUING, ROOT, legacy=old, password=PASSWORD).read_bytes() for old in (True, False)
    }


@pytest.mark.parametrize(("old", "protection"), [(True, ("RC2-40", "HMAC sha1")), (False, ("AES-256", "HMAC sha256"))])
def test_a_store_of_openssl(made: dict[bool, bytes], old: bool, protection: tuple[str, ...]) -> None:
    """The password has a letter beyond ASCII, which both encryptions treat in their own ways."""
    store = read_raw(made[old], PASSWORD, "a.p12")
    assert store.protection == protection
    key, *others = store.entries
    assert (key.kind, key.alias, key.certificates) == (Kind.KEY, "web", (WILDCARD.certificate,))
    assert [each.certificates for each in others] == [(ISSUING.certificate,), (ROOT.certificate,)]
    assert key.open_key is not None
    assert fits(key.open_key(), WILDCARD.certificate)


CIPHERS = {
    "PBE-SHA1-RC4-128": "RC4-128",
    "PBE-SHA1-RC4-40": "RC4-40",
    "PBE-SHA1-3DES": "3DES",
    "PBE-SHA1-2DES": "3DES with two keys",
    "PBE-SHA1-RC2-128": "RC2-128",
    "PBE-SHA1-RC2-40": "RC2-40",
    "aes-128-cbc": "AES-128",
    "aes-192-cbc": "AES-192",
    "des-ede3-cbc": "3DES",
}


@pytest.mark.parametrize("cipher", CIPHERS)
def test_every_cipher_of_openssl_is_read(tmp_path: Path, cipher: str) -> None:
    (tmp_path / "own.pem").write_bytes(WILDCARD.pem + WILDCARD.key_pem)
    out = tmp_path / "a.p12"
    openssl("pkcs12", "-export", "-legacy", "-in", tmp_path / "own.pem", "-certpbe", cipher, "-name", "x",
            "-macalg", "sha512", "-passout", "pass:secret1", "-out", out)  # fmt: skip
    store = read(out, lambda: "secret1")
    assert store.protection == (CIPHERS[cipher], "HMAC sha512")
    assert store.certificates == (WILDCARD.certificate,)


@pytest.mark.parametrize("more", [["-nomac"], ["-certpbe", "NONE", "-keypbe", "NONE"]])
def test_a_store_without_check_sum_or_encryption(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "own.pem").write_bytes(WILDCARD.pem + WILDCARD.key_pem)
    openssl("pkcs12", "-export", "-in", tmp_path / "own.pem", *more, "-passout", "pass:secret1", "-out", tmp_path / "a")
    store = read(tmp_path / "a", lambda: "secret1")
    assert store.keys[0].certificates == (WILDCARD.certificate,)
    with pytest.raises(PasswordError):
        _open_all(tmp_path / "a", "other")


def _open_all(file: Path, password: str) -> None:
    for entry in read(file, lambda: password).keys:
        assert entry.open_key is not None
        entry.open_key()


@pytest.mark.parametrize("password", ["", "secret1"])
def test_a_store_with_an_empty_password(tmp_path: Path, password: str) -> None:
    store = p12(tmp_path, WILDCARD, password=password)
    assert read(store, lambda: password).keys


def test_several_keys_and_signers_of_java(tmp_path: Path) -> None:
    """Each key has its own certificate and alias, and a signer is known by Java's mark of trust."""
    second = ISSUING.issue("st.acme.example")
    out = tmp_path / "java.p12"
    for holder, alias in ((WILDCARD, "one"), (second, "two")):
        source = p12(tmp_path, holder, ISSUING, alias=alias)
        keytool("-importkeystore", "-srckeystore", source, "-srcstorepass", "secret1", "-destkeystore", out,
                "-deststoretype", "PKCS12", "-deststorepass", "secret1")  # fmt: skip
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    keytool("-importcert", "-noprompt", "-alias", "signer", "-file", tmp_path / "root.pem", "-keystore", out,
            "-storepass", "secret1")  # fmt: skip
    store = read(out, lambda: "secret1")
    found = {entry.alias: (entry.kind, entry.certificates[0]) for entry in store.entries}
    assert found["one"] == (Kind.KEY, WILDCARD.certificate)
    assert found["two"] == (Kind.KEY, second.certificate)
    assert found["signer"] == (Kind.TRUSTED, ROOT.certificate)
    for entry in store.keys:
        assert entry.open_key is not None
        assert fits(entry.open_key(), entry.certificates[0])


def test_certificates_only_as_openssl_writes_them_have_no_mark(tmp_path: Path) -> None:
    (tmp_path / "signers.pem").write_bytes(pems(ROOT, ISSUING))
    out = tmp_path / "trust.p12"
    openssl("pkcs12", "-export", "-nokeys", "-in", tmp_path / "signers.pem", "-passout", "pass:secret1", "-out", out)
    assert {entry.kind for entry in read(out, lambda: "secret1").entries} == {Kind.CERTIFICATE}
    assert "0 entries" in keytool("-list", "-keystore", out, "-storepass", "secret1")


@pytest.mark.parametrize("old", [True, False])
def test_a_wrong_password_is_not_damage(made: dict[bool, bytes], old: bool) -> None:
    for wrong in ("", "pass word", PASSWORD + " "):
        with pytest.raises(PasswordError, match="the password is wrong"):
            read_raw(made[old], wrong, "a.p12")


def test_damage_is_not_a_wrong_password(made: dict[bool, bytes]) -> None:
    """A changed check sum: the password opens everything, so it is the file."""
    raw = made[False]
    with pytest.raises(DamagedError, match="the password opens it"):
        read_raw(_with_other_digest(raw), PASSWORD, "a.p12")


def _with_other_digest(raw: bytes) -> bytes:
    at = raw.rindex(b"\x04\x20") + 2  # the SHA-256 in the store's last structure
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_cut_or_changed_is_an_error_with_words(made: dict[bool, bytes], data: st.DataObject) -> None:
    """Also lengths of gigabytes, depths without end and foreign types: never a traceback, never a store."""
    raw = made[data.draw(st.booleans())]
    at = data.draw(st.integers(0, len(raw) - 1))
    end = data.draw(st.sampled_from([at, len(raw)]))
    changed = raw[:at] + data.draw(st.binary(min_size=1, max_size=6)) + raw[at + 6 : max(end, at)]
    if changed == raw:
        return
    with contextlib.suppress(KeyStoreError):  # else a change outside of what is protected: nothing is lost by it
        assert read_raw(changed, PASSWORD, "a.p12").certificates


@given(st.binary(max_size=200))
def test_rubbish_is_no_store(raw: bytes) -> None:
    with pytest.raises(KeyStoreError):
        read_raw(b"\x30" + raw, "x", "a.p12")


def test_a_password_that_is_to_be_hashed_for_ever_is_refused() -> None:
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2048).hmac_hash(hashes.SHA256())
    raw = serialize_key_and_certificates(
        b"x", WILDCARD.key, WILDCARD.certificate, None,
        builder.key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC).build(b"secret1"),
    )  # fmt: skip
    slow = raw.replace(b"\x02\x02\x08\x00", b"\x02\x02\x7f\xff")
    with pytest.raises(PasswordError):
        read_raw(slow, "secret1", "a.p12")
    assert b"\x02\x02\x08\x00" in raw


def test_openssl_agrees_on_what_is_in_it(tmp_path: Path) -> None:
    store = p12(tmp_path, WILDCARD, ISSUING, ROOT)
    shown = openssl("pkcs12", "-in", store, "-passin", "pass:secret1", "-nokeys")
    assert shown.count("BEGIN CERTIFICATE") == len(read(store, lambda: "secret1").certificates)


def test_a_store_that_is_signed_is_said_to_be_so(tmp_path: Path) -> None:
    holder: Holder = WILDCARD
    (tmp_path / "own.pem").write_bytes(holder.pem + holder.key_pem)
    done = subprocess.run(
        ["openssl", "cms", "-sign", "-signer", tmp_path / "own.pem", "-outform", "DER", "-nodetach"],
        input=b"x", capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    raw = b"\x02\x01\x03" + done.stdout
    outer = b"\x30\x82" + len(raw).to_bytes(2) + raw
    with pytest.raises(KeyStoreError, match="signed instead"):
        read_raw(outer, "x", "a.p12")
