"""Why a handshake fails: what it fails of, and on which side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What a handshake fails of, in the order in which it comes to it."""

    VERSION = "protocol"
    SUITE = "cipher suite"
    CERTIFICATE = "certificate"
    TRUST = "trust"
    DATE = "date"
    USE = "key usage"
    HOST = "host name"


class On(StrEnum):
    """Which side refuses."""

    CLIENT = "client"
    SERVER = "server"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one side refuses the other. `text` is a sentence without a full stop."""

    reason: Reason
    by: On
    text: str
