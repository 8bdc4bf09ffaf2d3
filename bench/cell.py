"""The cell bench: a cell of 50 nodes and 1,000 servers, read and shown as an administrator does it."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.results import Section, Target
from bench.servers import open_folder, say

WANTED = 5.0  # seconds
SCHEMA = "http://www.ibm.com/websphere/appserver/schemas/5.0"
ENDPOINTS = (  # of each server, as serverindex.xml of a real one has them
    "BOOTSTRAP_ADDRESS", "SOAP_CONNECTOR_ADDRESS", "ORB_LISTENER_ADDRESS", "SAS_SSL_SERVERAUTH_LISTENER_ADDRESS",
    "CSIV2_SSL_MUTUALAUTH_LISTENER_ADDRESS", "CSIV2_SSL_SERVERAUTH_LISTENER_ADDRESS", "WC_adminhost",
    "WC_adminhost_secure", "WC_defaulthost", "WC_defaulthost_secure", "DCS_UNICAST_ADDRESS", "SIB_ENDPOINT_ADDRESS",
    "SIB_ENDPOINT_SECURE_ADDRESS", "SIB_MQ_ENDPOINT_ADDRESS", "SIB_MQ_ENDPOINT_SECURE_ADDRESS", "SIP_DEFAULTHOST",
    "SIP_DEFAULTHOST_SECURE", "IPC_CONNECTOR_ADDRESS", "OVERLAY_UDP_LISTENER_ADDRESS", "OVERLAY_TCP_LISTENER_ADDRESS",
)  # fmt: skip
FILLER = "".join(  # what else a server.xml holds: thread pools, caches, logs
    f'<components xmi:id="X{at}" name="{at}" enable="true"><stateManagement initialState="START"/></components>\n'
    for at in range(60)
)
CHAINS = [name for name in ENDPOINTS if name.startswith(("WC_", "SIB_", "SIP_"))]


def bench(*, nodes: int, servers: int, rounds: int) -> Section:
    """Measure `limner cell show`, `diff` and `reach`. Raises BenchError."""
    rows, seconds = [], {}
    with open_folder() as folder:
        files = make(folder / "one", nodes, servers)
        make(folder / "other", nodes, servers, protocol="TLSv1.2")
        for name, arguments in (
            ("show", ["show", "one"]),
            ("show --json", ["show", "one", "--json"]),
            ("diff", ["diff", "one", "other"]),
            ("reach", ["reach", "one"]),
            ("reach --json --html", ["reach", "one", "--json", "--html", "reach.html"]),
        ):
            seconds[name] = min(measure(folder, arguments) for _ in range(rounds))
            rows.append([f"limner cell {name}", f"{seconds[name]:.2f}"])
            say(f"{name}: {seconds[name]:.2f} s")
    return Section(
        title="A large cell",
        about=(
            f"A cell of {nodes} nodes, their node agents and proxies, and {servers:,} servers with {len(ENDPOINTS)} "
            f"endpoints each, {files:,} files; "
            "the processor time of the whole command, in a process of its own; the best of "
            f"{rounds} rounds."
        ),
        headings=["command", "seconds"],
        rows=rows,
        targets=[Target(name, seconds[name], WANTED, unit=" s") for name in seconds if name != "diff"],
        notes=["No key store is in it: opening one takes some milliseconds, once for each."],
    )


def measure(folder: Path, arguments: list[str]) -> float:
    """Give the seconds of processor time that a command takes."""
    before = _children_seconds()
    command = [sys.executable, "-m", "limner", "cell", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    return _children_seconds() - before


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def make(folder: Path, nodes: int, servers: int, *, protocol: str = "SSL_TLSv2") -> int:
    """Write a cell; give the number of its files. Every fifth server has settings of its own."""
    cell = folder / "config" / "cells" / "big"
    files = dict(_files(nodes, servers, protocol))
    for path, text in files.items():
        file = cell / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return len(files)


def _files(nodes: int, servers: int, protocol: str) -> Iterator[tuple[str, str]]:
    # every fourth is called by the proxies of all nodes
    names = [f"{'chat' if at % 4 == 0 else 'server'}{at}" for at in range(servers)]
    by_node = {f"node{at}": names[at::nodes] for at in range(nodes)}
    yield "security.xml", _security(by_node, protocol)
    for node, names in by_node.items():
        entries = "".join(_entry(name, at) for at, name in enumerate(names))
        entries += _entry("nodeagent", len(names), "NODE_AGENT") + _entry("chatProxy", len(names) + 1, "PROXY_SERVER")
        entries += _entry("dmgr", len(names) + 2, "DEPLOYMENT_MANAGER") if node == "node0" else ""
        yield (
            f"nodes/{node}/serverindex.xml",
            _document("serverindex", "ServerIndex", entries, f' hostName="{node}.test"'),
        )
        for name in names:
            yield (
                f"nodes/{node}/servers/{name}/server.xml",
                _document("process", "Server", FILLER + _chains(), f' name="{name}"'),
            )


def _document(space: str, kind: str, inside: str, more: str = "") -> str:
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{space}:{kind} xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI"'
    )
    return f'{head} xmlns:{space}="{SCHEMA}/{space}.xmi"{more}>\n{inside}</{space}:{kind}>\n'


def _entry(name: str, at: int, kind: str = "APPLICATION_SERVER") -> str:
    points = "".join(
        f'<specialEndpoints endPointName="{point}">\n<endPoint host="*" port="{port}"/></specialEndpoints>\n'
        for port, point in enumerate(ENDPOINTS, 9000 + at * 50)
    )
    return f'<serverEntries serverName="{name}" serverType="{kind}">\n{points}</serverEntries>\n'


def _chains() -> str:
    lines = []
    for at, name in enumerate(CHAINS):
        channels = [f"TCP_{at}", *([f"SSL_{at}"] if "SECURE" in name.upper() else []), f"HTTP_{at}"]
        for channel in channels:
            kind = f"channels:{channel.partition('_')[0]}InboundChannel"
            point = f' endPointName="{name}"' if channel.startswith("TCP") else ""
            lines.append(f'<transportChannels xmi:type="{kind}" xmi:id="{channel}" name="{channel}"{point}/>\n')
        lines.append(f'<chains xmi:id="C{at}" name="C{at}" enable="true" transportChannels="{" ".join(channels)}"/>\n')
    return "".join(lines)


def _security(by_node: dict[str, list[str]], protocol: str) -> str:
    lines = [
        '<managementScopes xmi:id="S" scopeName="(cell):big"/>\n',
        _config("C", "CellDefaultSSLSettings", "S", protocol),
    ]
    lines += [_group("cell", way, "C", "S") for way in ("inbound", "outbound")]
    for node, names in by_node.items():
        lines.append(f'<managementScopes xmi:id="S{node}" scopeName="(cell):big:(node):{node}"/>\n')
        lines.append(_config(f"C{node}", "NodeDefaultSSLSettings", f"S{node}", protocol))
        lines += [_group(node, way, f"C{node}", f"S{node}") for way in ("inbound", "outbound")]
        for name in names[::5]:
            scope = f"S{node}{name}"
            lines.append(f'<managementScopes xmi:id="{scope}" scopeName="(cell):big:(node):{node}:(server):{name}"/>\n')
            lines += [_group(name, way, "C", scope) for way in ("inbound", "outbound")]
    return _document("security", "Security", "".join(lines), ' enabled="true"')


def _config(number: str, alias: str, scope: str, protocol: str) -> str:
    setting = f'<setting sslProtocol="{protocol}" securityLevel="HIGH"/>'
    return f'<repertoire xmi:id="{number}" alias="{alias}" managementScope="{scope}">{setting}</repertoire>\n'


def _group(name: str, way: str, config: str, scope: str) -> str:
    return f'<sslConfigGroups name="{name}" direction="{way}" sslConfig="{config}" managementScope="{scope}"/>\n'
