"""Apache 2.4 and IBM HTTP Server 9: `Require ip` and `Require env` in `<RequireAny>`; it cannot ask limner.

Source: the manual of 2.4, mod_authz_core and mod_authz_host. An IPv4 network holds IPv4 visitors on IPv6 sockets too,
and an IPv6 network does not.
"""

from __future__ import annotations

from limner.gateway.export.apache import DIALECT, cidrs, cookie_found, refusal, virtual_host
from limner.gateway.export.plan import Door, Plan, Way
from limner.gateway.export.syntax import GAP, Comment, ExportError, Node, block, line, rows, written

DOOR: Door | None = None
VERIFIES = False  # the certificate of a server behind it, without being told how


def export(plan: Plan) -> str:
    """Write the virtual host."""
    if plan.otherwise == "placeholder":
        raise ExportError(
            "Apache's access rules cannot answer a refusal with a picture and status 200",
            hint="the target apache22 with --rewrite can, and its output is good for 2.4 too",
        )
    cookies = [node for way in plan.ways if way.cookies for node in cookie_found(way, _variable(way))]
    if plan.ways:
        rules: list[Node] = [block(("RequireAny",), [node for way in plan.ways for node in (way.title, *_way(way))])]
    else:
        rules = [line("Require", "all", "denied")]
    modules = ["authz_core", "authz_host"] + (["setenvif"] if cookies else [])
    modules += ["proxy", "proxy_http"] if plan.site.root is None else []
    inner = [GAP, *cookies, *([GAP] if cookies else []), block(("Location", "/"), [*refusal(plan), *rules])]
    return written(
        [*plan.notes, Comment(f"Modules: {', '.join(modules)}"), GAP, *virtual_host(plan, inner)],
        DIALECT,
    )


def _variable(way: Way) -> str:
    return f"limner_cookie_{way.number}"


def _way(way: Way) -> list[Node]:
    networks: list[Node] = []
    if way.networks is not None:
        networks = [line("Require", "ip", *row) for row in rows(cidrs(way.networks))]
    if not way.cookies:
        return networks
    cookie: list[Node] = [line("Require", "env", _variable(way))]
    if not networks:
        return cookie
    return [block(("RequireAll",), [block(("RequireAny",), networks), *cookie])]
