"""HAProxy (tried with 2.6): `acl src` for networks, regular expressions on the Cookie header; it cannot ask limner.

Source: its configuration manual. All networks are written as IPv6, IPv4 ones as IPv4-mapped: of an IPv4 network HAProxy
would also let in its 6to4 and IPv4-compatible addresses (7.1.6), and of `::/0` all of IPv4. `req.cook` is not used: it
parts cookies at commas too, and takes quotation marks away. A line has at most 2,048 bytes and 64 words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv6Address, summarize_address_range
from pathlib import PurePosixPath
from socket import AF_INET6, inet_ntop
from urllib.parse import urlsplit

from limner import settings
from limner.gateway.export.cookies import TOO_MANY, pattern
from limner.gateway.export.plan import Door, Listen, Plan, Way
from limner.gateway.export.syntax import GAP, Comment, Dialect, ExportError, Line, Node, Raw, block, line, rows, written
from limner.policy.networks import Networks

DOOR: Door | None = None
VERIFIES = True  # the certificate of a server behind it, without being told how
ROW = 40  # networks in a line, well below its words

_PLAIN = re.compile(r"[A-Za-z0-9_./:@*=-]+")
KINDS = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def quote(text: str) -> str:
    """Give a word: between single quotation marks nothing has a meaning."""
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", r"'\''") + "'"


DIALECT = Dialect(
    quote=quote,
    opening=" ".join,
    closing=lambda head: None,
    line_bytes=2040,
    line_words=60,
)


def export(plan: Plan) -> str:
    """Write the configuration: three sections, which can stand alone or beside others."""
    if plan.site.root is not None:
        raise ExportError(
            "HAProxy gives out no files", hint="say with --limner URL where limner answers, without --root"
        )
    judged = [node for way in plan.ways for node in (way.title, *_way(way), GAP)]
    nodes: list[Node] = [
        *plan.notes,
        GAP,
        block(("defaults", "limner"), [line("mode", "http"), *_timeouts()]),
        GAP,
        block(
            ("frontend", "limner", "from", "limner"),
            [
                *(line("bind", *_bind(listen)) for listen in plan.site.heard),
                GAP,
                *judged,
                *_refusal(plan),
                Line((Raw("http-request"), "set-header", "X-Forwarded-For", Raw("%[src]"))),
                line("default_backend", "limner"),
            ],
        ),
        GAP,
        block(("backend", "limner", "from", "limner"), [_server(plan.forwards)]),
    ]
    return written(nodes, DIALECT)


def _timeouts() -> list[Node]:
    return [
        line("timeout", "http-request", "10s"),
        line("timeout", "connect", "5s"),
        line("timeout", "client", "30s"),
        line("timeout", "server", "30s"),
    ]


def _way(way: Way) -> list[Node]:
    nodes: list[Node] = []
    holds: list[str] = []
    if way.networks is not None:
        name = f"limner_from_{way.number}"
        nodes += [line("acl", name, "src", *row) for row in rows(_as_ipv6(way.networks), ROW)]
        holds.append(name)
    if way.cookies:
        name, many = f"limner_cookie_{way.number}", f"limner_many_{way.number}"
        found = [(name, pattern(cookie)) for cookie in way.cookies]
        nodes += [
            Line((Raw("acl"), each, Raw("req.fhdr(cookie)"), "-m", "reg", "--", text))
            for each, text in [*found, (many, TOO_MANY)]
        ]
        holds += [name, f"!{many}"]
    verdict = Raw("http-request set-var(txn.limner_in) bool(true) if")
    return [*nodes, Line((verdict, *map(Raw, holds)))]


def _as_ipv6(networks: Networks) -> Iterator[str]:
    """Give the networks of a set, all as IPv6."""
    for start, end in networks.intervals():
        for network in summarize_address_range(IPv6Address(start), IPv6Address(end - 1)):
            yield f"{inet_ntop(AF_INET6, network.network_address.packed)}/{network.prefixlen}"


def _refusal(plan: Plan) -> list[Node]:
    unless = Raw("unless { var(txn.limner_in) -m bool }")
    if isinstance(plan.otherwise, settings.Redirect):
        address = plan.otherwise.redirect.replace("%", "%%")  # it is a format
        answer = Line((Raw("http-request redirect code 302 location"), address, unless))
    elif plan.otherwise == "placeholder":
        file = plan.site.placeholder or ""
        kind = KINDS.get(PurePosixPath(file).suffix.lower(), "image/jpeg")
        answer = Line((Raw("http-request return status 200 content-type"), kind, Raw("file"), file, unless))
    else:
        answer = Line((Raw("http-request deny deny_status 403"), unless))
    return [Comment("nobody else"), answer, GAP]


def _bind(listen: Listen) -> tuple[str, ...]:
    if listen.host == "*":
        return f":::{listen.port}", "v4v6"
    host = listen.host.strip("[]")
    return (f"{host}:{listen.port}", "v6only") if ":" in host else (f"{host}:{listen.port}",)


def _server(origin: str) -> Node:
    parts = urlsplit(origin)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = f"{parts.hostname}:{port}"
    if parts.scheme == "https":
        name = str(parts.hostname)
        return line(
            "server", "limner", address, "ssl", "verify", "required", "ca-file", "@system-ca", "verifyhost", name
        )
    return line("server", "limner", address)
