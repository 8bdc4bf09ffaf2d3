"""The edits that lead from one security.xml to another, in an order in which each can be made."""

from __future__ import annotations

from collections.abc import Iterator

from limner.cell.errors import CellError
from limner.cell.model import Cell, ClientAuth, Direction, Process, Scope, Security, SSLConfig, SSLConfigGroup
from limner.cell.plan.document import Configured, Expected, Inherited
from limner.cell.plan.edits import Assign, Assigned, Configure, DynamicUpdate, Edit, NewConfig, NewScope
from limner.cell.resolve import Resolver


def edits_between(before: Security, after: Security) -> Iterator[Edit]:
    """Yield what leads from one to the other: scopes, then SSL configurations, then who has them."""
    if before.dynamic_update is not after.dynamic_update and after.dynamic_update is not None:
        yield DynamicUpdate(value=after.dynamic_update, was=before.dynamic_update)
    for scope in sorted({*after.scopes} - {*before.scopes}):
        yield NewScope(scope=scope.text)
    there = {each.key: each for each in before.configs}
    for config in after.configs:
        if config.key not in there:
            yield NewConfig(alias=config.alias, scope=config.scope.text, values=_whole(config))
        elif _values(there[config.key]) != _values(config):
            yield _configure(there[config.key], config)
    groups = {(each.scope, each.direction): each for each in reversed(before.groups)}
    for group in after.groups:
        old = groups.get((group.scope, group.direction))
        if old is None or _assigned(old) != _assigned(group):
            yield Assign(
                name=group.name,
                scope=group.scope.text,
                direction=group.direction.value,
                value=_assigned(group),
                was=_assigned(old) if old else None,
            )


def expected(cell: Cell) -> Expected:
    """Give what a cell is set to, once all have synchronised: what verify.py compares with."""
    resolver = Resolver(cell, synced=True)
    return Expected(
        configurations=tuple(
            Configured(
                alias=each.alias,
                scope=each.scope.text,
                protocol=each.protocol,
                level=each.level,
                ciphers=" ".join(each.ciphers),
            )
            for each in cell.security.configs
        ),
        inherited=tuple(
            each for process in cell.processes for way in Direction for each in _inherited(resolver, process, way)
        ),
    )


def _inherited(resolver: Resolver, process: Process, way: Direction) -> Iterator[Inherited]:
    """Yield what the central settings give a server; nothing where they leave it open."""
    found = resolver.outbound(process) if way is Direction.OUTBOUND else resolver.inbound(process, "")
    if found.config is not None and not found.alternatives:
        scope = Scope(resolver.cell.name, node=process.node, server=process.name)
        yield Inherited(
            scope=scope.text, direction=way.value, config=found.config.alias, certificate=found.certificate_alias
        )


def _values(config: SSLConfig) -> dict[str, str]:
    return {
        "sslProtocol": config.protocol,
        "securityLevel": config.level,
        "enabledCiphers": " ".join(config.ciphers),
    }


def _configure(old: SSLConfig, new: SSLConfig) -> Configure:
    was, values = _values(old), _values(new)
    changed = [name for name in values if values[name] != was[name]]
    return Configure(
        alias=new.alias,
        scope=new.scope.text,
        values={name: values[name] for name in changed},
        was={name: was[name] for name in changed},
    )


def _whole(config: SSLConfig) -> dict[str, str]:
    if config.key_store is None or config.trust_store is None:
        raise CellError(
            f"{config.alias} would be a copy of an SSL configuration without stores",
            hint="name another SSL configuration, or give it stores",
        )
    asked = {ClientAuth.NONE: (False, False), ClientAuth.SUPPORTED: (False, True), ClientAuth.REQUIRED: (True, True)}
    required, supported = asked[config.client_auth]
    values = {
        "type": config.type,
        "keyStoreName": config.key_store.name,
        "keyStoreScopeName": config.key_store.scope.text,
        "trustStoreName": config.trust_store.name,
        "trustStoreScopeName": config.trust_store.scope.text,
        "clientAuthentication": str(required).lower(),
        "clientAuthenticationSupported": str(supported).lower(),
        "serverKeyAlias": config.server_alias,
        "clientKeyAlias": config.client_alias,
        "jsseProvider": config.jsse_provider,
        **_values(config),
    }
    return {name: value for name, value in values.items() if value}


def _assigned(group: SSLConfigGroup) -> Assigned | None:
    if group.config is None:
        return None
    return Assigned(
        config=group.config.alias, config_scope=group.config.scope.text, certificate=group.certificate_alias
    )
