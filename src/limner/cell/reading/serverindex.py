"""Reads serverindex.xml: the processes of a node, and their ports.

Its `xmi:id`s are the same in every default profile: nothing is keyed by them.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Final

from limner.cell.model import Endpoint, Kind, Process, Transport
from limner.cell.reading.markup import Element, parse

_KINDS: Final = {
    "DEPLOYMENT_MANAGER": Kind.DMGR,
    "NODE_AGENT": Kind.NODE_AGENT,
    "APPLICATION_SERVER": Kind.APPLICATION_SERVER,
    "PROXY_SERVER": Kind.PROXY,
    "ONDEMAND_ROUTER": Kind.ON_DEMAND_ROUTER,
    "WEB_SERVER": Kind.WEB_SERVER,
}


@cache
def _transports() -> dict[str, Transport]:
    """Read endpoints.csv: how TLS is spoken at WebSphere's own endpoints, and who says so."""
    text = files("limner.cell.reading").joinpath("endpoints.csv").read_text("utf-8")
    return {row["endpoint"]: Transport(row["transport"]) for row in csv.DictReader(text.splitlines())}


def read_serverindex(raw: bytes, file: str, node: str) -> tuple[str, tuple[Process, ...]]:
    """Give a node's host name, and its processes sorted by name. Raises CellError."""
    root = parse(raw, file, "ServerIndex")
    host = root.get("hostName")
    processes: dict[str, Process] = {}
    for entry in root.all("serverEntries"):
        name = entry.need("serverName")
        if name in processes:
            raise entry.wrong(f"the server {name} is there twice")
        kind = entry.need("serverType")
        processes[name] = Process(
            node=node,
            name=name,
            kind=_KINDS.get(kind, Kind.OTHER),
            type=kind,
            endpoints=_endpoints(entry, host),
        )
    return host, tuple(processes[name] for name in sorted(processes))


def _endpoints(entry: Element, host: str) -> tuple[Endpoint, ...]:
    found: dict[str, Endpoint] = {}
    for special in entry.all("specialEndpoints"):
        name = special.need("endPointName")
        if name in found:
            raise special.wrong(f"the endpoint {name} of {entry.get('serverName')} is there twice")
        for point in special.all("endPoint"):
            written = point.get("host")
            found[name] = Endpoint(
                name=name,
                host=host if written in ("", "*") or written.startswith("${") else written,
                port=_port(point),
                transport=_transports().get(name, Transport.UNKNOWN),
                line=special.line,
            )
    return tuple(found[name] for name in sorted(found))


def _port(point: Element) -> int:
    text = point.need("port")
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise point.wrong(f"{text[:80]!r} is not a port")
    return int(text)
