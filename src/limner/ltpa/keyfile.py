"""Raw key files: WebSphere's and Liberty's `ltpa.keys`, and Domino's secret as the SSO document has it."""

from __future__ import annotations

import binascii
import hashlib
import re
from typing import Final

from limner.ltpa.ciphers import Decryption
from limner.ltpa.errors import KeyFileError
from limner.ltpa.keys import Digest, DominoSecret, Keys, WebSphereKeys
from limner.ltpa.properties import parse_properties

_LTPA: Final = "com.ibm.websphere.ltpa."
_DOMINO: Final = "LTPA_DominoSecret"
_BARE_SECRET: Final = re.compile(rb"[A-Za-z0-9+/]{27}=")
_WEBAS_TAIL: Final = bytes.fromhex("dff7068c89fe991e")  # a block of padding, encrypted with the password WebAS
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_JAVA_DATE: Final = re.compile(rf"\w{{3}} ({'|'.join(_MONTHS)}) (\d\d) [\d:]+ (?:\S+ )?(\d{{4}})")
_ENCODED: Final = "a password from server.xml that begins with {xor} is encoded: give the plain one"


def needs_password(raw: bytes) -> bool:
    """Whether a raw key file is WebSphere's, which a password protects; Domino's secret stands there as it is."""
    return _domino_secret(raw) is None


def read_raw(
    raw: bytes, name: str, password: str | None, *, ltpa1: bool = False, fips_digest: Digest = "sha512"
) -> tuple[Keys, str | None]:
    """Read a raw key file; give what verifying needs and the realm that the file names.

    WebSphere's file is opened with its password, its private key is compared with the public one and dropped; the
    third part of the shared key, which only LTPA 1 uses, is kept with `ltpa1`. `fips_digest` is what FIPS mode signs
    with: SHA-512, or SHA-256 in early releases of Liberty. Raises KeyFileError.
    """
    secret = _domino_secret(raw)
    if secret is not None:
        return DominoSecret(name, secret), None
    properties = parse_properties(raw)
    if not any(key.startswith(_LTPA) for key in properties):
        raise KeyFileError(
            f"{name} is neither WebSphere's ltpa.keys, nor a Domino SSO secret, nor an imported key set",
            hint="a Domino secret is the 28 characters of the field LTPA_DominoSecret",
        )
    if password is None:
        raise KeyFileError(f"{name} is protected by a password")
    keys = _websphere(properties, name, password, ltpa1=ltpa1, fips_digest=fips_digest)
    return keys, properties.get(_LTPA + "Realm")


def _domino_secret(raw: bytes) -> bytes | None:
    text = raw.strip()
    if not _BARE_SECRET.fullmatch(text):
        if _DOMINO.encode() not in raw:
            return None
        text = parse_properties(raw).get(_DOMINO, "").strip().encode("ascii", "replace")
    return _base64(text.decode("ascii"), _DOMINO)


def _websphere(
    properties: dict[str, str], name: str, password: str, *, ltpa1: bool, fips_digest: Digest
) -> WebSphereKeys:
    version = properties.get(_LTPA + "version", "").strip()
    if version not in ("1.0", "2.0"):
        raise KeyFileError(f"{name} is of version {version[:20]!r}; 1.0 and 2.0 (FIPS mode) are known")
    fips = version == "2.0"
    protection = _protection(password, fips=fips)
    encrypted = _base64(_shared_key(properties, name), "3DESKey")
    if len(encrypted) == 52:
        raise KeyFileError(
            f"{name} is encrypted with an AES key instead of a password; that format is not published",
            hint="export the keys with a password, and without useEncryptionKey",
        )
    if len(encrypted) != (48 if fips else 32):
        raise KeyFileError(f"the shared key in {name} has a length that version {version} does not have")
    shared = protection.decrypt(encrypted)
    if len(shared) != (32 if fips else 24):
        raise KeyFileError(f"the password does not open {name}", hint=_ENCODED)
    modulus, exponent = _public(properties, name, size=256 if fips else 128)
    _check_private(properties, name, protection, modulus, exponent)
    return WebSphereKeys(
        name,
        shared if fips or ltpa1 else shared[:16],
        modulus,
        exponent,
        digest=fips_digest if fips else "sha1",
        created=_day(properties.get("com.ibm.websphere.CreationDate", "")),
        default_password=password == "WebAS" or encrypted.endswith(_WEBAS_TAIL),  # noqa: S105 - it is everybody's
    )


def _shared_key(properties: dict[str, str], name: str) -> str:
    found = [properties[key] for key in (_LTPA + "3DESKey", _LTPA + "SharedKey") if key in properties]
    if len(found) != 1:
        raise KeyFileError(f"{name} has {'two shared keys' if found else 'no shared key'}")
    return found[0]


def _protection(password: str, *, fips: bool) -> Decryption:
    raw = password.encode("utf-8")
    if fips:
        return Decryption(hashlib.sha256(raw).digest())
    return Decryption(hashlib.sha1(raw, usedforsecurity=False).digest() + bytes(4))


def _public(properties: dict[str, str], name: str, *, size: int) -> tuple[int, int]:
    """Read the public key: 00, the modulus of `size` bytes, 3 bytes of exponent."""
    raw = _base64(properties.get(_LTPA + "PublicKey", ""), "PublicKey")
    if len(raw) != 1 + size + 3 or raw[0] or raw[1] < 0x80:
        raise KeyFileError(f"the public key in {name} has not the form of an RSA key of {8 * size} bits")
    return int.from_bytes(raw[1 : 1 + size], "big"), int.from_bytes(raw[1 + size :], "big")


def _check_private(properties: dict[str, str], name: str, protection: Decryption, modulus: int, exponent: int) -> None:
    """See that the public key, which nothing protects, is the private one's; a file without a private key is taken."""
    encrypted = properties.get(_LTPA + "PrivateKey")
    if encrypted is None:
        return
    raw = protection.decrypt(_base64(encrypted, "PrivateKey"))
    half = (modulus.bit_length() // 8) // 2 + 1  # p and q have a leading 00
    end = 4 + int.from_bytes(raw[:4], "big")
    parts = (raw[end : end + 3], raw[end + 3 : end + 3 + half], raw[end + 3 + half :])
    e, p, q = (int.from_bytes(part, "big") for part in parts)
    if len(parts[2]) != half or e != exponent or p * q != modulus:
        raise KeyFileError(
            f"the public key in {name} does not belong to its private key",
            hint="somebody may have exchanged it; take a fresh export from the server",
        )


def _base64(text: str, what: str) -> bytes:
    try:
        return binascii.a2b_base64(text.strip().encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise KeyFileError(f"{what} is not base64") from None


def _day(text: str) -> str | None:
    """Give the day of a date as Java writes it (`Tue Jul 30 08:45:34 CDT 2013`), near enough for an age."""
    match = _JAVA_DATE.fullmatch(text.strip())
    return f"{match[3]}-{_MONTHS.index(match[1]) + 1:02}-{match[2]}" if match else None
