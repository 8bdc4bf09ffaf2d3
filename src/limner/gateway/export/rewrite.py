"""Apache 2.2 and 2.4, IBM HTTP Server 7 to 9, by mod_rewrite alone: `RewriteCond` on REMOTE_ADDR and HTTP_COOKIE.

Source: the manuals, mod_rewrite. For those who have to stay with it; the regular expressions are limner's, and proved.
A rule whose conditions hold ends the rewriting; whoever is left behind the last one is refused.
"""

from __future__ import annotations

import re

from limner import settings
from limner.gateway.export.apache import DIALECT, OFF, virtual_host
from limner.gateway.export.apache22 import regexes
from limner.gateway.export.cookies import pattern
from limner.gateway.export.plan import Plan, Way
from limner.gateway.export.syntax import GAP, Comment, ExportError, Line, Node, Raw, block, line, written


def export(plan: Plan) -> str:
    """Write the virtual host."""
    nodes: list[Node] = [GAP, line("RewriteEngine", "On")]
    for way in plan.ways:
        nodes += [way.title, *_conditions(way), Line((Raw("RewriteRule ^ - [L]"),))]
    modules = ["rewrite"] + (["proxy", "proxy_http"] if plan.site.root is None else [])
    notes = [*plan.notes, Comment(f"Modules: {', '.join(modules)}"), GAP]
    open_22 = [line("Order", Raw("Allow,Deny")), line("Allow", "from", "all")]
    folder: list[Node] = [
        Comment("who may see is decided below"),
        block(("IfModule", "mod_authz_core.c"), [line("Require", "all", "granted")]),
        block(("IfModule", Raw("!mod_authz_core.c")), open_22),
    ]
    inner = [*nodes, Comment("nobody else"), _refusal(plan)]
    picture: list[Node] = []
    if plan.otherwise == "placeholder":
        picture = [GAP, block(("Location", "/"), folder[1:])]
    return written([*notes, *virtual_host(plan, [*inner, *picture], folder)], DIALECT)


def _conditions(way: Way) -> list[Node]:
    nodes: list[Node] = []
    if way.networks is not None:
        nodes += _any("%{REMOTE_ADDR}", regexes(way.networks))
    if way.cookies:
        nodes += _any("%{HTTP_COOKIE}", [pattern(cookie) for cookie in way.cookies])
        nodes.append(Line((Raw("RewriteCond %{HTTP_COOKIE}"), f"!{OFF}")))
    return nodes


def _any(variable: str, patterns: list[str]) -> list[Node]:
    *others, last = patterns
    name = Raw(f"RewriteCond {variable}")
    return [*(Line((name, other, Raw("[OR]"))) for other in others), Line((name, last))]


def _refusal(plan: Plan) -> Node:
    if isinstance(plan.otherwise, settings.Redirect):
        if plan.otherwise.redirect.endswith(("&", "?")):
            last = plan.otherwise.redirect[-1]
            raise ExportError(f"mod_rewrite drops the {last} at the end of the redirect", hint="leave it out")
        address = re.sub(r"[$%\\]", r"\\\g<0>", plan.otherwise.redirect)  # none of them stands for what was found
        return Line((Raw("RewriteRule ^"), address, Raw("[R=302,L,NE]")))
    if plan.otherwise == "placeholder":
        return Line((Raw("RewriteRule ^"), plan.site.placeholder or "", Raw("[L]")))
    return Line((Raw("RewriteRule ^ - [F]"),))
