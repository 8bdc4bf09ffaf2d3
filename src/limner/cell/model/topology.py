"""Nodes, processes and endpoints of a cell, and what its files are found to lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from limner.cell.model.client import ClientProps
from limner.cell.model.scope import Scope
from limner.cell.model.security import Security


class Kind(StrEnum):
    """What a process is, by serverType; what it is *for* (a SIP registrar, a recorder) no file of the cell says."""

    DMGR = "deployment manager"
    NODE_AGENT = "node agent"
    APPLICATION_SERVER = "application server"
    PROXY = "proxy server"
    ON_DEMAND_ROUTER = "on demand router"
    WEB_SERVER = "web server"
    OTHER = "other"


class Transport(StrEnum):
    """How TLS is spoken at an endpoint, which decides when a change of the settings counts there.

    CHANNEL: the channel framework's SSL channel, which heeds dynamic updates. DIRECT: ORB and administrative SOAP,
    which do not until a restart (IBM, "Dynamic configuration updates in SSL"). NONE: no TLS. UNKNOWN: nobody said.
    """

    CHANNEL = "channel"
    DIRECT = "direct"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A named port of a process. `host` is the node's name where the file says `*` or a variable."""

    name: str
    host: str
    port: int
    transport: Transport = Transport.UNKNOWN
    line: int = field(default=0, compare=False)

    @property
    def tls(self) -> bool:
        """Whether TLS is, or may be, spoken there."""
        return self.transport is not Transport.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What server.xml sets for an endpoint: a transport chain, or the SOAP connector.

    `endpoint` is "" for an outbound chain. `alias` is a direct SSL alias, "" where the cell's central settings
    decide. `tls`: an SSL channel is in the chain.
    """

    name: str
    endpoint: str = ""
    alias: str = ""
    tls: bool = True
    enabled: bool = True
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A server of serverindex.xml. `type` is serverType as written; `cluster` is "" for one that stands alone.

    `chains` are empty where there was no server.xml.
    """

    node: str
    name: str
    kind: Kind
    type: str
    cluster: str = ""
    endpoints: tuple[Endpoint, ...] = ()
    chains: tuple[Chain, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """By what it is known: its node and its name."""
        return self.node, self.name

    @property
    def label(self) -> str:
        """Its name for people: `node/name`."""
        return f"{self.node}/{self.name}"

    def endpoint(self, name: str) -> Endpoint | None:
        """Give the endpoint of a name."""
        return next((each for each in self.endpoints if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the cell. `host` is serverindex.xml's hostName; `version` the product's, "" where nobody says.

    `security` is the node's own copy, where the node's profile was given, and `files` the key stores there, as those
    of a `Cell`; `client` is its ssl.client.props.
    """

    name: str
    host: str = ""
    version: str = ""
    groups: tuple[str, ...] = ()
    processes: tuple[Process, ...] = ()
    security: Security | None = None
    client: ClientProps | None = None
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster; `members` are (node, server)."""

    name: str
    members: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something about the files that a reader of the result must know. `line` is 0 for a file as a whole.

    `wrong`: the file contradicts itself; else something was not read, or not found.
    """

    file: str
    line: int
    text: str
    wrong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell. `security` is the deployment manager's copy, the master; a node may run by an older one of its own.

    `files` are the bytes of key stores by their path below the cell's folder (`key.p12`, `nodes/N/key.p12`), or
    below the profile for a client's (`etc/key.p12`).
    """

    name: str
    security: Security
    nodes: tuple[Node, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    notes: tuple[Note, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def scope(self) -> Scope:
        """The scope of the whole cell."""
        return Scope(self.name)

    @property
    def processes(self) -> tuple[Process, ...]:
        """All processes, node by node."""
        return tuple(process for node in self.nodes for process in node.processes)

    def node(self, name: str) -> Node | None:
        """Give the node of a name."""
        return next((each for each in self.nodes if each.name == name), None)

    def process(self, node: str, name: str) -> Process | None:
        """Give a process by its node and its name."""
        found = self.node(node)
        return next((each for each in found.processes if each.name == name), None) if found else None

    def security_of(self, node: str) -> Security:
        """Give the copy of security.xml that a node's processes run by: its own where it is known."""
        found = self.node(node)
        return found.security if found and found.security else self.security
