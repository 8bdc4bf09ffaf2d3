"""What the texts of handshake errors mean, and which setting is behind each of them most likely."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Cause:
    """Why a handshake failed. `words` and `setting` are sentences without a full stop; `{0}` is the text's part.

    `strength` is how well the meaning is known: *seen* in real logs, *said* by a document, *inferred* from the words.
    """

    name: str
    pattern: re.Pattern[str]
    words: str
    setting: str
    strength: str

    def found_in(self, text: str) -> str | None:
        """Give what the cause's group matched in a text ("" if it has no group), or None if the cause is not in it."""
        match = self.pattern.search(text)
        return None if match is None else next(iter(match.groups("")), "")


def _cause(name: str, pattern: str, words: str, setting: str, strength: str = "inferred") -> Cause:
    return Cause(name, re.compile(pattern, re.IGNORECASE), words, setting, strength)


_TRUST: Final = (
    "the trust store of the side that refuses: it needs the signer (retrieveSigners, or Signer certificates)"
)
_PROTOCOL: Final = "Protocol of the SSL configuration (QoP) of the one side or the other: widen before you narrow"
# the first that fits counts: from the particular to the general
CAUSES: Final = (
    _cause(
        "protocol", r"Client requested protocol (\S+) (?:is )?not enabled",
        "a client speaks {0}, and this process does not",
        "Protocol (QoP) of the SSL configuration here: it must include {0}, or the client learn more",
        "seen",
    ),
    _cause(
        "plain text", r"Unrecognized SSL message, plaintext connection",
        "the other side spoke no TLS at all",
        "the address or port that is called: plain HTTP came to a port of TLS, or the other way round", "seen",
    ),
    _cause(
        "expired", r"CertificateExpiredException|NotAfter:|certificate_expired|certificate (?:has )?expired",
        "a certificate has expired", "the certificate of the other side, or of this one where an alert was received",
    ),
    _cause(
        "host name", r"CWPKI0824E|No subject alternative|host ?name verification|does not match the server certificate",
        "the certificate is for another host name",
        "the host name that is called, or com.ibm.ssl.performURLHostNameVerification", "seen",
    ),
    _cause(
        "trust", r"Received fatal alert: (certificate_unknown|unknown_ca|bad_certificate)",
        "the other side does not believe the certificate of this process ({0})", _TRUST, "seen",
    ),
    _cause(
        "client certificate",
        r"Received fatal alert: certificate_required|null cert chain|peer not authenticated|No Client Certificate",
        "a client certificate is required, and none was given",
        "client authentication of the server's SSL configuration; the client's key store (etc/key.p12 for commands)",
    ),
    _cause(
        "protocol", r"Received fatal alert: protocol_version|No appropriate protocol|Server chose (\S+?),? but|"
        r"(?:protocol|version) (?:is )?(?:disabled|not supported|not enabled)|Unsupported (?:record|protocol) version",
        "the two sides have no protocol in common", _PROTOCOL,
    ),
    _cause(
        "cipher suite",
        r"no cipher suites? in common|Received fatal alert: (?:handshake_failure|insufficient_security)",
        "the two sides have no cipher suite in common, or one of them misses a certificate",
        "cipher suites (QoP) of the two SSL configurations, and the certificate alias",
    ),
    _cause(
        "trust", r"CWPKI0022E|PKIX path (?:building|validation) failed|is not trusted|No trusted certificate found",
        "this process does not believe the certificate of the other side", _TRUST, "seen",
    ),
    _cause(
        "alias", r"CWPKI002[34]E: .*?alias (\S+)", "the certificate alias {0} is not in the key store",
        "certificate alias of the SSL configuration, or of the endpoint (Manage endpoint security configurations)",
        "seen",
    ),
    _cause(
        "closed", r"Remote host closed connection|Connection reset|Received fatal alert: close_notify",
        "the other side ended the connection during the handshake, as one does that lacks the protocol",
        _PROTOCOL, "said",
    ),
)  # fmt: skip
OTHER: Final = _cause("other", r"", "a handshake failed", "not known: see the lines")
