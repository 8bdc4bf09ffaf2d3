"""Java's own stores as keytool writes them; and what is cut, too long, or not theirs."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, keytool, p12

from limner.cell.keystores import Form, Kind, read
from limner.cell.keystores.errors import DamagedError, KeyStoreError, PasswordError
from limner.cell.keystores.jks import digest_of, read_text
from limner.cell.keystores.jks import read as read_raw
from limner.cell.keystores.matching import fits

DER = ROOT.certificate.public_bytes(Encoding.DER)


def text(value: str) -> bytes:
    """Write Java's UTF-8, after DataOutputStream.writeUTF: characters beyond 16 bits are two, NUL is two bytes."""
    units = value.encode("utf-16-be", "surrogatepass")
    raw = b"".join(
        chr(unit).encode("utf-8", "surrogatepass") if unit else b"\xc0\x80"
        for (unit,) in struct.iter_unpack(">H", units)
    )
    return struct.pack(">H", len(raw)) + raw


def store(
    *aliases: str, password: str = "secret1", magic: bytes = b"\xfe\xed\xfe\xed", count: int | None = None
) -> bytes:
    """Write a store of signers, as JavaKeyStore.engineStore does."""
    body = magic + struct.pack(">II", 2, len(aliases) if count is None else count)
    for alias in aliases:
        body += struct.pack(">I", 2) + text(alias) + bytes(8) + text("X.509") + struct.pack(">I", len(DER)) + DER
    return body + digest_of(body, password)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[Form, bytes]:
    """Stores of keytool's: a key with its chain, and a signer."""
    folder = tmp_path_factory.mktemp("jks")
    source = p12(folder, WILDCARD, ISSUING, ROOT)
    (folder / "root.pem").write_bytes(ROOT.pem)
    found = {}
    for form in (Form.JKS, Form.JCEKS):
        out = folder / form
        keytool("-importkeystore", "-srckeystore", source, "-srcstorepass", "secret1", "-destkeystore", out,
                "-deststoretype", form, "-deststorepass", "secret1")  # fmt: skip
        keytool("-importcert", "-noprompt", "-alias", "signer", "-file", folder / "root.pem", "-keystore", out,
                "-storetype", form, "-storepass", "secret1")  # fmt: skip
        found[form] = out.read_bytes()
    return found


@pytest.mark.parametrize("form", [Form.JKS, Form.JCEKS])
def test_a_store_of_keytool(made: dict[Form, bytes], form: Form) -> None:
    found = read_raw(made[form], "secret1", "a.jks")
    assert found.form is form
    entries = {entry.alias: entry for entry in found.entries}
    assert entries["web"].certificates == tuple(each.certificate for each in (WILDCARD, ISSUING, ROOT))
    assert (entries["signer"].kind, entries["signer"].certificates) == (Kind.TRUSTED, (ROOT.certificate,))
    opener = entries["web"].open_key
    assert opener is not None
    assert fits(opener(), WILDCARD.certificate)


@pytest.mark.parametrize("form", [Form.JKS, Form.JCEKS])
def test_a_wrong_password(made: dict[Form, bytes], form: Form) -> None:
    with pytest.raises(PasswordError, match="the password is wrong, or"):
        read_raw(made[form], "secret2", "a.jks")


def test_a_key_with_a_password_of_its_own(made: dict[Form, bytes], tmp_path: Path) -> None:
    (tmp_path / "a.jks").write_bytes(made[Form.JKS])
    keytool("-keypasswd", "-alias", "web", "-keypass", "secret1", "-new", "secret2", "-keystore", tmp_path / "a.jks",
            "-storetype", "JKS", "-storepass", "secret1")  # fmt: skip
    (key,) = read(tmp_path / "a.jks", lambda: "secret1").keys
    assert key.open_key is not None
    with pytest.raises(PasswordError, match="does not open the key"):
        key.open_key()


def test_secret_keys_are_refused_with_what_they_are(tmp_path: Path) -> None:
    keytool("-genseckey", "-alias", "ltpa", "-keyalg", "AES", "-keysize", "128", "-keystore", tmp_path / "ltpa.jceks",
            "-storetype", "JCEKS", "-storepass", "secret1", "-keypass", "secret1")  # fmt: skip
    with pytest.raises(KeyStoreError, match="'ltpa' is a secret key"):
        read(tmp_path / "ltpa.jceks", lambda: "secret1")


@given(st.lists(st.text(max_size=20), max_size=4), st.text(st.characters(exclude_categories=["Cs"]), max_size=10))
def test_what_is_written_after_the_format_is_read(aliases: list[str], password: str) -> None:
    found = read_raw(store(*aliases, password=password), password, "a.jks")
    assert [entry.alias for entry in found.entries] == aliases


@given(st.text())
def test_java_texts_are_read_back(value: str) -> None:
    assert read_text(text(value)[2:]) == value if len(text(value)) < 65536 else True


@given(st.data())
def test_a_cut_store_is_damaged_and_not_of_a_wrong_password(made: dict[Form, bytes], data: st.DataObject) -> None:
    raw = made[data.draw(st.sampled_from([Form.JKS, Form.JCEKS]))]
    with pytest.raises(DamagedError):
        read_raw(raw[: data.draw(st.integers(4, len(raw) - 1))], "secret1", "a.jks")


@given(st.data())
def test_a_changed_store_is_never_taken(made: dict[Form, bytes], data: st.DataObject) -> None:
    raw = made[Form.JKS]
    at = data.draw(st.integers(4, len(raw) - 1))
    changed = raw[:at] + bytes([raw[at] ^ data.draw(st.integers(1, 255))]) + raw[at + 1 :]
    with pytest.raises(KeyStoreError):
        read_raw(changed, "secret1", "a.jks")


def test_a_count_or_length_of_gigabytes_costs_nothing() -> None:
    with pytest.raises(DamagedError, match="its content is not"):
        read_raw(store("a", count=0xFFFFFFFF), "secret1", "a.jks")
    raw = store("a")
    long = raw.replace(struct.pack(">I", len(DER)) + DER[:8], b"\x7f\xff\xff\xff" + DER[:8])
    with pytest.raises(DamagedError, match="a length in it is wrong"):
        read_raw(long, "secret1", "a.jks")


def test_keytool_reads_what_the_tests_write(tmp_path: Path) -> None:
    """Else they would prove nothing about the format."""
    (tmp_path / "a.jks").write_bytes(store("first", "second"))
    shown = keytool("-list", "-keystore", tmp_path / "a.jks", "-storepass", "secret1")
    assert "first" in shown
    assert "second" in shown
