"""Which SSL configuration and certificate count for a process, and which setting decided.

Outbound: dynamic selection, direct alias, then the central settings; inbound: direct alias, then the central ones.
(What a program sets itself on its thread comes before all, and is in no file.) Of the central settings the most
specific scope decides. The sources are in docs/cell.md. Where the documents leave it open, the answer says so, and
names what it may also be.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from limner.cell.model import (
    Cell,
    Choice,
    Connection,
    DecidedBy,
    Direction,
    DynamicSelection,
    Level,
    Process,
    Resolved,
    Scope,
    Security,
    SSLConfig,
    SSLConfigGroup,
)

_WILD: Final = "*"
Answer = tuple[Choice, list[Choice], list[str]]


class Resolver:
    """Answers for one cell, as often as asked.

    A node of which a copy of security.xml is known is answered for by that copy, be it stale; with `synced` by the
    deployment manager's, as it will be after the next synchronisation.
    """

    def __init__(self, cell: Cell, *, synced: bool = False) -> None:
        self.cell = cell
        self.synced = synced
        self._nodes = {node.name: node for node in cell.nodes}
        self._rules: dict[int, _Rules] = {}

    def inbound(self, process: Process, endpoint: str) -> Resolved:
        """Tell what counts for those who connect to an endpoint of a process."""
        return self._answer(process, Direction.INBOUND, endpoint, None)

    def outbound(self, process: Process, connection: Connection | None = None) -> Resolved:
        """Tell what counts when a process connects; without `connection` when no dynamic selection fits."""
        return self._answer(process, Direction.OUTBOUND, None, connection)

    def selections(self, process: Process) -> tuple[DynamicSelection, ...]:
        """Give the dynamic selections that a process has to heed, the nearest first."""
        near = self.scopes(process, None)
        found = [each for each in self._of(process).security.dynamic if each.scope in near]
        return tuple(sorted(found, key=lambda each: (near.index(each.scope), each.name)))

    def scopes(self, process: Process, endpoint: str | None) -> list[Scope]:
        """Give the scopes that a process is in, the most specific first."""
        cell, node = self.cell.name, self._nodes[process.node]
        server = Scope(cell, node=process.node, server=process.name)
        return [
            *([Scope(cell, node=process.node, server=process.name, endpoint=endpoint)] if endpoint else []),
            *([Scope(cell, cluster=process.cluster)] if process.cluster else []),
            server,
            Scope(cell, node=process.node),
            *(Scope(cell, node_group=name) for name in node.groups),
            Scope(cell),
        ]

    def _of(self, process: Process) -> _Rules:
        security = self.cell.security if self.synced else self.cell.security_of(process.node)
        if id(security) not in self._rules:
            self._rules[id(security)] = _Rules(security)
        return self._rules[id(security)]

    def _answer(
        self, process: Process, direction: Direction, endpoint: str | None, connection: Connection | None
    ) -> Resolved:
        rules, scopes = self._of(process), self.scopes(process, endpoint)
        dynamic = rules.dynamic(scopes, connection) if connection else None
        answer = dynamic or rules.direct(process, scopes, endpoint) or rules.central(scopes, direction)
        choice, alternatives, uncertain = answer
        if not dynamic and direction is Direction.OUTBOUND:
            chains = rules.outbound_chains(process, scopes)
            alternatives += [each for each in chains if not _same(each, choice)]
            uncertain += [f"connections through the chain {each.setting} take its direct alias" for each in chains]
        return Resolved(
            process=process,
            direction=direction,
            endpoint=endpoint,
            choice=choice,
            alternatives=tuple(alternatives),
            uncertain=tuple(uncertain),
        )


class _Rules:
    """One copy of security.xml, arranged by what is looked for."""

    def __init__(self, security: Security) -> None:
        self.security = security
        self.groups: dict[tuple[Direction, Scope], list[SSLConfigGroup]] = defaultdict(list)
        for group in security.groups:
            self.groups[group.direction, group.scope].append(group)
        self.configs = {config.key: config for config in security.configs}

    # -- dynamic selections -------------------------------------------------------------------------------------------

    def dynamic(self, scopes: list[Scope], connection: Connection) -> Answer | None:
        fits = [
            (scopes.index(each.scope), each, how)
            for each in self.security.dynamic
            if each.scope in scopes and (how := match(each.info, connection)) is not None
        ]
        if not fits:
            return None
        fits.sort(key=lambda fit: (fit[0], fit[1].name))
        choices = [_chosen_by_selection(each) for _, each, _ in fits]
        others = [each for each in choices[1:] if not _same(each, choices[0])]
        uncertain = [f"{fits[0][1].name} has a `*` within a name: no document says that it counts"] * (not fits[0][2])
        if others:
            names = ", ".join(each.setting for each in choices)
            uncertain.append(f"several dynamic selections fit ({names}): the first counts, in an order not documented")
        return choices[0], others, uncertain

    # -- direct aliases -----------------------------------------------------------------------------------------------

    def direct(self, process: Process, scopes: list[Scope], endpoint: str | None) -> Answer | None:
        found = [
            each for each in process.chains if endpoint and each.endpoint == endpoint and each.alias and each.enabled
        ]
        if not found:
            return None
        answers = [self._named(each.alias, each.name, scopes) for each in found]
        choice, alternatives, uncertain = answers[0]
        others = [each for each, _, _ in answers[1:] if not _same(each, choice)]
        if others:
            uncertain.append(f"several chains of {endpoint} have direct aliases that differ")
        return choice, [*alternatives, *others], uncertain

    def outbound_chains(self, process: Process, scopes: list[Scope]) -> list[Choice]:
        return [
            self._named(each.alias, each.name, scopes, Direction.OUTBOUND)[0]
            for each in process.chains
            if not each.endpoint and each.alias and each.enabled
        ]

    def _named(self, alias: str, chain: str, scopes: list[Scope], direction: Direction = Direction.INBOUND) -> Answer:
        """Find the configuration of an alias, which is written without its scope: the nearest that the process sees."""
        seen = [config for scope in scopes if (config := self.configs.get((alias, scope)))]
        if not seen and "/" in alias:  # as it was written before WebSphere 6.1: node/Name
            node, _, name = alias.partition("/")
            seen = [config for key, config in self.configs.items() if key == (name, Scope(scopes[-1].cell, node=node))]
        uncertain = []
        if not seen:
            uncertain.append(f"the chain {chain} names {alias}, of which this process sees no SSL configuration")
        elif len(seen) > 1:
            where = ", ".join(config.scope.words for config in seen)
            uncertain.append(f"{alias} is there in several scopes ({where}): the nearest is taken, as is inferred")
        setting, by = f"{alias} in {chain}", DecidedBy.DIRECT
        chosen = [_chosen(config, "", direction, by, setting) for config in seen]
        chosen = chosen or [_chosen(None, "", direction, by, setting)]
        return chosen[0], chosen[1:], uncertain

    # -- the central settings -----------------------------------------------------------------------------------------

    def central(self, scopes: list[Scope], direction: Direction) -> Answer:
        levels: dict[Level, list[Choice]] = {}
        for scope in scopes:
            for group in self.groups.get((direction, scope), ()):
                levels.setdefault(scope.level, []).append(_chosen_by_group(group))
        if not levels:
            return self._default(direction)
        level, *lower = levels
        choice, *rest = levels[level]
        uncertain = []
        alternatives = [each for each in rest if not _same(each, choice)]
        if alternatives:
            uncertain.append(f"several groups at the level of the {_word(level)} set what differs")
        if level is Level.CLUSTER and Level.SERVER in lower:
            others = [each for each in levels[Level.SERVER] if not _same(each, choice)]
            if others:
                uncertain.append("cluster and server set what differs: the documents contradict each other on who wins")
            alternatives += others
        return choice, alternatives, uncertain

    def _default(self, direction: Direction) -> Answer:
        config = self.security.default_config
        if config is None:
            nothing = Choice(config=None, certificate_alias="", decided_by=DecidedBy.NOTHING)
            return nothing, [], ["no endpoint group is there for it, not even one of the cell"]
        told = "no endpoint group is there for it: that defaultSSLSettings counts then is inferred"
        return _chosen(config, "", direction, DecidedBy.DEFAULT, config.alias, config.scope), [], [told]


def match(info: str, connection: Connection) -> bool | None:
    """Say whether `dynamicSelectionInfo` fits a connection: True, None if not; False if only by a `*` within a name."""
    wanted = (connection.protocol, connection.host, str(connection.port))
    best: bool | None = None
    for part in info.split("|"):
        fields = [each.strip() for each in part.split(",")]
        if len(fields) != len(wanted):
            continue
        how = [_fits(pattern, value) for pattern, value in zip(fields, wanted, strict=True)]
        if None not in how:
            if all(how):
                return True
            best = False
    return best


def _fits(pattern: str, value: str) -> bool | None:
    if pattern == _WILD or pattern.lower() == value.lower():
        return True
    if _WILD in pattern:
        spelt = ".*".join(re.escape(piece) for piece in re.sub(r"\*+", _WILD, pattern).split(_WILD))
        if re.fullmatch(spelt, value, re.IGNORECASE):
            return False
    return None


def certificate(config: SSLConfig | None, alias: str, direction: Direction) -> str:
    """Give the alias that counts: the group's, else the configuration's, else "": the key manager's choice."""
    if alias or config is None:
        return alias
    return config.server_alias if direction is Direction.INBOUND else config.client_alias


def _chosen(
    config: SSLConfig | None, alias: str, direction: Direction, by: DecidedBy, setting: str, scope: Scope | None = None
) -> Choice:
    return Choice(
        config=config,
        certificate_alias=certificate(config, alias, direction),
        decided_by=by,
        setting=setting,
        scope=scope,
    )


def _chosen_by_group(group: SSLConfigGroup) -> Choice:
    by = DecidedBy.CENTRAL
    return _chosen(group.config, group.certificate_alias, group.direction, by, group.name, group.scope)


def _chosen_by_selection(each: DynamicSelection) -> Choice:
    by = DecidedBy.DYNAMIC
    return _chosen(each.config, each.certificate_alias, Direction.OUTBOUND, by, each.name, each.scope)


def _same(one: Choice, other: Choice) -> bool:
    return (one.config, one.certificate_alias) == (other.config, other.certificate_alias)


def _word(level: Level) -> str:
    return "node group" if level is Level.NODE_GROUP else level.value
