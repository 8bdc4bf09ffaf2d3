"""The endpoints of a cell that speak TLS, as its files have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.x509 import Certificate

from limner.cell.model import ClientAuth, Transport
from limner.cell.overview import Line, Overview, versions
from limner.cell.scan.compare import Configured
from limner.cell.scan.suites import Version
from limner.cell.scan.target import Target
from limner.cell.suites import Version as Named

_VERSIONS = dict(zip(Named, Version, strict=True))  # both from SSL 3.0 up
LOOPBACK = "IPC_CONNECTOR_ADDRESS"  # is on the node's loopback address, whatever serverindex.xml says


def configured(overview: Overview) -> tuple[Configured, ...]:
    """Give every endpoint of which it is known that it speaks TLS, in the cell's order."""
    return tuple(_endpoints(overview))


def _endpoints(overview: Overview) -> Iterator[Configured]:
    for line in overview.lines:
        endpoint, config = line.endpoint, line.resolved.config
        if endpoint is None or config is None or endpoint.name == LOOPBACK:
            continue
        if endpoint.transport not in (Transport.CHANNEL, Transport.DIRECT) or not 0 < endpoint.port < 65536:
            continue
        certain = not line.resolved.uncertain
        node = overview.cell.node(line.process.node)
        enabled = versions(config, overview.jdk_of(node) if node else overview.jdk) if certain else None
        yield Configured(
            Target(endpoint.host, endpoint.port),
            line.process.label,
            endpoint.name,
            config.alias,
            _numbers(enabled.sure) if enabled else None,
            _numbers(enabled.maybe) if enabled else None,
            _certificate(line) if certain else None,
            config.client_auth is not ClientAuth.NONE if certain else None,
        )


def _certificate(line: Line) -> Certificate | None:
    return line.held.certificate if line.held else None


def _numbers(named: Iterable[Named]) -> frozenset[Version]:
    return frozenset(_VERSIONS[each] for each in named)
