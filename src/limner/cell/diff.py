"""What changed between two cells, or two moments of one, in terms of TLS.

Objects are told apart by name and scope, never by `xmi:id` or by their order. Of two cells with different names the
scopes are compared without the cell's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from limner.cell.keystores import certificate as certificates
from limner.cell.model import Cell, KeyStore, Node, Scope, Security, SSLConfig
from limner.cell.overview import Line, Overview

Facts = Mapping[str, str]  # what an object sets, by attribute
Told = dict[tuple[str, str], Facts]  # by kind and name
OUTCOME: Final = "what counts"  # the kind of changes that follow from the others


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` is None for what is new, `after` for what is gone.

    `kind` is of what it is (`SSL configuration`, `key store`, ...), `name` which one, `attribute` what of it: "" for
    the whole.
    """

    kind: str
    name: str
    attribute: str
    before: str | None
    after: str | None

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "attribute": self.attribute or None,
            "before": self.before,
            "after": self.after,
        }


def compare(one: Cell, other: Cell) -> list[Change]:
    """Give what is set otherwise in `other`, and then what that comes to for each process.

    What one of them does not tell at all (a file that was not given) is no difference.
    """
    first, second = Overview(one), Overview(other)
    before, after = _settings(first), _settings(second)
    untold = _untold(first) | _untold(second)
    before, after = ({key: each for key, each in side.items() if not _of(key, untold)} for side in (before, after))
    return [*_changes(before, after), *_changes(_outcome(first), _outcome(second))]


def _changes(before: Told, after: Told) -> Iterator[Change]:
    order = {kind: at for at, kind in enumerate(dict.fromkeys(kind for kind, _ in (*before, *after)))}
    for key in sorted({*before, *after}, key=lambda key: (order[key[0]], key[1])):
        kind, name = key
        if key not in after:
            yield Change(kind, name, "", _words(before[key]), None)
        elif key not in before:
            yield Change(kind, name, "", None, _words(after[key]))
        else:
            old, new = before[key], after[key]
            for attribute in dict.fromkeys((*old, *new)):
                if old.get(attribute) != new.get(attribute):
                    yield Change(kind, name, attribute, old.get(attribute), new.get(attribute))


def _words(facts: Facts) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items() if value) or "there"


def _untold(overview: Overview) -> set[tuple[str, str]]:
    """Give what a cell does not tell: chains of a process, contents of a store, clients of a node."""
    cell = overview.cell
    closed = [each for each in cell.security.key_stores if overview.stores.open("", each).store is None]
    return {
        *(("transport chain", f"{each.label} ") for each in cell.processes if not each.chains),
        *(("certificate", f" in {_store_name(each)}") for each in closed),
        *(("command-line client", f"{node.name} ") for node in cell.nodes if node.client is None),
    }


def _of(key: tuple[str, str], untold: set[tuple[str, str]]) -> bool:
    kind, name = key
    return any(kind == each and (name.startswith(of) or name.endswith(of)) for each, of in untold)


# -- what is set ------------------------------------------------------------------------------------------------------


def _settings(overview: Overview) -> Told:
    told = _of_security(overview.cell.security)
    told |= dict(_certificates(overview))
    for node in overview.cell.nodes:
        told |= dict(_of_node(node))
    return told


def _of_security(security: Security) -> Told:
    told: Told = {
        ("cell", "security.xml"): {
            "enabled": str(security.enabled).lower(),
            "dynamicallyUpdateSSLConfig": _flag(security.dynamic_update),
            "defaultSSLSettings": _config_name(security.default_config),
            **dict(security.fips),
        }
    }
    told |= {("SSL configuration", _config_name(each)): _of_config(each) for each in security.configs}
    told |= {
        ("endpoint security", f"{_scope(each.scope)}, {each.direction.value}"): {
            "SSL configuration": _config_name(each.config),
            "certificate": each.certificate_alias,
        }
        for each in security.groups
    }
    told |= {
        ("dynamic selection", f"{each.name} of {_scope(each.scope)}"): {
            "connections": each.info,
            "SSL configuration": _config_name(each.config),
            "certificate": each.certificate_alias,
        }
        for each in security.dynamic
    }
    told |= {("key store", _store_name(each)): _of_store(each) for each in security.key_stores}
    return told


