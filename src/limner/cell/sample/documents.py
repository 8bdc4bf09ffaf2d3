"""The XML of the sample cell, in WebSphere's formats."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from limner.cell.sample.cast import CELL, NODES, TLS, Host, Server

_SCHEMA: Final = "http://www.ibm.com/websphere/appserver/schemas/5.0"


class Document:
    """A document in the making; every element gets an `xmi:id` of its own kind and number."""

    def __init__(self, space: str, kind: str, /, **attributes: str) -> None:
        self.root = Element(f"{space}:{kind}", {"xmi:version": "2.0", "xmlns:xmi": "http://www.omg.org/XMI"})
        self.root.set(f"xmlns:{space}", f"{_SCHEMA}/{space}.xmi")
        self.counts: dict[str, int] = {}
        self.root.set("xmi:id", self._id(kind))
        self.root.attrib.update(attributes)

    def add(self, parent: Element | None, name: str, kind: str, /, **attributes: str) -> str:
        """Add an element and give its `xmi:id`."""
        return self.element(parent, name, kind, **attributes).get("xmi:id", "")

    def element(self, parent: Element | None, name: str, kind: str, /, **attributes: str) -> Element:
        """Add an element and give it. An attribute `xmi_type` becomes `xmi:type`."""
        written = {key.replace("xmi_", "xmi:"): value for key, value in attributes.items()}
        return SubElement(self.root if parent is None else parent, name, {"xmi:id": self._id(kind), **written})

    def bytes(self) -> bytes:
        """Give the document as it stands in a file."""
        indent(self.root)
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(self.root) + b"\n"

    def _id(self, kind: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}_{self.counts[kind]}"


def serverindex(host: Host) -> bytes:
    """Write a node's serverindex.xml."""
    document = Document("serverindex", "ServerIndex", hostName=host.host)
    for server in host.servers:
        entry = document.element(None, "serverEntries", "ServerEntry", serverName=server.name, serverType=server.type)
        for name, port in server.ports.items():
            special = document.element(entry, "specialEndpoints", "NamedEndPoint", endPointName=name)
            where = "*" if name in TLS else host.host
            document.add(special, "endPoint", "EndPoint", host=where, port=str(port))
    return document.bytes()


def server_xml(server: Server) -> bytes:
    """Write a server.xml: the transport chains only."""
    named = {"clusterName": server.cluster} if server.cluster else {}
    document = Document("process", "Server", name=server.name, **named)
    document.root.set("xmlns:channelservice", f"{_SCHEMA}/channelservice.xmi")
    document.root.set("xmlns:channelservice.channels", f"{_SCHEMA}/channelservice.channels.xmi")
    service = document.element(
        None, "services", "TransportChannelService", xmi_type="channelservice:TransportChannelService", enable="true"
    )
    for name in server.ports:
        if name not in TLS:
            continue
        channels = [_channel(document, service, "TCPInboundChannel", endPointName=name)]
        if TLS[name]:
            channels.append(_channel(document, service, "SSLInboundChannel", sslConfigAlias=""))
        chain = f"{name}_chain"
        document.add(service, "chains", "Chain", name=chain, enable="true", transportChannels=" ".join(channels))
    return document.bytes()


def _channel(document: Document, service: Element, kind: str, **more: str) -> str:
    number = document.counts.get(kind, 0) + 1
    named = f"{kind.removesuffix('InboundChannel')}_{number}"
    kinds = f"channelservice.channels:{kind}"
    return document.add(service, "transportChannels", kind, xmi_type=kinds, name=named, **more)


def node_xml(host: Host) -> bytes:
    """Write a node.xml."""
    return Document("topology.node", "Node", name=host.node).bytes()


def cell_xml() -> bytes:
    """Write the cell.xml."""
    return Document("topology.cell", "Cell", name=CELL, cellType="DISTRIBUTED").bytes()


def clusters() -> dict[str, bytes]:
    """Write each cluster's cluster.xml, by the cluster's name."""
    found = {}
    for host in NODES:
        for server in host.servers:
            if server.cluster:
                document = Document("topology.cluster", "ServerCluster", name=server.cluster)
                document.add(None, "members", "ClusterMember", memberName=server.name, nodeName=host.node, weight="2")
                found[server.cluster] = document.bytes()
    return found


def node_group() -> bytes:
    """Write the nodegroup.xml of the group that every node is in."""
    document = Document("topology.nodegroup", "NodeGroup", name="DefaultNodeGroup")
    for host in NODES:
        document.add(None, "members", "NodeGroupMember", nodeName=host.node)
    return document.bytes()
