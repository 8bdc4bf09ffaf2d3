"""What the dialects of Apache share: quoting, cookies by `SetEnvIf`, the virtual host around it all.

Sources: the manuals of 2.2 and 2.4 (mod_setenvif, mod_rewrite, core). IBM HTTP Server 7 and 8 are built on 2.2,
9 on 2.4. A line has at most 8,190 bytes (2.2). Several Cookie headers, which no browser sends, are one to Apache,
joined by commas: it may miss a cookie in them that limner finds, but finds none that is not there. No variable is ever
*tested* by `SetEnvIf`: a request's header of that name would be taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from limner import settings
from limner.gateway.export.cookies import TOO_LONG, TOO_MANY, pattern
from limner.gateway.export.plan import Plan, Way
from limner.gateway.export.syntax import Dialect, ExportError, Line, Node, Raw, block, line
from limner.policy.networks import Networks

_PLAIN = re.compile(r"[A-Za-z0-9_./:@*=\[\]-]+")
HALVES = {"0.0.0.0/0": ("0.0.0.0/1", "128.0.0.0/1"), "::/0": ("::/1", "8000::/1")}
OFF = f"{TOO_MANY}|{TOO_LONG}"


def quote(text: str) -> str:
    """Give a word; a backslash is doubled only before another, before a quotation mark and at the end."""
    if _PLAIN.fullmatch(text):
        return text
    return '"' + re.sub(r'\\(?=["\\]|$)', r"\\\\", text).replace('"', r"\"") + '"'


DIALECT = Dialect(
    quote=quote,
    opening=lambda words: f"<{' '.join(words)}>",
    closing=lambda head: f"</{head}>",
    line_bytes=8190,
)


def virtual_host(plan: Plan, inner: Sequence[Node], folder: Sequence[Node] = ()) -> list[Node]:
    """Give the virtual host; `folder` are directives for the folder of the files."""
    site = plan.site
    addresses = [f"{listen.host}:{listen.port}" for listen in site.heard]
    nodes: list[Node] = [line("ServerName", site.name)] if site.name else []
    if site.root is not None:
        rights = [line("Options", "FollowSymLinks"), line("AllowOverride", "None"), *folder]
        nodes += [line("DocumentRoot", site.root), block(("Directory", Literal(site.root)), rights)]
    else:
        nodes += [line("ProxyPass", "/", f"{plan.forwards}/"), line("ProxyPassReverse", "/", f"{plan.forwards}/")]
    ports = [Raw(address.removeprefix("*:")) for address in addresses]
    listens: list[Node] = [Line((Raw("Listen"), port)) for port in ports] if site.listen else []
    return [*listens, block(("VirtualHost", *addresses), [*nodes, *inner])]


def cidrs(networks: Networks) -> Iterator[str]:
    """Yield the networks of a set; Apache takes no /0, so that such a one is two."""
    for text in networks.cidrs():
        yield from HALVES.get(text, (text,))


class Literal(Raw):
    """A path that is always in quotation marks."""

    def __new__(cls, text: str) -> Literal:
        return super().__new__(cls, f'"{text}"')


def cookie_found(way: Way, variable: str) -> list[Node]:
    """Give the lines that set a variable when a way's cookie is sent."""
    name = Raw("SetEnvIf Cookie")
    found = [Line((name, pattern(cookie), variable)) for cookie in way.cookies]
    return [*found, Line((name, OFF, f"!{variable}"))]


def refusal(plan: Plan) -> list[Node]:
    """Give what a refused visitor gets, unless that is 403; a picture with status 200 is not for ErrorDocument."""
    if isinstance(plan.otherwise, settings.Redirect):
        found = re.search(r"\$[0-9]", plan.otherwise.redirect)
        if found:  # since 2.4.13 ErrorDocument takes expressions, in which it stands for what was found
            raise ExportError(
                f"Apache would leave {found[0]} out of the redirect {plan.otherwise.redirect}",
                hint="write the dollar sign as %24; --rewrite takes it as it is",
            )
        return [line("ErrorDocument", "403", plan.otherwise.redirect)]
    return []
