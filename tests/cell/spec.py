"""Random small cells: as plain facts, and as WebSphere's files with their elements in any order."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from hypothesis import strategies as st

CELL = "c"
ENDPOINTS = ("WC_defaulthost_secure", "SOAP_CONNECTOR_ADDRESS")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
XMI = 'xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI"'


@dataclass(frozen=True)
class Spec:
    """What a cell sets; scopes are WebSphere's texts, configurations are told by their place in `configs`."""

    nodes: Mapping[str, Mapping[str, str]]  # node -> server -> cluster or ""
    node_groups: Mapping[str, tuple[str, ...]]
    configs: tuple[tuple[str, str, str], ...]  # alias, scope, protocol
    settings: tuple[tuple[str, str, int, str], ...] = ()  # scope, direction, configuration, certificate
    dynamic: tuple[tuple[str, str, str, int], ...] = ()  # name, scope, info, configuration
    direct: Mapping[tuple[str, str, str], str] = field(default_factory=dict)  # node, server, endpoint -> alias

    @property
    def scopes(self) -> list[str]:
        return every_scope(self.nodes, self.node_groups)


def every_scope(nodes: Mapping[str, Mapping[str, str]], node_groups: Mapping[str, tuple[str, ...]]) -> list[str]:
    cell = f"(cell):{CELL}"
    clusters = {cluster for servers in nodes.values() for cluster in servers.values() if cluster}
    found = [cell, *(f"{cell}:(nodegroup):{each}" for each in node_groups)]
    found += [f"{cell}:(cluster):{each}" for each in sorted(clusters)]
    for node, servers in nodes.items():
        found.append(f"{cell}:(node):{node}")
        for server in servers:
            found.append(f"{cell}:(node):{node}:(server):{server}")
            found += [f"{cell}:(node):{node}:(server):{server}:(endpoint):{each}" for each in ENDPOINTS]
    return found


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    cluster = st.sampled_from(["", "k1", "k2"])
    servers = st.dictionaries(st.sampled_from(["s1", "s2"]), cluster, min_size=1)
    nodes = draw(st.dictionaries(st.sampled_from(["n1", "n2"]), servers, min_size=1))
    members = st.lists(st.sampled_from(sorted(nodes)), min_size=1, unique=True).map(tuple)
    groups = draw(st.dictionaries(st.sampled_from(["g1"]), members))
    scopes = st.sampled_from(every_scope(nodes, groups))
    alias, protocol = st.sampled_from(["A", "B"]), st.sampled_from(["SSL_TLS", "TLSv1.2"])
    config = st.tuples(alias, scopes, protocol)
    configs = draw(st.lists(config, min_size=1, max_size=5, unique_by=lambda each: each[:2]))
    number = st.integers(0, len(configs) - 1)
    direction = st.sampled_from(["inbound", "outbound"])
    setting = st.tuples(scopes, direction, number, st.sampled_from(["", "cert1", "cert2"]))
    info = st.sampled_from(["*,*,*", "HTTP,*,*", "HTTP,h1,443", "IIOP,*,*|HTTP,H1,*", "HTTP,h*,*", "LDAP,*,*"])
    chosen = st.tuples(st.sampled_from(["d1", "d2"]), scopes, info, number)
    points = [(node, server, each) for node in sorted(nodes) for server in sorted(nodes[node]) for each in ENDPOINTS]
    return Spec(
        nodes=nodes,
        node_groups=groups,
        configs=tuple(configs),
        settings=tuple(draw(st.lists(setting, max_size=8, unique_by=lambda each: each[:2]))),
        dynamic=tuple(draw(st.lists(chosen, max_size=3, unique_by=lambda each: each[:2]))),
        direct=draw(st.dictionaries(st.sampled_from(points), st.sampled_from(["A", "B", "gone"]), max_size=3)),
    )


