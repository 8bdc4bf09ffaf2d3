"""Makes keys, key files and tokens with plain integers and its own padding: it shares no code with limner.

After the formats as public sources describe them: Open Liberty's token classes (LTPA 2, key files), eclipse/amlen's
`ltpautils.c` (LTPA 1), HCL's C API guide (Domino).
"""

from __future__ import annotations

import hashlib
import warnings
from base64 import b64encode
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

with warnings.catch_warnings():
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES

FAR = 4_102_444_800_000  # 2100-01-01, milliseconds
PAST = 946_684_800_000  # 2000-01-01
NOW = 1_704_067_200.0  # 2024-01-01, seconds
REALM = "ldap.example.com:389"
DIGEST_INFO = {
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha512": "3051300d060960864801650304020305000440",
}


@dataclass(frozen=True)
class Cell:
    """A cell with all its keys, the private one too."""

    n: int
    e: int
    d: int
    p: int
    q: int
    shared: bytes

    @property
    def size(self) -> int:
        return self.n.bit_length() // 8

    def sign(self, block: bytes) -> int:
        return pow(int.from_bytes(block, "big"), self.d, self.n)


@cache
def cell(name: str = "cell", *, fips: bool = False) -> Cell:
    """Make a cell's keys once; the name tells cells apart."""
    numbers = rsa.generate_private_key(65_537, 2048 if fips else 1024).private_numbers()
    shared = hashlib.sha512(f"{name} {numbers.d}".encode()).digest()[: 32 if fips else 24]
    return Cell(numbers.public_numbers.n, 65_537, numbers.d, numbers.p, numbers.q, shared)


def padded(raw: bytes, block: int) -> bytes:
    count = block - len(raw) % block
    return raw + bytes([count]) * count


def aes(key: bytes, raw: bytes) -> bytes:
    encryptor = Cipher(AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(raw) + encryptor.finalize()


def des3(key: bytes, raw: bytes) -> bytes:
    encryptor = Cipher(TripleDES(key), modes.ECB()).encryptor()
    return encryptor.update(raw) + encryptor.finalize()


def escaped(text: str, *, backslash: bool = True) -> bytes:
    for char in ("\\" if backslash else "") + "$:%|":
        text = text.replace(char, "\\" + char)
    return text.encode()


def user(name: str, realm: str = REALM, *, kind: str = "user", backslash: bool = True) -> bytes:
    return b"u:" + escaped(f"{kind}:{realm}/{name}", backslash=backslash)


def pkcs1(keys: Cell, body: bytes, digest: str = "sha1", *, twice: bool = True) -> bytes:
    hashed = hashlib.new(digest, body).digest()
    if twice:
        hashed = hashlib.new(digest, hashed).digest()
    info = bytes.fromhex(DIGEST_INFO[digest]) + hashed
    block = b"\x00\x01" + b"\xff" * (keys.size - 3 - len(info)) + b"\x00" + info
    return keys.sign(block).to_bytes(keys.size, "big")


def iso9796(keys: Cell, body: bytes) -> bytes:
    shadow = dict(zip("0123456789ABCDEF", "E358942F0DB67AC1", strict=True))
    digest = hashlib.sha1(body).hexdigest().upper()
    pairs = [digest[i : i + 2] for i in range(0, 40, 2)]
    row = [pairs[19 - i % 20] for i in range(64)][::-1]
    digits = [shadow[pair[0]] + shadow[pair[1]] + pair for pair in row]
    block = bytearray.fromhex("".join(digits))
    block[88] ^= 1
    block[0] = (block[0] & 0x7F) | 0x40
    block[127] = ((block[127] & 15) << 4) | 6
    s = keys.sign(bytes(block))
    return min(s, keys.n - s).to_bytes(128, "big")


def body2(u: bytes, expire: int = FAR, *more: bytes) -> bytes:
    return b"$".join([b"expire:%d" % expire, *more, u])


def seal(keys: Cell, plain: bytes) -> bytes:
    """Encrypt the three fields as LTPA 2 does."""
    return b64encode(aes(keys.shared if len(keys.shared) == 32 else keys.shared[:16], padded(plain, 16)))


def ltpa2(keys: Cell, body: bytes, outer: int = FAR, *, digest: str = "sha1", signature: bytes | None = None) -> bytes:
    signature = pkcs1(keys, body, digest) if signature is None else signature
    return seal(keys, b"%".join([body, b"%d" % outer, b64encode(signature)]))


def ltpa1(keys: Cell, body: bytes, outer: int = FAR) -> bytes:
    plain = b"%".join([body, b"%d" % outer, b64encode(iso9796(keys, body))])
    return b64encode(des3(keys.shared, padded(plain, 8)))


def domino(secret: bytes, name: bytes, created: int, expires: int, *, form: str = "%08X") -> bytes:
    data = b"\x00\x01\x02\x03" + (form % created + form % expires).encode() + name
    return b64encode(data + hashlib.sha1(data + secret).digest())


def protected(raw: bytes, password: str, *, fips: bool) -> bytes:
    if fips:
        return aes(hashlib.sha256(password.encode()).digest(), padded(raw, 16))
    return des3(hashlib.sha1(password.encode()).digest() + bytes(4), padded(raw, 8))


def private_key(keys: Cell) -> bytes:
    d = keys.d.to_bytes(keys.size + 1, "big")
    half = keys.size // 2 + 1
    parts = (keys.e.to_bytes(3, "big"), keys.p.to_bytes(half, "big"), keys.q.to_bytes(half, "big"))
    return len(d).to_bytes(4, "big") + d + b"".join(parts)


def public_key(keys: Cell) -> bytes:
    return keys.n.to_bytes(keys.size + 1, "big") + keys.e.to_bytes(3, "big")


def key_file(keys: Cell, password: str, **changes: str | None) -> bytes:
    """Write `ltpa.keys`; `changes` replace the values of properties by their last word, None leaves one out."""
    fips = len(keys.shared) == 32
    values: dict[str, str | None] = {
        "CreationDate": "Tue Nov 14 08:45:34 CET 2023",
        "ltpa.version": "2.0" if fips else "1.0",
        "ltpa.3DESKey": b64encode(protected(keys.shared, password, fips=fips)).decode(),
        "CreationHost": "was.example.com",
        "ltpa.PrivateKey": b64encode(protected(private_key(keys), password, fips=fips)).decode(),
        "ltpa.Realm": REALM,
        "ltpa.PublicKey": b64encode(public_key(keys)).decode(),
    }
    values |= {key: changes[key.rpartition(".")[2]] for key in values if key.rpartition(".")[2] in changes}
    lines = ["#IBM WebSphere Application Server key file"]
    for key, value in values.items():
        if value is not None:
            shown = value.replace("\\", "\\\\").replace("=", "\\=").replace(":", "\\:")
            lines.append(f"com.ibm.websphere.{key}={shown}")
    return ("\n".join(lines) + "\n").encode("latin-1")
