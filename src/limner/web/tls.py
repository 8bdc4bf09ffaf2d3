"""The door's certificate."""

from __future__ import annotations

import ssl
from pathlib import Path

from limner.errors import ServeError
from limner.settings import Tls


class Certificate:
    """A server's TLS context, whose certificate can be read again while it serves. TLS 1.2 and up."""

    def __init__(self, settings: Tls) -> None:
        """Read certificate and key. Raises ServeError."""
        self.settings = settings
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
        self.context.set_alpn_protocols(["http/1.1"])
        self._read = self._state()
        self._load(self.context)

    def refresh(self) -> bool:
        """Read the files again if they have changed; new connections get the new certificate. Raises ServeError.

        A pair that does not fit is tried on a context of its own first: what is served stays as it is.
        """
        state = self._state()
        if state == self._read:
            return False
        self._read = state
        self._load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        self._load(self.context)
        return True

    def _load(self, context: ssl.SSLContext) -> None:
        certificate, key = self.settings.certificate, self.settings.key
        try:
            context.load_cert_chain(certificate, key, password=lambda: b"")
        except ssl.SSLError as why:
            reason = (why.reason or "").replace("_", " ").lower() or "they cannot be read"
            raise ServeError(
                f"certificate {certificate} and key {key}: {reason}",
                hint="both are PEM files, the key is not encrypted, and the first certificate is that of the key",
            ) from None
        except OSError as why:
            raise ServeError(f"certificate {certificate} or key {key}: {why.strerror}") from None

    def _state(self) -> list[tuple[int, int, int]]:
        return [_stamp(path) for path in (self.settings.certificate, self.settings.key)]


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0, 0
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
