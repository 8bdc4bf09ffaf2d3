"""A cell's settings as sides of handshakes: what a process shows, believes and speaks, calling or called."""

from __future__ import annotations

from dataclasses import dataclass, replace

from limner.cell.keystores import Kind
from limner.cell.model import (
    Cell,
    Choice,
    ClientBlock,
    ClientProps,
    Connection,
    Direction,
    Node,
    Process,
    Resolved,
    Scope,
    SSLConfig,
)
from limner.cell.resolve import Resolver, certificate
from limner.cell.stores import Opened, Stores
from limner.cell.suites import Jdk, Side, Suites, Version, Versions, suites_of, versions_of
from limner.cell.suites.trust import Chain, Signers

XDA = "XDADefaultSSLSettings"


@dataclass(frozen=True)
class End:
    """One end of a pair: all sides that it may be (one, unless a setting is open), and what decided.

    `decided` names the setting and the SSL configuration; `doubts` say why there are several sides, a sentence each.
    """

    sides: tuple[Side, ...]
    decided: str
    doubts: tuple[str, ...] = ()


class Answers:
    """Asks the resolver, each question once: what it says does not depend on the level of the SDK.

    Answers that say the same of the same node are one object, so that all that follows from them is worked out once.
    """

    def __init__(self, cell: Cell) -> None:
        self._resolver = Resolver(cell)
        self._kept: dict[object, Resolved] = {}
        self._same: dict[object, Resolved] = {}

    def inbound(self, process: Process, endpoint: str) -> Resolved:
        """Tell what counts for those who call at an endpoint."""
        key = (process.key, endpoint)
        if key not in self._kept:
            self._kept[key] = self._one(self._resolver.inbound(process, endpoint))
        return self._kept[key]

    def outbound(self, process: Process, connection: Connection) -> Resolved:
        """Tell what counts when a process calls."""
        key = (process.key, connection.protocol, connection.host, connection.port)
        if key not in self._kept:
            self._kept[key] = self._one(self._resolver.outbound(process, connection))
        return self._kept[key]

    def _one(self, resolved: Resolved) -> Resolved:
        choices = (resolved.choice, *resolved.alternatives)
        told = tuple((id(each.config), each.certificate_alias, each.setting, each.scope) for each in choices)
        key = (resolved.process.node, resolved.choice.decided_by, told, resolved.uncertain)
        return self._same.setdefault(key, resolved)


