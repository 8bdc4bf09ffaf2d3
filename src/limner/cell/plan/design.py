"""From what a change wants to the settings of the end: which SSL configurations, which groups, which certificates."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from limner.cell.errors import CellError
from limner.cell.model import (
    Cell,
    Choice,
    DecidedBy,
    Direction,
    Kind,
    Level,
    Process,
    Scope,
    Security,
    SSLConfig,
    SSLConfigGroup,
)
from limner.cell.plan.adding import Adding
from limner.cell.plan.change import Certificate, Change, Ciphers, Protocol
from limner.cell.plan.packs import Pack
from limner.cell.plan.world import group_at, with_config, with_group
from limner.cell.reach.sides import XDA, block_of
from limner.cell.resolve import Resolver
from limner.cell.stores import Stores
from limner.cell.suites import Jdk, suites_of
from limner.cell.suites.suite import suite

NODE_DEFAULT: Final = "NodeDefaultSSLSettings"
_Set = Callable[[SSLConfig], SSLConfig]
_Place = tuple[Scope, Direction, Choice]


@dataclass(frozen=True)
class Design:
    """The end: its settings, the protocols of nodes' commands, what is added to stores, and what should be known."""

    security: Security
    clients: Mapping[str, str]
    adding: Adding
    notes: tuple[str, ...] = ()


def design(
    cell: Cell,
    change: Change,
    packs: Mapping[Certificate, Pack],
    jdk: Jdk | None,
    without: frozenset[str] = frozenset(),
    like: Stores | None = None,
) -> Design:
    """Work out the end that a change wants. `without`: processes that tables with `that_can` leave out.

    What `like` has opened of the cell's stores, is not opened again. `cell` is as after a synchronisation of all nodes.
    Raises CellError for what cannot be had.
    """
    return _Drawing(cell, change, packs, jdk, without, like).draw()


