"""The whole of a cell's TLS in one look: for every process, inbound and outbound, what counts and what decided it."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from limner.cell.errors import CellError
from limner.cell.keystores import certificate as certificates
from limner.cell.model import (
    Cell,
    Choice,
    Connection,
    DynamicSelection,
    Endpoint,
    Node,
    Process,
    Resolved,
    SSLConfig,
)
from limner.cell.resolve import Resolver
from limner.cell.stores import Held, Opened, Stores
from limner.cell.suites import Jdk, Versions, versions_of
from limner.cell.suites.jdk import of_websphere

LEVELS = (Jdk(6), Jdk(7), Jdk(7, 1), Jdk(8, 0, (5, 0)), Jdk(8, 0, (6, 30)))  # where what a name enables changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What counts in one direction: at an `endpoint`, for connections that fit a `selection`, or for all others.

    `opened` is the key store, None where no configuration names one; `held` the key that is used, None if there is
    no telling which.
    """

    resolved: Resolved
    endpoint: Endpoint | None = None
    selection: DynamicSelection | None = None
    opened: Opened | None = None
    held: Held | None = None

    @property
    def process(self) -> Process:
        """Whose line it is."""
        return self.resolved.process

    @property
    def what(self) -> str:
        """The endpoint's name, the connections that the selection is for, or `*`."""
        if self.endpoint:
            return self.endpoint.name
        return self.selection.info if self.selection else "*"

    def as_dict(self, jdk: Jdk | None) -> dict[str, Any]:
        """Give it as JSON has it."""
        config = self.resolved.config
        found: dict[str, Any] = {
            "direction": self.resolved.direction.value,
            "what": self.what,
            "host": self.endpoint.host if self.endpoint else None,
            "port": self.endpoint.port if self.endpoint else None,
            "transport": self.endpoint.transport.value if self.endpoint else None,
            **_choice(self.resolved.choice),
            "ssl": _config(config, jdk) if config else None,
            "certificate": _held(self.held) if self.held else None,
            "alternatives": [
                {**_choice(each), "ssl": _config(each.config, jdk) if each.config else None}
                for each in self.resolved.alternatives
            ],
            "uncertain": list(self.resolved.uncertain),
        }
        return found


class Overview:
    """A cell's lines, and all that they are made from. `jdk` is the SDK's level where it is known."""

    def __init__(self, cell: Cell, *, jdk: Jdk | None = None, only: str = "") -> None:
        self.cell = cell
        self.jdk = jdk
        self.stores = Stores(cell)
        self.resolver = Resolver(cell)
        self.processes = [each for each in cell.processes if not only or _is(each, only)]
        if only and not self.processes:
            there = ", ".join(each.label for each in cell.processes[:20])
            raise CellError(f"there is no process {only} in the cell {cell.name}", hint=f"there are: {there}")
        self.lines = [line for process in self.processes for line in self._lines(process)]

    def jdk_of(self, node: Node) -> Jdk | None:
        """Give the level of a node's SDK: what was said, else what its version of WebSphere leaves no choice of."""
        return self.jdk or of_websphere(node.version)

    def as_dict(self) -> dict[str, Any]:
        """Give all as JSON has it."""
        cell = self.cell
        by_process: dict[tuple[str, str], list[Line]] = {}
        for line in self.lines:
            by_process.setdefault(line.process.key, []).append(line)
        return {
            "cell": cell.name,
            "dynamic_update": cell.security.dynamic_update,
            "nodes": [self._node(node) for node in cell.nodes],
            "clusters": [{"name": each.name, "members": [list(key) for key in each.members]} for each in cell.clusters],
            "processes": [
                {
                    "node": process.node,
                    "name": process.name,
                    "kind": process.kind.value,
                    "type": process.type,
                    "cluster": process.cluster or None,
                    "lines": [line.as_dict(self._level(process)) for line in by_process.get(process.key, ())],
                }
                for process in self.processes
            ],
            "ssl_configurations": [{**_config(each, None), "used": used} for each, used in self.configurations()],
            "protocols": {name: enables(name, self.jdk) for name in self.protocols()},
        }

    def configurations(self) -> list[tuple[SSLConfig, int]]:
        """Give every SSL configuration of the deployment manager's copy, and how many lines it counts for."""
        used = Counter(line.resolved.config.key for line in self.lines if line.resolved.config)
        return [(each, used[each.key]) for each in self.cell.security.configs]

    def protocols(self) -> list[str]:
        """Give the values of sslProtocol that are in use, also by clients."""
        used = {line.resolved.config.protocol for line in self.lines if line.resolved.config}
        used |= {block.protocol for node in self.cell.nodes if node.client for block in node.client.blocks}
        return sorted(name for name in used if name)

    def _level(self, process: Process) -> Jdk | None:
        node = self.cell.node(process.node)
        return self.jdk_of(node) if node else self.jdk

    def _lines(self, process: Process) -> Iterator[Line]:
        for endpoint in process.endpoints:
            if endpoint.tls:
                yield self._line(self.resolver.inbound(process, endpoint.name), endpoint=endpoint)
        for selection in self.resolver.selections(process):
            protocol, host, port = _example(selection.info)
            connection = Connection(protocol=protocol, host=host, port=port)
            yield self._line(self.resolver.outbound(process, connection), selection=selection)
        yield self._line(self.resolver.outbound(process))

    def _line(
        self, resolved: Resolved, endpoint: Endpoint | None = None, selection: DynamicSelection | None = None
    ) -> Line:
        config = resolved.config
        opened = self.stores.open(resolved.process.node, config.key_store) if config and config.key_store else None
        held = opened.held(resolved.certificate_alias) if opened else None
        return Line(resolved=resolved, endpoint=endpoint, selection=selection, opened=opened, held=held)

    def _node(self, node: Node) -> dict[str, Any]:
        client = node.client
        return {
            "name": node.name,
            "host": node.host,
            "version": node.version or None,
            "node_groups": list(node.groups),
            "copy": copy(self.cell, node),
            "client": client
            and {
                "file": client.file,
                "default_alias": client.default_alias,
                "soap_alias": client.soap_alias or None,
                "verify_host": client.verify_host,
                "fips": client.fips,
                "fips_level": client.fips_level or None,
                "blocks": [
                    {
                        "alias": block.alias,
                        "line": block.line,
                        "protocol": block.protocol,
                        "enables": enables(block.protocol, self.jdk_of(node)),
                        "level": block.level,
                        "ciphers": list(block.ciphers),
                        "key_store": block.key_store,
                        "trust_store": block.trust_store,
                        "client_alias": block.client_alias or None,
                    }
                    for block in client.blocks
                ],
            },
        }