class Sides:
    """Makes the ends of a cell, each once, for one level of IBM's SDK; None for what is not known."""

    def __init__(self, cell: Cell, answers: Answers, stores: Stores, jdk: Jdk | None) -> None:
        self.cell = cell
        self.jdk = jdk
        self._answers = answers
        self._stores = stores
        self._made: dict[tuple[str, str, Scope, str], tuple[Side, ...]] = {}
        self._ends: dict[int, End] = {}
        self._same: dict[object, End] = {}
        self.problems: set[str] = set()
        """Why stores could not be opened."""

    def inbound(self, process: Process, endpoint: str) -> End:
        """Give a process as those find it who call at one of its endpoints."""
        return self._end(self._answers.inbound(process, endpoint))

    def outbound(self, process: Process, connection: Connection) -> End:
        """Give a process as it calls."""
        return self._end(self._answers.outbound(process, connection))

    def overlay(self, process: Process, direction: Direction) -> End | None:
        """Give a process by XDADefaultSSLSettings; None if its copy of security.xml has no such configuration."""
        security = self.cell.security_of(process.node)
        config = next((each for each in security.configs if each.alias == XDA), None)
        if config is None:
            return None
        alias = certificate(config, "", direction)
        return End(self._side(process.node, config, alias), f"{XDA} [{config.protocol}]")

    def commands(self, node: Node) -> End | None:
        """Give a node's command-line clients, by its ssl.client.props; None if that is not known."""
        block = _block(node.client) if node.client else None
        if node.client is None or block is None:
            return None
        side = Side(
            versions=_versions(block.protocol, self.jdk),
            suites=_suites(block.level, block.ciphers, self.jdk),
            signers=self._signers(self._stores.open_client(node.name, block, trust=True)),
            checks_host=node.client.verify_host,
        )
        chains = self._chains(self._stores.open_client(node.name, block), block.client_alias)
        sides = tuple(replace(side, chain=chain) for chain in chains)
        return End(sides, f"ssl.client.props, {block.alias} [{block.protocol}]")

    def _end(self, resolved: Resolved) -> End:
        if id(resolved) not in self._ends:
            choices = (resolved.choice, *resolved.alternatives)
            sides = tuple(dict.fromkeys(side for each in choices for side in self._of(resolved.process.node, each)))
            decided = _decided(resolved.choice)
            # processes with the same settings are the same end, and what comes of a pair of ends is worked out once
            key = (tuple(map(id, sides)), decided, resolved.uncertain)
            self._ends[id(resolved)] = self._same.setdefault(key, End(sides, decided, resolved.uncertain))
        return self._ends[id(resolved)]

    def _of(self, node: str, choice: Choice) -> tuple[Side, ...]:
        if choice.config is None:
            note = "no SSL configuration is known to count here"
            versions = Versions.any_of([frozenset(), frozenset(Version)], [note])
            return (Side(versions=versions, suites=suites_of("HIGH"), chain=None, signers=None),)
        return self._side(node, choice.config, choice.certificate_alias)

    def _side(self, node: str, config: SSLConfig, alias: str) -> tuple[Side, ...]:
        """Give a configuration's sides: one for each certificate that may be shown."""
        # who has no copy of the settings of his own sees what the deployment manager has
        own = next((each.name for each in self.cell.nodes if each.name == node and each.security), "")
        key = (own, config.alias, config.scope, alias)
        if key not in self._made:
            side = Side(
                versions=_versions(config.protocol, self.jdk),
                suites=_suites(config.level, config.ciphers, self.jdk),
                signers=self._signers(self._stores.open(node, config.trust_store)) if config.trust_store else None,
                asks=config.client_auth,
            )
            chains = self._chains(self._stores.open(node, config.key_store), alias) if config.key_store else (None,)
            self._made[key] = tuple(replace(side, chain=chain) for chain in chains)
        return self._made[key]

    def _chains(self, opened: Opened, alias: str) -> tuple[Chain | None, ...]:
        """Give what may be shown: () for an alias that is not there; without one any key, as the key manager likes."""
        if opened.store is None:
            self.problems.add(opened.trouble)
            return (None,)
        names = [alias] if alias else [entry.alias or "" for entry in opened.store.keys]
        found = (opened.held(name) for name in names)
        return tuple(dict.fromkeys(held.chain.certificates if held else () for held in found)) or ((),)

    def _signers(self, opened: Opened) -> Signers | None:
        """Give what is believed: every certificate of the store that is not a key's own."""
        if opened.store is None:
            self.problems.add(opened.trouble)
            return None
        entries = (entry for entry in opened.store.entries if entry.kind is not Kind.KEY)
        return frozenset(each for entry in entries for each in entry.certificates)


def _block(props: ClientProps) -> ClientBlock | None:
    """Give the block that administrative commands use: soap.client.props names it, else it is the default."""
    found = props.block(props.soap_alias) or props.block(props.default_alias)
    return found or next(iter(props.blocks), None)


def _versions(protocol: str, jdk: Jdk | None) -> Versions:
    try:
        return versions_of(protocol, jdk)
    except ValueError as why:
        return Versions.any_of([frozenset(), frozenset(Version)], [str(why)])


def _suites(level: str, ciphers: tuple[str, ...], jdk: Jdk | None) -> Suites:
    try:
        return suites_of(level, ciphers, jdk)
    except ValueError as why:
        listed = suites_of("HIGH", (), jdk).listed
        return Suites(listed, frozenset(listed), (str(why),))


def _decided(choice: Choice) -> str:
    if choice.config is None:
        return choice.words
    alias = f", certificate {choice.certificate_alias}" if choice.certificate_alias else ""
    return f"{choice.words}: {choice.config.alias} [{choice.config.protocol}]{alias}"
