"""A TLS handshake: the version, and whether the certificate is good for the name."""

from __future__ import annotations

import socket
import ssl
import time
import warnings
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509

from limner.signon.names import is_address
from limner.signon.probe.reach import SECONDS, connect

SOON: Final = 14 * 86_400  # seconds before its end that a certificate is warned of


@dataclass(frozen=True, slots=True)
class Tls:
    """What a handshake showed. `problem` says why the certificate is not good, or why there was no handshake."""

    version: str | None = None
    names: tuple[str, ...] = ()
    ends: float | None = None  # Unix seconds
    problem: str | None = None

    @property
    def words(self) -> str:
        """What it showed."""
        if self.version is None:
            return f"no TLS: {self.problem}"
        if self.problem:
            return f"{self.version}, and the certificate is not good: {self.problem}"
        days = f", for {(self.ends - time.time()) / 86_400:.0f} more days" if self.ends is not None else ""
        return f"{self.version}, the certificate is good{days}"

    @property
    def ends_soon(self) -> bool:
        """Whether the certificate ends within two weeks."""
        return self.ends is not None and self.ends - time.time() < SOON

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "version": self.version,
            "names": list(self.names),
            "ends": self.ends,
            "problem": self.problem,
            "text": self.words,
        }


def ask_tls(address: str, port: int, host: str, seconds: float = SECONDS) -> Tls:
    """Shake hands as a client that verifies; if the certificate is not good, once more to see what it is."""
    try:
        return _shake(address, port, host, ssl.create_default_context(), seconds)
    except ssl.SSLCertVerificationError as why:
        problem = why.verify_message or str(why)
    except TimeoutError:
        return Tls(problem=f"no answer within {seconds:g} seconds")
    except (OSError, ValueError) as why:
        return Tls(problem=_plain(why))
    seeing = ssl.create_default_context()
    seeing.check_hostname = False
    seeing.verify_mode = ssl.CERT_NONE  # nothing is sent: only what the server shows is looked at
    try:
        shown = _shake(address, port, host, seeing, seconds)
    except (OSError, ValueError) as why:
        return Tls(problem=_plain(why))
    return Tls(shown.version, shown.names, shown.ends, problem)


def _shake(address: str, port: int, host: str, context: ssl.SSLContext, seconds: float) -> Tls:
    with connect(address, port, seconds) as plain:
        server = host if host and not (is_address(host) and context.verify_mode == ssl.CERT_NONE) else None
        with context.wrap_socket(plain, server_hostname=server) as connection:
            names, ends = _certificate(connection)
            return Tls(connection.version(), names, ends)


def _certificate(connection: ssl.SSLSocket) -> tuple[tuple[str, ...], float | None]:
    raw = connection.getpeercert(binary_form=True)
    if not raw:
        return (), None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cryptography warns of odd certificates; they are only shown
            certificate = x509.load_der_x509_certificate(raw)
            ends = certificate.not_valid_after_utc.timestamp()
            alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            names = tuple(str(name) for name in alternative.get_values_for_type(x509.DNSName))
            names += tuple(str(name) for name in alternative.get_values_for_type(x509.IPAddress))
    except (ValueError, x509.ExtensionNotFound):
        return (), None
    return names[:50], ends


def _plain(why: Exception) -> str:
    if isinstance(why, ssl.SSLError):
        return (why.reason or str(why)).replace("_", " ").lower()
    return (why.strerror if isinstance(why, socket.error) and why.strerror else str(why)) or type(why).__name__
