"""Puts a cell together from the places of its deployment manager and of its nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from limner.cell.errors import CellError
from limner.cell.model import Cell, Cluster, Endpoint, Kind, Node, Note, Process, Transport
from limner.cell.reading.client import read_client, read_properties
from limner.cell.reading.markup import parse
from limner.cell.reading.place import Tree, read_tree
from limner.cell.reading.security import read_security
from limner.cell.reading.server import read_server
from limner.cell.reading.serverindex import read_serverindex

_INDEX: Final = re.compile(r"nodes/([^/]+)/serverindex\.xml")
_SERVER: Final = re.compile(r"nodes/([^/]+)/servers/([^/]+)/server\.xml")
_OWN: Final = re.compile(r"nodes/[^/]+/servers/[^/]+/security\.xml")
_CLUSTER: Final = re.compile(r"clusters/([^/]+)/cluster\.xml")
_GROUP: Final = re.compile(r"nodegroups/([^/]+)/nodegroup\.xml")
_STORE: Final = re.compile(r"(?:.*/)?[^/]+\.(?:p12|pfx|jks|jceks)")


def read_cell(place: Path, nodes: Iterable[tuple[str, Path]] = (), *, side: str = "") -> Cell:
    """Read a cell from its deployment manager's files, and nodes' own profiles as (name, place).

    A node's name may be "": then it is the one whose servers the profile holds. `side` is `before` or `after`, for
    one half of a delta checkpoint. Raises CellError.
    """
    cell = read_one(read_tree(place, side))
    for name, profile in nodes:
        cell = _with_copy(cell, read_tree(profile), name)
    return cell


def read_one(tree: Tree) -> Cell:
    """Read a cell from one place. Raises CellError."""
    security, notes = read_security(tree.files["security.xml"], tree.where("security.xml"), tree.cell)
    clusters = tuple(_clusters(tree))
    groups = dict(_node_groups(tree))
    members = {member: cluster.name for cluster in clusters for member in cluster.members}
    nodes = [
        _node(tree, match[1], members, [name for name in sorted(groups) if match[1] in groups[name]])
        for path in sorted(tree.files)
        if (match := _INDEX.fullmatch(path))
    ]
    for path in sorted(tree.files):
        if _OWN.fullmatch(path):
            notes.append(Note(file=tree.where(path), line=0, text="a server's own security.xml is not read"))
    for path in tree.domains:
        notes.append(Note(file=tree.where(path), line=0, text="a security domain is not read: it may set other SSL"))
    if not nodes:
        notes.append(Note(file=tree.place, line=0, text="there is no serverindex.xml in it: no process is known"))
    client, told = read_client(tree.profile, tree.place)
    home = _home(tree, nodes)
    return Cell(
        name=tree.cell,
        security=security,
        nodes=tuple(replace(node, client=client) if node.name == home else node for node in nodes),
        clusters=clusters,
        notes=(*notes, *told),
        files=_stores(tree),
    )


def _home(tree: Tree, nodes: list[Node]) -> str:
    """Tell whose profile the place is: the deployment manager's, or, as that may be looked at too, a node's."""
    own = _own(tree)
    managers = {node.name for node in nodes if any(each.kind is Kind.DMGR for each in node.processes)}
    found = (own & managers) or own or managers or {node.name for node in nodes}
    return min(found) if len(found) == 1 else ""


def _own(tree: Tree) -> set[str]:
    """Give the nodes whose servers' files are there: of a node's profile that is itself only, as is inferred."""
    return {match[1] for path in tree.files if (match := _SERVER.fullmatch(path))}


def _node(tree: Tree, name: str, members: Mapping[tuple[str, str], str], groups: list[str]) -> Node:
    path = f"nodes/{name}/serverindex.xml"
    host, processes = read_serverindex(tree.files[path], tree.where(path), name)
    return Node(
        name=name,
        host=host,
        version=_version(tree, name),
        groups=tuple(groups),
        processes=tuple(_with_chains(tree, each, members.get(each.key, "")) for each in processes),
    )


def _with_chains(tree: Tree, process: Process, cluster: str) -> Process:
    path = f"nodes/{process.node}/servers/{process.name}/server.xml"
    if path not in tree.files:
        return replace(process, cluster=cluster)
    named, chains = read_server(tree.files[path], tree.where(path))
    tls = {chain.endpoint for chain in chains if chain.tls and chain.enabled and chain.endpoint}
    plain = {chain.endpoint for chain in chains if chain.endpoint} - tls

    def known(point: Endpoint) -> Endpoint:
        """Add what the chains say of an endpoint, which is more than its name does."""
        if point.name in tls and point.transport in (Transport.NONE, Transport.UNKNOWN):
            return replace(point, transport=Transport.CHANNEL)
        if point.name in plain:
            return replace(point, transport=Transport.NONE)
        return point

    return replace(process, cluster=cluster or named, chains=chains, endpoints=tuple(map(known, process.endpoints)))


def _version(tree: Tree, name: str) -> str:
    path = f"nodes/{name}/node-metadata.properties"
    if path not in tree.files:
        return ""
    values = {key: value for key, value, _ in read_properties(tree.files[path], tree.where(path))}
    return values.get("com.ibm.websphere.baseProductVersion", "")


def _clusters(tree: Tree) -> Iterable[Cluster]:
    for path in sorted(tree.files):
        if match := _CLUSTER.fullmatch(path):
            root = parse(tree.files[path], tree.where(path), "ServerCluster")
            members = sorted((each.need("nodeName"), each.need("memberName")) for each in root.all("members"))
            yield Cluster(name=root.get("name") or match[1], members=tuple(members))


def _node_groups(tree: Tree) -> Iterable[tuple[str, set[str]]]:
    for path in sorted(tree.files):
        if match := _GROUP.fullmatch(path):
            root = parse(tree.files[path], tree.where(path), "NodeGroup")
            yield root.get("name") or match[1], {each.need("nodeName") for each in root.all("members")}


def _stores(tree: Tree) -> dict[str, bytes]:
    return {path: raw for path, raw in {**tree.profile, **tree.files}.items() if _STORE.fullmatch(path)}


# -- a node's own profile ---------------------------------------------------------------------------------------------


def _with_copy(cell: Cell, tree: Tree, name: str) -> Cell:
    if tree.cell != cell.name:
        raise CellError(f"{tree.place} is of the cell {tree.cell}, not of {cell.name}")
    name = name or _whose(tree, cell)
    node = cell.node(name)
    if node is None:
        there = ", ".join(each.name for each in cell.nodes)
        raise CellError(f"{tree.place}: there is no node {name} in the cell", hint=f"there are: {there}")
    if node.security is not None:
        raise CellError(f"{tree.place}: it is of the node {name}, whose profile was given already")
    security, _ = read_security(tree.files["security.xml"], tree.where("security.xml"), tree.cell)
    client, told = read_client(tree.profile, tree.place)
    copied = replace(node, security=security, client=client or node.client, files=_stores(tree))
    return replace(
        cell,
        nodes=tuple(copied if each.name == name else each for each in cell.nodes),
        notes=(*cell.notes, *told),
    )


def _whose(tree: Tree, cell: Cell) -> str:
    own = _own(tree)
    own -= {node.name for node in cell.nodes if any(each.kind is Kind.DMGR for each in node.processes)}
    if len(own) != 1:
        raise CellError(f"{tree.place}: it does not tell which node's profile it is", hint="say it: --node NAME=PATH")
    return own.pop()
