"""The format is known by the content, whatever the name; what is none of them is said to be so."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, p12
from tests.cell.keystores.test_jks import store

from limner.cell.keystores import Form, read
from limner.cell.keystores.errors import KeyStoreError
from limner.cell.keystores.reading import read_bytes


def test_each_format_is_known(tmp_path: Path) -> None:
    files = {
        Form.PKCS12: p12(tmp_path, WILDCARD, ISSUING, ROOT).read_bytes(),
        Form.JKS: store("a"),
        Form.JCEKS: store("a", magic=b"\xce" * 4),
        Form.PEM: WILDCARD.pem,
        Form.DER: WILDCARD.certificate.public_bytes(Encoding.DER),
    }
    for form, raw in files.items():
        (tmp_path / "file").write_bytes(raw)
        assert read(tmp_path / "file", lambda: "secret1").form is form


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"", "is empty"), (b"\x7fELF....", "neither PKCS#12"), (b"0", "ends or breaks"), (b"0\x80", "ends or breaks")],
)
def test_what_is_none_of_them(tmp_path: Path, raw: bytes, words: str) -> None:
    (tmp_path / "file").write_bytes(raw)
    with pytest.raises(KeyStoreError, match=words):
        read(tmp_path / "file", lambda: "x")


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "none", Path("a\0b")):
        with pytest.raises(KeyStoreError, match="cannot read"):
            read(file, lambda: "x")
    (tmp_path / "long").write_bytes(bytes(11))
    with pytest.raises(KeyStoreError, match="larger than 10 bytes"):
        read_bytes(tmp_path / "long", 10)