class _Drawing:
    def __init__(
        self,
        cell: Cell,
        change: Change,
        packs: Mapping[Certificate, Pack],
        jdk: Jdk | None,
        without: frozenset[str],
        like: Stores | None,
    ) -> None:
        self.cell = cell
        self.change = change
        self.packs = packs
        self.jdk = jdk
        self.without = without
        self.adding = Adding(cell, like)
        self.notes: list[str] = []

    def draw(self) -> Design:
        wants: list[Protocol | Ciphers] = [*self.change.protocol, *self.change.ciphers]
        for want in wants:
            self._configurations(want)
        for want in wants:
            self._processes(want)
        for certificate in self.change.certificate:
            self._certificate(certificate)
        return Design(self.cell.security, dict(self._clients()), self.adding, tuple(dict.fromkeys(self.notes)))

    # -- protocols and suites -----------------------------------------------------------------------------------------

    def _configurations(self, want: Protocol | Ciphers) -> None:
        for pattern in want.configurations:
            if not any(
                want.model_copy(update={"configurations": (pattern,)}).wants_config(each) for each in self._configs
            ):
                there = ", ".join(dict.fromkeys(each.alias for each in self._configs))
                raise CellError(f"there is no SSL configuration {pattern} in the cell", hint=f"there are: {there}")
        for config in self._configs:
            if want.wants_config(config):
                self._put(self._setter(want)(config))

    def _processes(self, want: Protocol | Ciphers) -> None:
        chosen = self._chosen(want.processes, want.wants)
        if want.that_can:
            chosen = [each for each in chosen if each.label not in self.without]
        labels, users = {each.label for each in chosen}, self._users()
        before = Resolver(self.cell, synced=True)  # what one process gets, changes nothing for the next
        for process, places in [(each, list(self._places(before, each))) for each in chosen]:
            self._own(process, places, labels, users, self._setter(want))
            self._tell_of_selections(before, process, self._setter(want))

    def _own(
        self, process: Process, places: list[_Place], labels: set[str], users: Mapping[object, set[str]], set_: _Set
    ) -> None:
        """Let a process have a setting that nobody has with it who is not in `labels`."""
        if process.kind is Kind.WEB_SERVER:
            raise CellError(f"{process.label} is a web server: its TLS is not in security.xml")
        for config in dict.fromkeys(config for _, _, choice in places if (config := choice.config)):
            if set_(config) == config:
                continue
            if users.get(config.key, set()) <= labels:
                self._put(set_(config))
                continue
            mine = [(scope, way, each) for scope, way, each in places if each.config == config]
            free = {config.key for config in self._configs if users.get(config.key, set()) <= labels}
            target = self._for_itself(process, config, {each.certificate_alias for _, _, each in mine}, free, set_)
            self._put(target)
            for scope, way, each in mine:
                self._assign(process, scope, way, target, each.certificate_alias)

    def _for_itself(
        self, process: Process, config: SSLConfig, certificates: set[str], free: set[tuple[str, Scope]], set_: _Set
    ) -> SSLConfig:
        """Give the node's own SSL configuration if it is free and has the certificates; else a new one."""
        scope = Scope(self.cell.name, node=process.node)
        brought = {each.alias for each in self.change.certificate if any(each.wants(process, way) for way in Direction)}
        for alias in (NODE_DEFAULT, f"{process.name}SSLSettings"):
            found = next((each for each in self._configs if each.key == (alias, scope)), None)
            if found is None or found.key_store is None or found.key not in free:
                continue
            held = self.adding.stores.open(process.node, found.key_store).held
            if all(alias in brought or (alias and held(alias)) for alias in certificates):
                return set_(found)
        taken = {each.alias for each in self._configs if each.scope == scope}
        alias = next(
            name for at in range(1, 1000) if (name := f"{process.name}SSLSettings{at if at > 1 else ''}") not in taken
        )
        return set_(replace(config, alias=alias, scope=scope, line=0, properties=()))

    def _setter(self, want: Protocol | Ciphers) -> _Set:
        if isinstance(want, Protocol):
            return lambda config: replace(config, protocol=want.protocol)
        if want.only:
            only = tuple(suite(name).ibm for name in want.only)
            return lambda config: replace(config, level="CUSTOM", ciphers=only)
        dropped = {suite(name) for name in want.drop}

        def drop(config: SSLConfig) -> SSLConfig:
            """Leave out what is to be dropped, and what the SDK may not have: it refuses a list with such a name."""
            enabled = suites_of(config.level, config.ciphers, self.jdk)
            kept = [each for each in enabled.sure if each not in dropped]
            if not kept:
                raise CellError(f"no cipher suite is left in {config.alias} of {config.scope.words}")
            custom = config.level.upper() == "CUSTOM"
            listed = [each for each in enabled.listed if each not in dropped] if custom else kept
            if custom and listed == list(enabled.listed):
                return config
            if not custom and enabled.maybe:
                told = (
                    "only those suites are listed that every SDK of that level has: listSSLCiphers on the cell has more"
                )
                self.notes.append(f"{config.alias} of {config.scope.words}: {told}")
            return replace(config, level="CUSTOM", ciphers=tuple(each.ibm for each in listed))

        return drop

    def _tell_of_selections(self, resolver: Resolver, process: Process, set_: _Set) -> None:
        for each in resolver.selections(process):
            if each.config is not None and set_(each.config) != each.config:
                self.notes.append(
                    f"{process.label}: what it calls by the dynamic selection {each.name} ({each.info}) stays with"
                    f" {each.config.alias} [{each.config.protocol}]"
                )

    # -- certificates -------------------------------------------------------------------------------------------------

    def _certificate(self, want: Certificate) -> None:
        pack = self.packs[want]
        chosen = self._chosen(want.processes, lambda each: any(want.wants(each, way) for way in Direction))
        before = Resolver(self.cell, synced=True)
        for process, places in [(each, list(self._places(before, each))) for each in chosen]:
            for scope, way, choice in places:
                if not want.wants(process, way):
                    continue
                config = choice.config
                if config is None or config.key_store is None:
                    raise CellError(f"{process.label}, {way}: no SSL configuration with a key store is known to count")
                self.adding.key(process.node, config.key_store, want.alias, pack)
                if choice.certificate_alias != want.alias:
                    self._assign(process, scope, way, config, want.alias)
        self.adding.signers(pack, (each.trust_store for each in self._configs if each.trust_store))

    # -- what is there ------------------------------------------------------------------------------------------------

    @property
    def _configs(self) -> tuple[SSLConfig, ...]:
        return self.cell.security.configs

    def _put(self, config: SSLConfig) -> None:
        self.cell = replace(self.cell, security=with_config(self.cell.security, config))

    def _assign(self, process: Process, scope: Scope, way: Direction, config: SSLConfig, certificate: str) -> None:
        there = group_at(self.cell.security, scope, way)
        name = there.name if there else scope.endpoint or process.name
        group = SSLConfigGroup(name=name, direction=way, scope=scope, config=config, certificate_alias=certificate)
        self.cell = replace(self.cell, security=with_group(self.cell.security, group))

    def _places(self, resolver: Resolver, process: Process) -> Iterator[_Place]:
        """Yield where a process's settings are made: its server's scope, and whatever goes before that."""
        server = Scope(self.cell.name, node=process.node, server=process.name)
        for way in Direction:
            central = resolver.outbound(process) if way is Direction.OUTBOUND else resolver.inbound(process, "")
            yield self._place(process, server, central.choice), way, central.choice
        for point in process.endpoints:
            if not point.tls:
                continue
            choice = resolver.inbound(process, point.name).choice
            if choice.decided_by is DecidedBy.DIRECT:
                self.notes.append(f"{process.label}, {point.name}: a direct alias, {choice.setting}, stays as it is")
            elif choice.scope is not None and choice.scope.level is Level.ENDPOINT:
                yield choice.scope, Direction.INBOUND, choice

    def _place(self, process: Process, server: Scope, choice: Choice) -> Scope:
        """Give the scope of a group for a process: its server's, but where the cluster's goes before that."""
        if choice.scope is None or choice.scope.level is not Level.CLUSTER:
            return server
        raise CellError(
            f"{process.label}: a group of the cluster {choice.scope.cluster} decides, and may go before the server's",
            hint="name the SSL configuration instead of the process, or take the cluster's group away first",
        )

    def _users(self) -> dict[object, set[str]]:
        """Give the processes that have an SSL configuration, in whatever way, by their labels."""
        found: dict[object, set[str]] = {}
        resolver = Resolver(self.cell, synced=True)
        shared = [each for each in self._configs if each.alias == XDA]
        for process in self.cell.processes:
            answers = [resolver.inbound(process, each.name) for each in process.endpoints if each.tls]
            answers += [resolver.outbound(process), resolver.inbound(process, "")]
            configs = [choice.config for each in answers for choice in (each.choice, *each.alternatives)]
            configs += [each.config for each in resolver.selections(process)]
            for config in (*configs, *shared):
                if config is not None:
                    found.setdefault(config.key, set()).add(process.label)
        return found

    def _chosen(self, patterns: tuple[str, ...], wants: Callable[[Process], bool]) -> list[Process]:
        for pattern in patterns:
            names = [name for each in self.cell.processes for name in (each.name, each.label)]
            if not any(fnmatch.fnmatchcase(name, pattern) for name in names):
                there = ", ".join(each.label for each in self.cell.processes[:20])
                raise CellError(f"there is no process {pattern} in the cell", hint=f"there are: {there}")
        return [each for each in self.cell.processes if wants(each)]

    def _clients(self) -> Iterator[tuple[str, str]]:
        for want in self.change.protocol:
            for pattern in want.commands:
                nodes = [each for each in self.cell.nodes if fnmatch.fnmatchcase(each.name, pattern)]
                if not nodes:
                    there = ", ".join(each.name for each in self.cell.nodes)
                    raise CellError(f"there is no node {pattern} in the cell", hint=f"there are: {there}")
                for node in nodes:
                    if node.client and block_of(node.client):
                        yield node.name, want.protocol
                    else:
                        self.notes.append(
                            f"the ssl.client.props of {node.name} was not given (--node): it stays as it is"
                        )
