"""The sample's stores are what Java and openssl take them for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from limner.cell.keystores import pkcs12
from limner.cell.sample.authority import make_authority, make_identity
from limner.cell.sample.stores import key_store, trust_store

PASSWORD = "WebAS1"  # keytool wants six characters


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores")
    root = make_authority("Root")
    issuing = make_authority("Issuing", root)
    one = make_identity("one.test", issuing, ("one.test",))
    two = make_identity("two.test", root, ("two.test", "*.two.test"))
    (folder / "key.p12").write_bytes(key_store({"one": one, "two": two}, PASSWORD))
    (folder / "trust.p12").write_bytes(trust_store({"root": root.certificate}, PASSWORD))
    return folder


def keytool(file: Path) -> str:
    command = ["keytool", "-J-Duser.language=en", "-list", "-keystore", str(file), "-storepass", PASSWORD]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_java_finds_every_key_and_every_signer(stores: Path) -> None:
    keys = keytool(stores / "key.p12")
    assert "contains 2 entries" in keys
    assert keys.count("PrivateKeyEntry") == 2
    assert keytool(stores / "trust.p12").count("trustedCertEntry") == 1


def test_openssl_opens_it_and_verifies_its_chains(stores: Path, tmp_path: Path) -> None:
    command = ["openssl", "pkcs12", "-legacy", "-in", str(stores / "key.p12"), "-passin", f"pass:{PASSWORD}", "-nodes"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert out.count("BEGIN PRIVATE KEY") == 2
    (tmp_path / "all.pem").write_text(out)
    root = next(each.certificates[0] for each in opened(stores, "trust.p12").entries)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    for entry in opened(stores, "key.p12").keys:
        (tmp_path / "one.pem").write_bytes(entry.certificates[0].public_bytes(Encoding.PEM))
        verify = ["openssl", "verify", "-CAfile", "root.pem", "-untrusted", "all.pem", "one.pem"]
        subprocess.run(verify, cwd=tmp_path, capture_output=True, check=True)


def opened(stores: Path, name: str) -> pkcs12.Store:
    return pkcs12.read((stores / name).read_bytes(), PASSWORD, name)


def test_limner_finds_the_keys_by_their_aliases(stores: Path) -> None:
    assert [each.alias for each in opened(stores, "key.p12").keys] == ["one", "two"]
    for each in opened(stores, "key.p12").keys:
        assert each.open_key is not None
        assert each.open_key().public_key() == each.certificates[0].public_key()
