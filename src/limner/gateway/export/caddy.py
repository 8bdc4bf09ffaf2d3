"""Caddy (tried with 2.6), as a Caddyfile: `remote_ip`, `header_regexp`, and `forward_auth` for what limner is asked.

Source: its documentation. Each Cookie header is looked at by itself, as it should be; regular expressions are RE2.
IPv4 visitors are IPv4 to `remote_ip`, whatever the socket.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from limner import settings
from limner.gateway.export.cookies import TOO_MANY, pattern_of_any
from limner.gateway.export.plan import Door, Plan, Way
from limner.gateway.export.syntax import (
    GAP,
    Block,
    Comment,
    Dialect,
    ExportError,
    Node,
    Raw,
    block,
    line,
    rows,
    written,
)

DOOR: Door | None = "caddy"
VERIFIES = True  # the certificate of a server behind it, without being told how

_PLAIN = re.compile(r"[A-Za-z0-9_./:@*=-]+")


def quote(text: str) -> str:
    """Give a word; between backquotes nothing has a meaning."""
    if _PLAIN.fullmatch(text):
        return text
    if "`" not in text:
        return f"`{text}`"
    if "\\" in text or '"' in text:
        raise ExportError(f"Caddy has no way to write {text[:80]!r}")
    return f'"{text}"'


DIALECT = Dialect(
    quote=quote,
    opening=lambda words: f"{' '.join(words)} {{".lstrip(),
    closing=lambda head: "}",
)


def export(plan: Plan) -> str:
    """Write the Caddyfile."""
    matchers = [node for way in plan.ways for node in (way.title, _matcher(way), GAP)]
    let_in = [
        Block((Raw("handle"), Raw(f"@limner_{way.number}")), [line("import", "limner_photos")]) for way in plan.ways
    ]
    site = plan.site
    hosts = dict.fromkeys(listen.host.strip("[]") for listen in site.heard)
    ports = dict.fromkeys(listen.port for listen in site.heard)
    if len(hosts) * len(ports) != len(set(site.heard)):
        raise ExportError("Caddy listens on every port at every address of a site", hint="give each --listen one port")
    bound: list[Node] = [] if "*" in hosts else [line("bind", *hosts), GAP]
    addresses = ", ".join(f"http://{site.name or ''}:{port}" for port in ports)
    nodes: list[Node] = [
        *plan.notes,
        GAP,
        Block(
            (Raw(""),),
            [Comment("no more than limner itself reads"), block(("servers",), [line("max_header_size", "16KB")])],
        ),
        GAP,
        block(("(limner_photos)",), _content(plan)),
        GAP,
        block(
            (addresses,),
            [
                *bound,
                *matchers,
                block(("route",), [*let_in, block(("handle",), _others(plan))]),
            ],
        ),
    ]
    return written(nodes, DIALECT)


def _matcher(way: Way) -> Node:
    tests: list[Node] = []
    if way.networks is not None:
        tests += [line("remote_ip", *row) for row in rows(way.networks.cidrs())]
    if way.cookies:
        tests.append(line("header_regexp", "Cookie", pattern_of_any(way.cookies)))
        tests.append(line("not", "header_regexp", "Cookie", TOO_MANY))
    return Block((Raw(f"@limner_{way.number}"),), tests)


def _content(plan: Plan) -> list[Node]:
    if plan.site.root is None:
        return [line("reverse_proxy", plan.forwards)]
    return [line("root", "*", plan.site.root), line("file_server")]


def _others(plan: Plan) -> list[Node]:
    """Give what is done with visitors whom no way lets in: limner is asked, or they are refused."""
    if plan.asked:
        return [
            block(("forward_auth", plan.forwards), [line("uri", "/auth")]),
            line("import", "limner_photos"),
        ]
    if isinstance(plan.otherwise, settings.Redirect):
        return [line("redir", plan.otherwise.redirect, "302")]
    if plan.otherwise == "placeholder":
        file = PurePosixPath(plan.site.placeholder or "")
        return [line("root", "*", str(file.parent)), line("rewrite", "*", f"/{file.name}"), line("file_server")]
    return [line("respond", "403")]
