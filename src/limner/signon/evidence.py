"""The words that all readers share: what a file or a server says about why a log-in failed.

A `Cause` is what may be wrong. An `Evidence` is one observation, with the place where anyone can look it up, that
speaks for or against one cause. `Strength` says how well limner knows the fact that it reads the observation by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any


class Cause(StrEnum):
    """What a log-in can fail of; the value is the name in JSON, `words` is for people."""

    # on the way to the server
    UNRESOLVED = "unresolved"  # the name leads to no address
    CACHED_ADDRESS = "cached_address"
    NETWORK = "network"  # a firewall, a route, a load balancer
    SERVER_DOWN = "server_down"
    TLS = "tls"
    # Domino opens its door
    NAME_CHECK = "name_check"
    IDENTITY = "identity"  # the Notes ID: not cross-certified, not authentic
    SERVER_ACCESS = "server_access"
    # Domino makes a token
    SSO_CONFIGURATION = "sso_configuration"
    TOKEN_DOMAIN = "token_domain"  # noqa: S105 - not a password
    # the community server takes it
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    TOKEN_VERSION = "token_version"  # noqa: S105
    TOKEN_INVALID = "token_invalid"  # noqa: S105
    CLOCKS = "clocks"
    DIRECTORY = "directory"
    USER_REFUSED = "user_refused"
    CLIENT_REFUSED = "client_refused"  # its version, type or encryption
    COMMUNITY_SERVER = "community_server"  # full, misconfigured
    # the move itself
    COMMUNITY_FILE = "community_file"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The cause as a sentence without its full stop."""
        return _WORDS[self]


_WORDS = {
    Cause.UNRESOLVED: "the server's name leads to no address",
    Cause.CACHED_ADDRESS: "the client goes to an address that it remembered, not to the one that DNS gives now",
    Cause.NETWORK: "something on the way lets nothing through: a firewall, a route, a load balancer",
    Cause.SERVER_DOWN: "nothing answers at the server's address and port",
    Cause.TLS: "client and server do not agree on TLS, or the certificate is refused",
    Cause.NAME_CHECK: "Domino refuses the connection, because the client asks for a server name that is not its own",
    Cause.IDENTITY: "Domino or the client does not trust the other's Notes ID",
    Cause.SERVER_ACCESS: "Domino knows the user, and does not let them use the server",
    Cause.SSO_CONFIGURATION: "single sign-on is not set up, or not set up soundly, on the Domino server",
    Cause.TOKEN_DOMAIN: "the token's DNS domain does not cover the community server's name",
    Cause.TOKEN_EXPIRED: "the token had expired when the community server saw it",
    Cause.TOKEN_VERSION: "the token is of an LTPA version that the community server does not take",
    Cause.TOKEN_INVALID: "the community server cannot verify the token: other keys, another token name, damage",
    Cause.CLOCKS: "the clocks of the servers differ",
    Cause.DIRECTORY: "the community server does not find the user of the token in its directory",
    Cause.USER_REFUSED: "the community server refuses this user",
    Cause.CLIENT_REFUSED: "the community server refuses this kind or version of client",
    Cause.COMMUNITY_SERVER: "the community server cannot take log-ins: it is full, or misconfigured",
    Cause.COMMUNITY_FILE: "the managed-community-configs.xml does not do what is meant",
    Cause.OTHER: "another cause",
}


class Weight(IntEnum):
    """How much one observation moves the scales; a sum of weights compares causes."""

    HINT = 1  # fits the cause, and others too
    SIGN = 3  # seldom seen without it
    STRONG = 6  # hardly to be explained otherwise
    CONCLUSIVE = 12  # the cause itself, put into words by a server or a client


class Strength(StrEnum):
    """How well a fact about another vendor's product is known."""

    SEEN = "seen"  # tested, or read in source code, headers, real files
    SAID = "said"  # a vendor's page or a colleague's report says so
    INFERRED = "inferred"  # follows from the facts around it; nobody tested it
    UNCONFIRMED = "unconfirmed"  # from memory, without a source


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One observation that speaks for (`supports`) or against a cause.

    `file` is the path as given, `place` where in it (`line 12`, `packet 7`, `element 3`), None for the file as a
    whole; `time` is in Unix seconds, read as UTC where the file names no zone, None where it has none. `text` is one
    sentence without its full stop. `names` are the names of hosts, servers and people and the addresses that `text`
    holds, spelt as there: what has to be masked for a ticket. `strength` is that of the fact that the reading rests
    on, `source` the document that says it.
    """

    file: str
    cause: Cause
    text: str
    place: str | None = None
    time: float | None = None
    supports: bool = True
    weight: Weight = Weight.SIGN
    strength: Strength = Strength.SEEN
    source: str | None = None
    names: tuple[str, ...] = ()

    def at(self, file: str) -> Evidence:
        """Give the same evidence, found in another file."""
        return replace(self, file=file)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it; `names` are left out, being in `text`."""
        return {
            "file": self.file,
            "place": self.place,
            "time": self.time,
            "cause": self.cause.value,
            "supports": self.supports,
            "weight": int(self.weight),
            "strength": self.strength.value,
            "source": self.source,
            "text": self.text,
        }
