"""Reads server.xml: the transport chains of a server, and the SSL aliases that stand there directly."""

from __future__ import annotations

from limner.cell.model import Chain
from limner.cell.reading.markup import Element, parse

SOAP = "SOAP_CONNECTOR_ADDRESS"


def read_server(raw: bytes, file: str) -> tuple[str, tuple[Chain, ...]]:
    """Give the cluster that a server.xml names, "" for none, and its chains, sorted. Raises CellError.

    That a chain reaches its endpoint by the endPointName of its TCP channel no document was found to say.
    """
    root = parse(raw, file, "Server")
    chains = [*_chains(root), *_soap(root)]
    return root.get("clusterName"), tuple(sorted(chains, key=lambda each: (each.endpoint, each.name)))


def _chains(root: Element) -> list[Chain]:
    everything = list(root.walk())
    channels = {each.id: each for each in everything if each.name == "transportChannels"}
    found = []
    for chain in everything:
        if chain.name != "chains":
            continue
        parts = [channels[key] for key in chain.get("transportChannels").split() if key in channels]
        endpoint = next((name for each in parts if (name := each.get("endPointName"))), "")
        ssl = [each for each in parts if each.type in ("SSLInboundChannel", "SSLOutboundChannel")]
        if not endpoint and not ssl:
            continue
        found.append(
            Chain(
                name=chain.get("name") or chain.id,
                endpoint=endpoint,
                alias=next((each.get("sslConfigAlias") for each in ssl), ""),
                tls=bool(ssl),
                enabled=chain.flag("enable", otherwise=True),
                line=ssl[0].line if ssl else chain.line,
            )
        )
    return found


def _soap(root: Element) -> list[Chain]:
    """Find the direct alias of the administrative SOAP connector (IBM technote: its property `sslConfig`)."""
    return [
        Chain(name="SOAPConnector", endpoint=SOAP, alias=each.get("value"), tls=True, line=each.line)
        for connector in root.walk()
        if connector.name == "connectors" and connector.type == "SOAPConnector"
        for each in connector.all("properties")
        if each.get("name") == "sslConfig"
    ]
