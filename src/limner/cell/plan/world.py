"""A cell at a moment of a plan: its settings, and what has been added to its stores by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from limner.cell.keystores import Entry
from limner.cell.model import Cell, ClientBlock, Direction, KeyStore, Scope, Security, SSLConfig, SSLConfigGroup
from limner.cell.reach.sides import block_of
from limner.cell.stores import Opened, Stores

Added = Mapping[tuple[str, str], tuple[Entry, ...]]


@dataclass(frozen=True)
class World:
    """A cell, and `added` entries by the owner of the store ("" for the cell, a node for its commands) and its path."""

    cell: Cell
    added: Added = field(default_factory=dict)

    @property
    def security(self) -> Security:
        """The deployment manager's copy."""
        return self.cell.security

    def after(self, security: Security, clients: Mapping[str, str] | None = None, added: Added | None = None) -> World:
        """Give what comes of other settings, once every node has synchronised.

        `clients` are the protocols of nodes' commands, `added` what is added to stores, by then.
        """
        nodes = []
        for node in self.cell.nodes:
            if node.security is not None:
                own = {path: raw for path, raw in node.files.items() if path.startswith("etc/")}
                node = replace(node, security=security, files={**self.cell.files, **own})
            if node.client and clients and (block := block_of(node.client)) and node.name in clients:
                changed = replace(block, protocol=clients[node.name])
                blocks = tuple(changed if each is block else each for each in node.client.blocks)
                node = replace(node, client=replace(node.client, blocks=blocks))
            nodes.append(node)
        cell = replace(self.cell, security=security, nodes=tuple(nodes))
        return World(cell, self.added if added is None else added)


class Staged(Stores):
    """The stores of a world: what the files hold, and what has been added."""

    def __init__(self, world: World, like: Stores | None = None) -> None:
        super().__init__(world.cell, like)
        self.world = world

    def open(self, node: str, store: KeyStore) -> Opened:
        """Open a store as a node's processes see it."""
        return self._with(super().open(node, store), "")

    def open_client(self, node: str, block: ClientBlock, *, trust: bool = False) -> Opened:
        """Open the key or trust store of a node's commands."""
        return self._with(super().open_client(node, block, trust=trust), node)

    def _with(self, opened: Opened, owner: str) -> Opened:
        more = self.world.added.get((owner, opened.path), ())
        if not more or opened.store is None:
            return opened
        return replace(opened, store=replace(opened.store, entries=(*opened.store.entries, *more)))


def with_config(security: Security, config: SSLConfig) -> Security:
    """Put an SSL configuration in, instead of that of its name and scope if there is one."""

    def is_it(one: SSLConfig | None) -> bool:
        return one is not None and one.key == config.key

    others = [each for each in security.configs if not is_it(each)]
    return replace(
        security,
        configs=tuple(sorted([*others, config], key=lambda each: each.key)),
        groups=tuple(replace(each, config=config) if is_it(each.config) else each for each in security.groups),
        dynamic=tuple(replace(each, config=config) if is_it(each.config) else each for each in security.dynamic),
        default_config=config if is_it(security.default_config) else security.default_config,
    )


def with_group(security: Security, group: SSLConfigGroup) -> Security:
    """Put a group in, instead of that of its scope and direction if there is one."""
    others = [each for each in security.groups if (each.scope, each.direction) != (group.scope, group.direction)]
    scopes = security.scopes if group.scope in security.scopes else tuple(sorted([*security.scopes, group.scope]))
    return replace(security, scopes=scopes, groups=tuple(sorted([*others, group], key=lambda each: each.key)))


def group_at(security: Security, scope: Scope, direction: Direction) -> SSLConfigGroup | None:
    """Give the group of a scope and a direction."""
    found: Iterable[SSLConfigGroup] = security.groups
    return next((each for each in found if (each.scope, each.direction) == (scope, direction)), None)
