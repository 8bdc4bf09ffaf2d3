"""What a store is taken apart into; openssl and keytool read what is packed again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, keytool, make, openssl, p12, pems
from tests.cell.keystores.test_judge import keyed

from limner.cell.keystores import Form, Kind, Store, parts, pkcs12, read
from limner.cell.keystores.errors import KeyStoreError

SECRET = "secret2"


def whole(folder: Path) -> Store:
    return read(p12(folder, WILDCARD, ISSUING, ROOT), lambda: "secret1")


def test_leaf_intermediates_and_root() -> None:
    store = keyed(WILDCARD, ISSUING, ROOT)
    found = parts.certificates(store, parts.choose(store, None))
    assert {part.name: part.content for part in found} == {
        "leaf.pem": WILDCARD.pem,
        "intermediate-1.pem": ISSUING.pem,
        "root.pem": ROOT.pem,
    }
    assert not any(part.secret for part in found)


def test_without_a_root_the_last_is_no_root() -> None:
    store = keyed(WILDCARD, ISSUING)
    assert [part.name for part in parts.certificates(store, parts.choose(store, None))] == [
        "leaf.pem",
        "intermediate-1.pem",
    ]


@pytest.mark.parametrize("old", [False, True])
def test_a_key_store_for_java(tmp_path: Path, old: bool) -> None:
    """The key has the alias that was asked for and its whole chain; the old encryption is what old Java reads."""
    store = whole(tmp_path)
    subject = parts.choose(store, None)
    part = parts.packed(store, subject, parts.key_of(subject), "wildcard2026", SECRET, old=old)
    assert part.secret
    out = tmp_path / part.name
    out.write_bytes(part.content)
    shown = keytool("-list", "-v", "-keystore", out, "-storepass", SECRET)
    assert "Alias name: wildcard2026" in shown
    assert "Certificate chain length: 3" in shown
    again = read(out, lambda: SECRET)
    assert again.protection == (("3DES", "HMAC sha1") if old else ("AES-256", "HMAC sha256"))
    text = openssl("pkcs12", "-in", out, "-passin", f"pass:{SECRET}", "-nodes", *(["-legacy"] if old else []))
    assert WILDCARD.key_pem.decode() in text


@pytest.mark.parametrize("old", [False, True])
def test_signers_are_seen_by_java(tmp_path: Path, old: bool) -> None:
    (tmp_path / "signers.pem").write_bytes(pems(ROOT, ISSUING))
    store = read(tmp_path / "signers.pem", lambda: "")
    part = parts.packed(store, parts.choose(store, None), None, None, SECRET, old=old)
    assert not part.secret
    out = tmp_path / part.name
    out.write_bytes(part.content)
    assert keytool("-list", "-keystore", out, "-storepass", SECRET).count("trustedCertEntry") == 2
    assert {entry.kind for entry in read(out, lambda: SECRET).entries} == {Kind.TRUSTED}


def test_signers_of_one_name_have_an_alias_each() -> None:
    twin = make("Acme Root", authority=True, days=3000)
    store = Store(Form.PEM, tuple(entry for each in (ROOT, twin) for entry in keyed(each).entries))
    part = parts.packed(store, None, None, None, SECRET, old=False)
    (year,) = {f"{each.certificate.not_valid_after_utc:%Y}" for each in (ROOT, twin)}
    again = pkcs12.read(part.content, SECRET, "a")
    assert [entry.alias for entry in again.entries] == [f"acme-root-{year}", f"acme-root-{year}-2"]


def test_an_alias_is_made_of_the_name_and_the_year() -> None:
    year = f"{WILDCARD.certificate.not_valid_after_utc:%Y}"
    assert parts.meaningful(WILDCARD.certificate) == f"wildcard.acme.example-{year}"
    assert parts.meaningful(make("ü/%", authority=False, days=1).certificate).startswith("entry-")


def test_which_of_several_must_be_said() -> None:
    second = ISSUING.issue("st.acme.example")
    store = Store(Form.PKCS12, (*keyed(WILDCARD, alias="one").entries, *keyed(second, alias="two").entries))
    with pytest.raises(KeyStoreError, match="2 certificates to export"):
        parts.choose(store, None)
    chosen = parts.choose(store, "TWO")
    assert chosen is not None
    assert chosen.certificate == second.certificate
    assert parts.choose(store, "st.acme.example") == chosen
    with pytest.raises(KeyStoreError, match="is called 'three'"):
        parts.choose(store, "three")


def test_a_key_that_is_not_there_or_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="no private key"):
        parts.key_of(None)
    store = whole(tmp_path)
    subject = parts.choose(store, None)
    assert subject is not None
    assert subject.entry is not None
    object.__setattr__(subject.entry, "open_key", lambda: ISSUING.key)
    with pytest.raises(KeyStoreError, match="does not fit"):
        parts.key_of(subject)


def test_an_empty_password_is_none() -> None:
    store = keyed(WILDCARD)
    with pytest.raises(KeyStoreError, match="not empty"):
        parts.packed(store, None, None, None, "", old=False)
