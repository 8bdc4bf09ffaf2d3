"""nginx (tried with 1.22): `geo` for networks, `map` for cookies, `auth_request` for what limner is asked.

Sources: the manual's pages of ngx_http_geo_module, ngx_http_map_module, ngx_http_auth_request_module. IPv4-mapped
addresses are IPv4 addresses in `geo`. Several Cookie headers are one in `$http_cookie`, joined by semicolons. A
directive has at most 4,096 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from limner import settings
from limner.gateway.export.cookies import TOO_MANY, pattern
from limner.gateway.export.plan import Door, Listen, Plan, Way
from limner.gateway.export.syntax import GAP, Block, Comment, Dialect, Line, Node, Raw, block, line, written

DOOR: Door | None = "nginx"
VERIFIES = False  # the certificate of a server behind it, without being told how
ASK = "/_limner"  # a location that visitors cannot ask for
AT_ONCE = 50  # variables that one `map` looks at: its line must not grow too long
NO = line("default", "0")

_PLAIN = re.compile(r"[A-Za-z0-9_./:@=*\[\]-]+")


def quote(text: str) -> str:
    """Give a word; a dollar sign stays one, which is only right where nginx looks for no variables."""
    if _PLAIN.fullmatch(text):
        return text
    return '"' + re.sub(r'["\\]', r"\\\g<0>", text) + '"'


DIALECT = Dialect(
    quote=quote,
    opening=lambda words: f"{' '.join(words)} {{",
    closing=lambda head: "}",
    end=";",
    line_bytes=4000,
)


def export(plan: Plan) -> str:
    """Write the configuration: a file for the folder `conf.d`, within `http { }`."""
    nodes: list[Node] = [*plan.notes, GAP]
    for way in plan.ways:
        nodes += [way.title, *_way(way), GAP]
    nodes += _any_of("$limner_in", [_judged(way) for way in plan.ways])
    if isinstance(plan.otherwise, settings.Redirect) and "$" in plan.otherwise.redirect:
        nodes += [Block((Raw("geo"), Raw("$limner_dollar")), [Line((Raw("default"), "$"))])]
    return written([*nodes, GAP, _server(plan)], DIALECT)


def _way(way: Way) -> list[Node]:
    nodes: list[Node] = []
    if way.networks is not None:
        inside = [Line((network, "1")) for network in way.networks.cidrs()]
        nodes.append(Block((Raw("geo"), Raw(f"$limner_from_{way.number}")), [NO, *inside]))
    if way.cookies:
        found = [Line((f"~{pattern(cookie)}", "1")) for cookie in way.cookies]
        head = (Raw("map"), Raw("$http_cookie"), Raw(f"$limner_cookie_{way.number}"))
        nodes.append(Block(head, [NO, Line((f"~{TOO_MANY}", "0")), *found]))
    if len(nodes) == 2:
        both = Raw(f'"$limner_from_{way.number}$limner_cookie_{way.number}"')
        nodes.append(Block((Raw("map"), both, Raw(_judged(way))), [NO, line("11", "1")]))
    return nodes


def _judged(way: Way) -> str:
    """Give the variable that is 1 for visitors whom a way lets in."""
    if way.networks is not None and way.cookies:
        return f"$limner_rule_{way.number}"
    return f"$limner_{'cookie' if way.cookies else 'from'}_{way.number}"


def _any_of(variable: str, others: Sequence[str]) -> list[Node]:
    """Give the `map` for a variable that is 1 where one of the others is, else 0."""
    if not others:
        return [Block((Raw("geo"), Raw(variable)), [NO])]
    if len(others) <= AT_ONCE:
        return [Block((Raw("map"), Raw(f'"{"".join(others)}"'), Raw(variable)), [NO, line("~1", "1")])]
    parts = [others[at : at + AT_ONCE] for at in range(0, len(others), AT_ONCE)]
    names = [f"{variable}_{number}" for number in range(1, len(parts) + 1)]
    nodes = [node for name, part in zip(names, parts, strict=True) for node in _any_of(name, part)]
    return [*nodes, *_any_of(variable, names)]


def _server(plan: Plan) -> Node:
    site = plan.site
    nodes: list[Node] = [line("listen", address) for listen in site.heard for address in _listen(listen)]
    if site.name:
        nodes.append(line("server_name", site.name))
    gate: list[Node] = [Block((Raw("if"), Raw("($limner_in = 0)")), [line("return", "403")])]
    if plan.asked:
        gate = [line("auth_request", ASK)]
    refused = _refused(plan)
    if refused:
        nodes.append(line("error_page", "401", "403", "=", "@limner_refused"))
    nodes += [GAP, block(("location", "/"), [*gate, *_content(plan)])]
    if refused:
        nodes += [GAP, block(("location", "@limner_refused"), refused)]
    if plan.asked:
        nodes += [GAP, _ask(plan)]
    return block(("server",), nodes)


def _listen(listen: Listen) -> list[str]:
    return [f"{listen.port}", f"[::]:{listen.port}"] if listen.host == "*" else [f"{listen.host}:{listen.port}"]


def _content(plan: Plan) -> list[Node]:
    if plan.site.root is None:
        return [
            line("proxy_pass", plan.forwards),
            line("proxy_http_version", "1.1"),
            line("proxy_set_header", "Connection", ""),
            Line((Raw("proxy_set_header"), "Host", Raw("$host"))),
            Line((Raw("proxy_set_header"), "X-Forwarded-For", Raw("$remote_addr"))),
        ]
    kinds = [line("image/jpeg", "jpg", "jpeg"), line("image/png", "png"), line("image/webp", "webp")]
    return [
        line("root", plan.site.root),
        block(("types",), kinds),
        Line((Raw("try_files"), Raw("$uri"), "=404")),
    ]


def _refused(plan: Plan) -> list[Node]:
    """Give what a refused visitor gets, unless that is 403."""
    if isinstance(plan.otherwise, settings.Redirect):
        address = quote(plan.otherwise.redirect).replace("$", "${limner_dollar}")
        return [Line((Raw("return"), "302", Raw(address)))]
    if plan.otherwise == "placeholder":
        file = PurePosixPath(plan.site.placeholder or "")
        return [line("root", str(file.parent)), line("try_files", f"/{file.name}", "=403")]
    return [line("return", "403")] if plan.asked else []


def _ask(plan: Plan) -> Node:
    """Give the location where `auth_request` asks: whom a rule above lets in is not asked about."""
    return block(
        ("location", "=", ASK),
        [
            line("internal"),
            Block((Raw("if"), Raw("($limner_in)")), [line("return", "204")]),
            Comment("each header is set, so that none of the visitor's own gets through"),
            line("proxy_pass", f"{plan.forwards}/auth"),
            line("proxy_pass_request_body", "off"),
            line("proxy_set_header", "Content-Length", ""),
            Line((Raw("proxy_set_header"), "X-Original-URI", Raw("$request_uri"))),
            Line((Raw("proxy_set_header"), "X-Original-Method", Raw("$request_method"))),
            Line((Raw("proxy_set_header"), "X-Forwarded-For", Raw("$remote_addr"))),
        ],
    )