def tag(name: str, inside: str = "", /, **attributes: str) -> str:
    written = "".join(f" {key.replace('xmi_', 'xmi:')}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{inside}</{name}>"


def security(spec: Spec, seed: int = 0) -> bytes:
    """Write security.xml, its elements in an order, and with ids, that the seed decides."""
    chance = random.Random(seed)
    ids = [f"id{number}" for number in range(500)]
    chance.shuffle(ids)
    give = iter(ids)
    scopes = {scope: next(give) for scope in spec.scopes}
    configs = [next(give) for _ in spec.configs]
    parts = [tag("managementScopes", xmi_id=number, scopeName=scope) for scope, number in scopes.items()]
    for number, (alias, scope, protocol) in zip(configs, spec.configs, strict=True):
        setting = tag("setting", xmi_id=next(give), sslProtocol=protocol, securityLevel="HIGH")
        parts.append(tag("repertoire", setting, xmi_id=number, alias=alias, managementScope=scopes[scope]))
    for scope, direction, config, certificate in spec.settings:
        parts.append(
            tag(
                "sslConfigGroups",
                xmi_id=next(give),
                name=scope.rpartition(":")[2],
                direction=direction,
                sslConfig=configs[config],
                certificateAlias=certificate,
                managementScope=scopes[scope],
            )
        )
    for name, scope, info, config in spec.dynamic:
        parts.append(
            tag(
                "dynamicSSLConfigSelections",
                xmi_id=next(give),
                name=name,
                dynamicSelectionInfo=info,
                sslConfig=configs[config],
                managementScope=scopes[scope],
            )
        )
    chance.shuffle(parts)
    inside = "\n".join(parts)
    return f'{HEAD}<security:Security {XMI} xmlns:security="s" enabled="true">{inside}</security:Security>'.encode()


def document(kind: str, inside: str, **attributes: str) -> bytes:
    """Write a document whose root bears a prefix, as WebSphere's do."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f'{HEAD}<w:{kind} {XMI} xmlns:w="w"{written}>{inside}</w:{kind}>'.encode()


def files(spec: Spec, seed: int = 0) -> dict[str, bytes]:
    """Write all files of a cell by their paths below it, in an order that the seed decides."""
    found = {"security.xml": security(spec, seed)}
    for node, servers in spec.nodes.items():
        entries = []
        for server in servers:
            points = [
                tag("specialEndpoints", tag("endPoint", host="*", port=str(9000 + at)), endPointName=name)
                for at, name in enumerate(ENDPOINTS)
            ]
            entries.append(tag("serverEntries", "".join(points), serverName=server, serverType="APPLICATION_SERVER"))
            found[f"nodes/{node}/servers/{server}/server.xml"] = server_xml(spec, node, server)
        random.Random(seed).shuffle(entries)
        found[f"nodes/{node}/serverindex.xml"] = document("ServerIndex", "\n".join(entries), hostName=f"{node}.test")
    for group, members in spec.node_groups.items():
        inside = "".join(tag("members", nodeName=node) for node in members)
        found[f"nodegroups/{group}/nodegroup.xml"] = document("NodeGroup", inside, name=group)
    for cluster in {each for servers in spec.nodes.values() for each in servers.values() if each}:
        pairs = [(node, server) for node in spec.nodes for server, of in spec.nodes[node].items() if of == cluster]
        inside = "".join(tag("members", nodeName=node, memberName=server) for node, server in pairs)
        found[f"clusters/{cluster}/cluster.xml"] = document("ServerCluster", inside, name=cluster)
    paths = sorted(found)
    random.Random(seed).shuffle(paths)
    return {path: found[path] for path in paths}


def server_xml(spec: Spec, node: str, server: str) -> bytes:
    parts = []
    for at, name in enumerate(ENDPOINTS):
        alias = spec.direct.get((node, server, name), "")
        if name == "SOAP_CONNECTOR_ADDRESS":
            found = tag("properties", name="sslConfig", value=alias) if alias else ""
            parts.append(tag("connectors", found, xmi_type="adminservice:SOAPConnector"))
            continue
        parts += [
            tag("transportChannels", xmi_type="c:TCPInboundChannel", xmi_id=f"t{at}", endPointName=name),
            tag("transportChannels", xmi_type="c:SSLInboundChannel", xmi_id=f"s{at}", sslConfigAlias=alias),
            tag("chains", xmi_id=f"c{at}", name=f"chain{at}", enable="true", transportChannels=f"t{at} s{at} h{at}"),
        ]
    return document("Server", "".join(parts), name=server)


def write(folder: Path, written: Mapping[str, bytes], cell: str = CELL) -> Path:
    """Put files below `config/cells/<cell>` of a folder, which is then a profile."""
    for path, raw in written.items():
        file = folder / "config" / "cells" / cell / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    return folder