def _of_config(config: SSLConfig) -> Facts:
    return {
        "protocol": config.protocol,
        "cipher level": config.level,
        "cipher suites": " ".join(config.ciphers),
        "client authentication": config.client_auth.value,
        "key store": _store_name(config.key_store),
        "trust store": _store_name(config.trust_store),
        "server certificate": config.server_alias,
        "client certificate": config.client_alias,
        "JSSE provider": config.jsse_provider,
    }


def _of_store(store: KeyStore) -> Facts:
    return {"location": store.location, "type": store.type, "usage": store.usage, "provider": store.provider}


def _certificates(overview: Overview) -> Iterator[tuple[tuple[str, str], Facts]]:
    """Yield what is in the stores that can be opened."""
    for each in overview.cell.security.key_stores:
        opened = overview.stores.open("", each)
        for entry in opened.store.entries if opened.store else ():
            if entry.certificates:
                shown = entry.certificates[0]
                name = f"{entry.alias or certificates.short(shown)} in {_store_name(each)}"
                yield (
                    ("certificate", name),
                    {
                        "entry": entry.kind.value,
                        "for": certificates.text(shown.subject),
                        "until": f"{shown.not_valid_after_utc:%Y-%m-%d}",
                        "SHA-256": certificates.fingerprint(shown)[:23],
                    },
                )


def _of_node(node: Node) -> Iterator[tuple[tuple[str, str], Facts]]:
    yield ("node", node.name), {"host": node.host, "version": node.version, "node groups": ", ".join(node.groups)}
    for process in node.processes:
        yield ("process", process.label), {"type": process.type, "cluster": process.cluster}
        for endpoint in process.endpoints:
            where = {"host": endpoint.host, "port": str(endpoint.port)}
            yield ("endpoint", f"{process.label} {endpoint.name}"), where
        for chain in process.chains:
            facts = {"direct alias": chain.alias, "SSL": _flag(chain.tls), "on": _flag(chain.enabled)}
            yield ("transport chain", f"{process.label} {chain.name}"), facts
    for block in node.client.blocks if node.client else ():
        yield (
            ("command-line client", f"{node.name} {block.alias}"),
            {
                "protocol": block.protocol,
                "cipher level": block.level,
                "cipher suites": " ".join(block.ciphers),
                "key store": block.key_store,
                "trust store": block.trust_store,
                "certificate": block.client_alias,
            },
        )


# -- what it comes to -------------------------------------------------------------------------------------------------


def _outcome(overview: Overview) -> Told:
    """Give what counts at each endpoint and outward."""
    return {(OUTCOME, _line_name(line)): _of_line(line) for line in overview.lines}


def _line_name(line: Line) -> str:
    return f"{line.process.label}: {line.resolved.direction.value} {line.what}"


def _of_line(line: Line) -> Facts:
    config = line.resolved.config
    shown = line.held.certificate if line.held else None
    return {
        "SSL configuration": _config_name(config),
        "protocol": config.protocol if config else "",
        "ciphers": (" ".join(config.ciphers) or config.level) if config else "",
        "client authentication": config.client_auth.value if config else "",
        "certificate": line.resolved.certificate_alias,
        "SHA-256": certificates.fingerprint(shown)[:23] if shown else "",
        "decided by": _scope(line.resolved.choice.scope) or line.resolved.choice.words,
    }


# -- names ------------------------------------------------------------------------------------------------------------


def _scope(scope: Scope | None) -> str:
    if scope is None:
        return ""
    return replace(scope, cell="").words.strip()


def _config_name(config: SSLConfig | None) -> str:
    return f"{config.alias} of {_scope(config.scope)}" if config else ""


def _store_name(store: KeyStore | None) -> str:
    return f"{store.name} of {_scope(store.scope)}" if store else ""


def _flag(value: bool | None) -> str:
    return "" if value is None else str(value).lower()
