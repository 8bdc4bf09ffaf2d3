"""What security.xml holds of TLS: SSL configurations, key stores, groups and dynamic selections.

Names are unique within a scope only: every node has a `NodeDefaultSSLSettings` of its own. So the key of each object
is its name together with its scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from limner.cell.model.scope import Scope


class Direction(StrEnum):
    """Which side of a connection a process is on."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class ClientAuth(StrEnum):
    """Whether a server asks for the client's certificate; the console's words."""

    NONE = "none"
    SUPPORTED = "supported"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStore:
    """A key or trust store. `location` is as written, with its variables.

    `password` is as written (`{xor}...`), and shown to nobody; `line` is that in the file, from 1, 0 if unknown.
    """

    name: str
    scope: Scope
    location: str = ""
    type: str = "PKCS12"
    provider: str = ""
    password: str = field(default="", repr=False)
    usage: str = ""
    read_only: bool = False
    file_based: bool = True
    description: str = ""
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[str, Scope]:
        """By what it is known."""
        return self.name, self.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class SSLConfig:
    """An SSL configuration (a *repertoire*).

    `protocol` is sslProtocol as written: a name as `SSL_TLSv2`, or several with commas; what set of versions it
    means depends on the JDK. `level` is securityLevel as written (HIGH, MEDIUM, LOW, CUSTOM); `ciphers` are
    enabledCiphers in their order. `server_alias` and `client_alias` name certificates of the key store, "" for the
    key manager's choice. A store is None where the configuration names none, or one that is not there.
    """

    alias: str
    scope: Scope
    type: str = "JSSE"
    protocol: str = ""
    level: str = ""
    ciphers: tuple[str, ...] = ()
    key_store: KeyStore | None = None
    trust_store: KeyStore | None = None
    client_auth: ClientAuth = ClientAuth.NONE
    server_alias: str = ""
    client_alias: str = ""
    jsse_provider: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """Its alias, as all others have a name."""
        return self.alias

    @property
    def key(self) -> tuple[str, Scope]:
        """By what it is known."""
        return self.alias, self.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class SSLConfigGroup:
    """What the console's *Manage endpoint security configurations* sets: a scope and a direction get a configuration.

    `config` is None where the group names one that is not there. `certificate_alias` is "" where it names none.
    """

    name: str
    direction: Direction
    scope: Scope
    config: SSLConfig | None
    certificate_alias: str = ""
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[str, Scope, Direction]:
        """By what it is known."""
        return self.name, self.scope, self.direction


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicSelection:
    """A dynamic outbound selection: connections that fit `info` get a configuration.

    `info` is as written: `protocol,host,port` with `*` for anything, several of them joined by `|`.
    """

    name: str
    scope: Scope
    info: str
    config: SSLConfig | None
    certificate_alias: str = ""
    description: str = ""
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[str, Scope]:
        """By what it is known."""
        return self.name, self.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySetGroup:
    """A group of key sets (the LTPA keys are one), which may make new keys by itself."""

    name: str
    scope: Scope
    auto_generate: bool = False
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[str, Scope]:
        """By what it is known."""
        return self.name, self.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """One copy of security.xml. `dynamic_update`: a saved SSL change counts at once on channels that heed it.

    `dynamic_update` is None where the file does not say; WebSphere ships it on. All parts are sorted by their keys:
    the order in a file means nothing.
    """

    file: str = field(compare=False)
    enabled: bool = True
    dynamic_update: bool | None = None
    default_config: SSLConfig | None = None
    scopes: tuple[Scope, ...] = ()
    key_stores: tuple[KeyStore, ...] = ()
    configs: tuple[SSLConfig, ...] = ()
    groups: tuple[SSLConfigGroup, ...] = ()
    dynamic: tuple[DynamicSelection, ...] = ()
    key_set_groups: tuple[KeySetGroup, ...] = ()
    fips: tuple[tuple[str, str], ...] = ()
