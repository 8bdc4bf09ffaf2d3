from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from limner.ltpa.signature import PublicKey, iso9796_block

from .maker import DIGEST_INFO, cell, iso9796, pkcs1

KEY = PublicKey(cell().n, cell().e)


@given(st.binary(max_size=100))
def test_each_kind_of_signature_is_checked_by_its_own_rule_only(body: bytes) -> None:
    first, second = pkcs1(cell(), body), iso9796(cell(), body)
    assert KEY.signed_twice_hashed(body, first, "sha1")
    assert KEY.signed_iso9796(body, second)
    assert not KEY.signed_twice_hashed(body, second, "sha1")
    assert not KEY.signed_iso9796(body, first)
    assert not KEY.signed_twice_hashed(body + b"x", first, "sha1")
    assert not KEY.signed_iso9796(body + b"x", second)


@pytest.mark.parametrize("digest", ["sha1", "sha512"])
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is the second opinion")
def test_openssl_says_the_same(digest: str, tmp_path: Path) -> None:
    made = cell("fips", fips=True) if digest == "sha512" else cell()
    body = b"expire:1$u:user\\:r/x"
    pem = RSAPublicNumbers(made.e, made.n).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key").write_bytes(pem)
    (tmp_path / "hash").write_bytes(hashlib.new(digest, body).digest())
    for signature in (pkcs1(made, body, digest), pkcs1(made, body, digest, twice=False)):
        (tmp_path / "signature").write_bytes(signature)
        command = ["openssl", "dgst", f"-{digest}", "-verify", "key", "-signature", "signature", "hash"]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
        assert PublicKey(made.n, made.e).signed_twice_hashed(body, signature, digest) == said


@pytest.mark.parametrize(
    "block",
    [
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + b"%s" + b"\x99" * 82,  # what follows is the forger's
        b"\x00\x01" + b"\xff" * 89 + b"\x00" + b"\x99" + b"%s",
        b"\x00\x02" + b"\xff" * 90 + b"\x00" + b"%s",
    ],
)
def test_a_block_with_anything_else_in_it_is_refused(block: bytes) -> None:
    """Bleichenbacher's forgery of 2006 lives on verifiers that only look for the digest."""
    hashed = hashlib.sha1(hashlib.sha1(b"body").digest()).digest()
    forged = block.replace(b"%s", bytes.fromhex(DIGEST_INFO["sha1"]) + hashed)[:128].ljust(128, b"\x99")
    assert not KEY.signed_twice_hashed(b"body", cell().sign(forged).to_bytes(128, "big"), "sha1")


@given(st.binary(max_size=200))
def test_noise_is_no_signature(noise: bytes) -> None:
    assert not KEY.signed_twice_hashed(b"body", noise, "sha1")
    assert not KEY.signed_iso9796(b"body", noise)


def test_the_shadow_of_every_byte() -> None:
    """ISO 9796-1's permutation: E358942F0DB67AC1. The block is of 1023 bits and ends in 6."""
    block = iso9796_block(bytes(range(20)))
    assert (block[0] & 0xC0, block[127] & 15) == (0x40, 6)
    assert (block[2], block[3]) == (0xE1, 0x0F) or block[3] == 17
    for at in range(3, 127, 2):
        high, low = (int("E358942F0DB67AC1"[nibble], 16) for nibble in divmod(block[at], 16))
        assert block[at - 1] ^ (at == 89) == high << 4 | low


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [(cell().n, 1), (cell().n, 4), (cell().n, 1 << 24 | 1), (cell().n + 1, 3), (15, 3)],
    ids=["exponent 1", "even exponent", "large exponent", "even modulus", "small modulus"],
)
def test_a_key_that_cannot_be_one_is_refused(modulus: int, exponent: int) -> None:
    with pytest.raises(ValueError):
        PublicKey(modulus, exponent)