def copy(cell: Cell, node: Node) -> str:
    """Say by which copy of security.xml a node is answered for: `current` or `stale` of its own, else `master`."""
    if node.security is None:
        return "master"
    return "current" if node.security == cell.security else "stale"


@lru_cache(maxsize=256)
def enables(protocol: str, jdk: Jdk | None) -> dict[str, str]:
    """Say what a value of sslProtocol enables, by level of the SDK: that one, or all where it makes a difference."""
    try:
        return {level.words: versions_of(protocol, level).words for level in ([jdk] if jdk else LEVELS)}
    except ValueError:
        return {}


def versions(config: SSLConfig, jdk: Jdk | None) -> Versions | None:
    """Give the versions that a configuration enables; None if its protocol is none that WebSphere has."""
    try:
        return versions_of(config.protocol, jdk)
    except ValueError:
        return None


def _is(process: Process, wanted: str) -> bool:
    """Whether a process is meant by its name, by `node/name`, or by a pattern of these."""
    return any(fnmatch.fnmatchcase(name, wanted) for name in (process.name, process.label))


def _example(info: str) -> tuple[str, str, int]:
    """Give a connection that a selection is for."""
    fields = [each.strip() for each in info.split("|")[0].split(",")]
    protocol, host, port = [*fields, "*", "*", "*"][:3]
    return protocol.replace("*", "x"), host.replace("*", "x"), int(port) if port.isascii() and port.isdigit() else 1


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "decided_by": choice.decided_by.value,
        "setting": choice.setting or None,
        "scope": choice.scope.text if choice.scope else None,
        "certificate_alias": choice.certificate_alias or None,
    }


def _config(config: SSLConfig, jdk: Jdk | None) -> dict[str, Any]:
    return {
        "alias": config.alias,
        "scope": config.scope.text,
        "protocol": config.protocol,
        "enables": enables(config.protocol, jdk),
        "level": config.level,
        "ciphers": list(config.ciphers),
        "client_authentication": config.client_auth.value,
        "key_store": config.key_store.name if config.key_store else None,
        "trust_store": config.trust_store.name if config.trust_store else None,
        "jsse_provider": config.jsse_provider or None,
    }


def _held(held: Held) -> dict[str, Any]:
    chain = held.chain
    return {
        "alias": held.entry.alias,
        "subject": certificates.text(held.certificate.subject),
        "issuer": certificates.text(held.certificate.issuer),
        "hosts": list(certificates.hosts(held.certificate)),
        "not_after": held.certificate.not_valid_after_utc.isoformat(),
        "days_left": certificates.days_left(held.certificate, certificates.now()),
        "sha256": certificates.fingerprint(held.certificate),
        "chain": [certificates.short(each) for each in chain.certificates],
        "missing_issuer": certificates.text(chain.missing) if chain.missing else None,
    }
