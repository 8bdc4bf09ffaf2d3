"""What looks wrong in a cell: what will break a connection, what may, and what is good to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from limner.cell.keystores import certificate as certificates
from limner.cell.model import Node
from limner.cell.overview import Line, Overview, copy, versions
from limner.cell.suites import suites_of

EXPIRES_SOON: Final = 60  # days: WebSphere's own expiration monitor begins to tell then


class Severity(StrEnum):
    """How bad it is. An error breaks something, a warning may or will; a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found. `where` are processes, nodes or files; `text` is a sentence without its full stop."""

    severity: Severity
    text: str
    where: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {"severity": self.severity.value, "text": self.text, "where": list(self.where)}


def find(overview: Overview) -> list[Finding]:
    """Find what looks wrong, the worst first; what is found at several places is told once."""
    found: dict[tuple[Severity, str], dict[str, None]] = {}
    for severity, text, where in _all(overview):
        found.setdefault((severity, text), {})[where] = None
    order = list(Severity)
    findings = [Finding(severity, text, tuple(where)) for (severity, text), where in found.items()]
    return sorted(findings, key=lambda each: order.index(each.severity))


_Told = Iterable[tuple[Severity, str, str]]


def _all(overview: Overview) -> Iterator[tuple[Severity, str, str]]:
    for node in overview.cell.nodes:
        yield from _of_node(overview, node)
    for line in overview.lines:
        yield from _of_line(overview, line)
    for note in overview.cell.notes:
        where = f"{note.file}, line {note.line}" if note.line else note.file
        yield Severity.WARNING if note.wrong else Severity.NOTE, note.text, where
    if dict(overview.cell.security.fips).get("com.ibm.security.useFIPS") == "true":
        text = "FIPS is on: TLS is used whatever the SSL configurations say, with SP800-131 strictly TLSv1.2 only"
        yield Severity.NOTE, text, f"cell {overview.cell.name}"
    if overview.cell.security.dynamic_update is not False:
        text = (
            "SSL changes count at once at endpoints with an SSL channel (9043), after a restart at others (SOAP 8879),"
            " and at nodes after they synchronise: switch dynamicallyUpdateSSLConfig off before you narrow protocols"
        )
        yield Severity.NOTE, text, f"cell {overview.cell.name}"


def _of_node(overview: Overview, node: Node) -> _Told:
    where = f"node {node.name}"
    if copy(overview.cell, node) == "stale":
        yield (
            Severity.WARNING,
            "its copy of security.xml is not the deployment manager's: it has not synchronised",
            where,
        )
    if node.security is not None:
        master, own = overview.cell.files, node.files
        other = [
            path for path in sorted(own) if not path.startswith("etc/") and master.get(path, own[path]) != own[path]
        ]
        if other:
            text = f"its copies of these stores are not the deployment manager's: {', '.join(other)}"
            yield Severity.WARNING, text, where
    for block in node.client.blocks if node.client else ():
        label = f"node {node.name}, ssl.client.props, {block.alias}"
        for trust in (False, True):
            opened = overview.stores.open_client(node.name, block, trust=trust)
            if opened.given and opened.trouble:
                yield Severity.ERROR, f"a client's store cannot be opened: {opened.trouble}", label


def _of_line(overview: Overview, line: Line) -> _Told:
    where = line.process.label
    for text in line.resolved.uncertain:
        yield Severity.NOTE, f"not certain: {text}", where
    config = line.resolved.config
    if config is None:
        yield Severity.ERROR, f"no SSL configuration is there for {line.what} ({line.resolved.choice.words})", where
        return
    name = f"{config.alias} of {config.scope.words}"
    node = overview.cell.node(line.process.node)
    jdk = overview.jdk_of(node) if node else overview.jdk
    enabled = versions(config, jdk)
    if enabled is None:
        yield Severity.ERROR, f"{name}: {config.protocol} is not a protocol that WebSphere has", where
    elif not enabled.maybe and not enabled.sure:
        yield Severity.ERROR, f"{name}: {config.protocol} enables nothing on {jdk.words if jdk else 'any SDK'}", where
    elif frozenset() in enabled.worlds:
        text = f"{name}: {config.protocol} may enable nothing, by the level of the SDK: say which it is with --jdk"
        yield Severity.NOTE, text, where
    try:
        for note in suites_of(config.level, config.ciphers, jdk).notes:
            yield Severity.NOTE, f"{name}: {note}", where
    except ValueError as why:
        yield Severity.ERROR, f"{name}: {why}", where
    yield from _of_key(line, name, where)
    yield from _of_trust(overview, line, where)


def _of_key(line: Line, name: str, where: str) -> _Told:
    opened, alias = line.opened, line.resolved.certificate_alias
    if opened is None:
        yield Severity.ERROR, f"{name} has no key store", where
        return
    if opened.trouble:
        if opened.given:
            yield Severity.ERROR, f"a key store cannot be opened: {opened.trouble}", where
        else:
            yield Severity.NOTE, f"the key store of {name} is not looked into: {opened.trouble}", where
        return
    if line.held is None:
        count = len(opened.store.keys) if opened.store else 0
        if alias:
            yield (
                Severity.ERROR,
                f"{opened.path} has no certificate {alias}, which is set: the server may not start",
                where,
            )
        elif count > 1:
            text = f"no certificate is named, and {opened.path} has {count}: which one is served is by chance"
            yield Severity.WARNING, text, where
        else:
            yield Severity.ERROR, f"{opened.path} has no certificate with a key", where
        return
    certificate = line.held.certificate
    called = f"the certificate {line.held.entry.alias} in {opened.path}"
    days = certificates.days_left(certificate, certificates.now())
    if days < 0:
        yield Severity.ERROR, f"{called} expired on {certificate.not_valid_after_utc:%Y-%m-%d}", where
    elif days < EXPIRES_SOON:
        yield Severity.WARNING, f"{called} expires on {certificate.not_valid_after_utc:%Y-%m-%d}", where
    for weakness in certificates.weaknesses(certificate):
        yield Severity.WARNING, f"{called}: {weakness}", where
    missing = line.held.chain.missing
    if missing:
        yield Severity.WARNING, f"{called}: its chain is not whole, {certificates.text(missing)} is missing", where


def _of_trust(overview: Overview, line: Line, where: str) -> _Told:
    config = line.resolved.config
    if config is None or config.trust_store is None:
        return
    opened = overview.stores.open(line.process.node, config.trust_store)
    if opened.trouble and opened.given:
        yield Severity.ERROR, f"a trust store cannot be opened: {opened.trouble}", where
