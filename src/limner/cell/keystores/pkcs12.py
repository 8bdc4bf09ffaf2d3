"""PKCS#12 stores (RFC 7292): .p12 and .pfx, of openssl, Java, Windows and WebSphere.

`cryptography` reads the first key of a store and does not show the attributes of its bags; so the structure is read
here: every key, every alias, and the mark by which Java knows a certificate to trust.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyasn1.type.char import BMPString
from pyasn1.type.univ import OctetString
from pyasn1_modules import rfc5652, rfc7292

from limner.cell.keystores import pkcs12_ciphers
from limner.cell.keystores.asn1 import decode
from limner.cell.keystores.certificate import load
from limner.cell.keystores.errors import DamagedError, KeyStoreError, PasswordError
from limner.cell.keystores.matching import fits
from limner.cell.keystores.store import MOST_CERTIFICATES, Entry, Form, Kind, Store

_BAGS = "1.2.840.113549.1.12.10.1."
_KEY, _SHROUDED_KEY, _CERTIFICATE, _NESTED = (_BAGS + arc for arc in "1236")
_DATA, _ENCRYPTED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_X509 = "1.2.840.113549.1.9.22.1"
_FRIENDLY_NAME, _LOCAL_KEY_ID = "1.2.840.113549.1.9.20", "1.2.840.113549.1.9.21"
_TRUSTED_BY_JAVA = "2.16.840.1.113894.746875.1.1"  # trustedKeyUsage: sun.security.pkcs12.PKCS12KeyStore
_MOST_DEPTH = 4  # bags within bags: no tool is known that nests them at all


@dataclass
class _Bag:
    """A key or a certificate with its attributes."""

    content: bytes
    alias: str | None
    local_id: bytes | None
    trusted: bool
    sealed: bool = False


@dataclass
class _Bags:
    keys: list[_Bag] = field(default_factory=list)
    certificates: list[_Bag] = field(default_factory=list)
    protection: list[str] = field(default_factory=list)


def read(raw: bytes, password: str, where: str) -> Store:
    """Read a store. Raises PasswordError for a wrong password, DamagedError, or KeyStoreError for unknown ciphers."""
    outer = decode(raw, rfc7292.PFX(), where)
    if str(outer["authSafe"]["contentType"]) != _DATA:
        raise KeyStoreError(f"{where}: it is signed instead of protected by a password, which limner does not read")
    content = bytes(decode(outer["authSafe"]["content"], OctetString(), where))
    authenticated, checked = True, "no check sum"
    if outer["macData"].isValue:
        authenticated, checked = pkcs12_ciphers.verify(outer["macData"], content, password, where)
    bags = _Bags()
    try:
        for info in decode(content, rfc7292.AuthenticatedSafe(), where):
            _open(info, password, where, bags)
    except (DamagedError, ValueError):
        if authenticated and outer["macData"].isValue:
            raise DamagedError(f"{where} is damaged: its check sum is right, but its content is not") from None
        raise _wrong(where) from None
    if not authenticated:
        if not bags.protection:  # nothing was decrypted, so nothing tells which of both it is
            raise PasswordError(f"{where}: the password is wrong, or the file was changed since it was made")
        raise DamagedError(
            f"{where} is damaged: the password opens it, but its check sum does not fit",
            hint="it was changed, or damaged, since it was made; get it again",
        )
    return Store(Form.PKCS12, tuple(_entries(bags, password, where)), (*dict.fromkeys(bags.protection), checked))


def _wrong(where: str) -> PasswordError:
    return PasswordError(f"{where}: the password is wrong", hint="passwords of stores are often those of another store")


def _open(info: Any, password: str, where: str, bags: _Bags) -> None:
    """Read one part of a store, which is plain or encrypted. Raises ValueError if it does not open."""
    kind = str(info["contentType"])
    if kind == _DATA:
        plain = bytes(decode(info["content"], OctetString(), where))
    elif kind == _ENCRYPTED:
        sealed = decode(info["content"], rfc5652.EncryptedData(), where)["encryptedContentInfo"]
        algorithm = sealed["contentEncryptionAlgorithm"]
        plain, name = pkcs12_ciphers.decrypt(algorithm, bytes(sealed["encryptedContent"]), password, where)
        bags.protection.append(name)
    else:
        raise KeyStoreError(f"{where}: a part of it is encrypted for a key, which limner does not read")
    _collect(plain, where, bags, depth=1)


def _collect(raw: bytes, where: str, bags: _Bags, depth: int) -> None:
    if depth > _MOST_DEPTH:
        raise DamagedError(f"{where} is damaged: its bags are nested too deep")
    for bag in decode(raw, rfc7292.SafeContents(), where):
        kind, value = str(bag["bagId"]), bytes(bag["bagValue"])
        if kind == _NESTED:
            _collect(value, where, bags, depth + 1)
        elif kind in (_KEY, _SHROUDED_KEY):
            bags.keys.append(_bag(bag, value, where, sealed=kind == _SHROUDED_KEY))
        elif kind == _CERTIFICATE:
            certificate = decode(value, rfc7292.CertBag(), where)
            if str(certificate["certId"]) == _X509:
                content = bytes(decode(certificate["certValue"], OctetString(), where))
                bags.certificates.append(_bag(bag, content, where))
        if len(bags.certificates) + len(bags.keys) > MOST_CERTIFICATES:
            raise KeyStoreError(f"{where} has more than {MOST_CERTIFICATES} entries")


def _bag(bag: Any, content: bytes, where: str, *, sealed: bool = False) -> _Bag:
    attributes = {str(each["attrType"]): each["attrValues"] for each in bag["bagAttributes"]}

    def first(oid: str, kind: Any) -> Any:
        return decode(attributes[oid][0], kind, where) if attributes.get(oid) else None

    name, number = first(_FRIENDLY_NAME, BMPString()), first(_LOCAL_KEY_ID, OctetString())
    try:
        alias = str(name) if name is not None else None
    except UnicodeError:
        alias = None
    return _Bag(
        content, alias, bytes(number) if number is not None else None, _TRUSTED_BY_JAVA in attributes, sealed=sealed
    )


def _entries(bags: _Bags, password: str, where: str) -> Iterator[Entry]:
    loaded = [(bag, load(bag.content, where)) for bag in bags.certificates]
    taken: set[int] = set()
    for key in bags.keys:
        at = _own(key, loaded, taken, password, where)
        own: tuple[x509.Certificate, ...] = ()
        alias = key.alias
        if at is not None:
            taken.add(at)
            own, alias = (loaded[at][1],), key.alias or loaded[at][0].alias
        yield Entry(Kind.KEY, alias, own, lambda key=key: _private(key, password, where))  # type: ignore[misc]
    for at, (bag, certificate) in enumerate(loaded):
        if at not in taken:
            yield Entry(Kind.TRUSTED if bag.trusted else Kind.CERTIFICATE, bag.alias, (certificate,))


def _own(
    key: _Bag, loaded: list[tuple[_Bag, x509.Certificate]], taken: set[int], password: str, where: str
) -> int | None:
    """Find a key's certificate: by the number that both bear, or, where they bear none, by the key itself."""
    free = [at for at in range(len(loaded)) if at not in taken]
    if key.local_id is not None:
        same = (at for at in free if loaded[at][0].local_id == key.local_id)
        if (found := next(same, None)) is not None:
            return found
    try:
        private = _private(key, password, where)
    except KeyStoreError:
        return None
    return next((at for at in free if fits(private, loaded[at][1])), None)


def _private(key: _Bag, password: str, where: str) -> PrivateKeyTypes:
    try:
        return load_der_private_key(key.content, password.encode() if key.sealed else None)
    except (ValueError, TypeError):
        raise PasswordError(f"{where}: its password does not open the private key {key.alias or ''}".rstrip()) from None
    except UnsupportedAlgorithm as why:
        raise KeyStoreError(f"{where}: a private key in it is of a kind that limner does not know: {why}") from None
