"""The part of a TLS 1.3 server's flight that is encrypted: its certificates, and whether it wants one of the client.

Only reading, with keys of RFC 8446, section 7.1; nothing is verified and nothing is sent: the handshake ends there.
Python's ssl shows no more than the first certificate before 3.13, and no request for one at all.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from limner.cell.scan.answer import (
    CERTIFICATE,
    REQUEST,
    Answer,
    MalformedError,
    RefusedError,
    Taker,
    certificates,
    refuse,
    whole,
)
from limner.cell.scan.hello import Hello
from limner.cell.scan.wire import ALERT, CHANGE, DATA, HANDSHAKE, NoMoreError, Record, Wire

_FINISHED = 20
_Cipher = AESGCM | AESCCM | ChaCha20Poly1305


class _Reader:
    """Opens records one after the other."""

    def __init__(self, hello: Hello, answer: Answer) -> None:
        """Derive the keys. Raises MalformedError if the server's key is none."""
        if hello.share is None or answer.hello is None or answer.hello.share is None:
            raise MalformedError
        suite = answer.hello.suite
        digest: hashes.HashAlgorithm = hashes.SHA384() if suite == 0x1302 else hashes.SHA256()
        try:
            secret = hello.share.agree(answer.hello.share)
        except ValueError:
            raise MalformedError from None
        none = bytes(digest.digest_size)
        early = _extract(digest, none, none)
        handshake = _extract(digest, _derived(digest, early, b"derived", _hash(digest, b"")), secret)
        transcript = _hash(digest, hello.message + answer.hello_message)
        traffic = _derived(digest, handshake, b"s hs traffic", transcript)
        key = _expand(digest, traffic, b"key", b"", 16 if suite in (0x1301, 0x1304, 0x1305) else 32)
        self._cipher = _cipher(suite, key)
        self._vector = int.from_bytes(_expand(digest, traffic, b"iv", b"", 12))
        self._count = 0

    def open(self, record: Record) -> tuple[int, bytes]:
        """Give the inner type and content of a record. Raises MalformedError."""
        nonce = (self._vector ^ self._count).to_bytes(12)
        self._count += 1
        try:
            plain = self._cipher.decrypt(nonce, record.content, record.header).rstrip(b"\0")
        except (InvalidTag, ValueError):
            raise MalformedError from None
        if not plain:
            raise MalformedError
        return plain[-1], plain[:-1]


def read(wire: Wire, hello: Hello, answer: Answer) -> None:
    """Add to an answer what follows its ServerHello, as far as it can be read."""
    try:
        reader, pending = _Reader(hello, answer), b""
        while True:
            record = wire.record()
            if record.kind == CHANGE:
                continue
            if record.kind == ALERT:
                refuse(record.content)
                continue
            kind, content = reader.open(record) if record.kind == DATA else (0, b"")
            if kind == ALERT:
                refuse(content)
            if kind != HANDSHAKE:
                raise MalformedError
            pending += content
            while (message := whole(pending)) is not None:
                pending = pending[len(message) :]
                if message[0] == _FINISHED:
                    return
                _take_in(answer, message)
    except NoMoreError as why:
        answer.refusal = why.end.value
    except MalformedError:
        answer.refusal = "its answer is malformed"
    except RefusedError as why:
        answer.refusal = f"it refused: {why}"


def _take_in(answer: Answer, message: bytes) -> None:
    body = Taker(message[4:])
    if message[0] == CERTIFICATE:
        body.vector(1)
        answer.certificates = certificates(Taker(body.vector(3)), extensions=True)
    elif message[0] == REQUEST:
        answer.wants_client = True


def _cipher(suite: int, key: bytes) -> _Cipher:
    if suite in (0x1301, 0x1302):
        return AESGCM(key)
    if suite == 0x1303:
        return ChaCha20Poly1305(key)
    return AESCCM(key, tag_length=16 if suite == 0x1304 else 8)


def _hash(digest: hashes.HashAlgorithm, raw: bytes) -> bytes:
    context = hashes.Hash(digest)
    context.update(raw)
    return context.finalize()


def _extract(digest: hashes.HashAlgorithm, salt: bytes, secret: bytes) -> bytes:
    context = HMAC(salt, digest)
    context.update(secret)
    return context.finalize()


def _derived(digest: hashes.HashAlgorithm, secret: bytes, label: bytes, transcript: bytes) -> bytes:
    return _expand(digest, secret, label, transcript, digest.digest_size)


def _expand(digest: hashes.HashAlgorithm, secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """HKDF-Expand-Label of RFC 8446, section 7.1."""
    full = b"tls13 " + label
    info = size.to_bytes(2) + len(full).to_bytes(1) + full + len(context).to_bytes(1) + context
    return HKDFExpand(digest, size, info).derive(secret)
