"""The dialects that are read, and which of them a text is written in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from limner.errors import LimnerError
from limner.gateway.reading import apache, caddy, haproxy, nginx
from limner.gateway.reading.reading import Reading, text_of

READERS: dict[str, Callable[[str, str], Reading]] = {
    module.NAME: module.read for module in (apache, nginx, haproxy, caddy)
}
LIMNER = "limner"
KINDS = (LIMNER, *READERS)

_SIGNS = {
    LIMNER: r"\[\[?[a-z_.]+\]\]?\s*(#.*)?$|[a-z_]+\s*=\s",
    "apache": r"</?(VirtualHost|Location|Directory|Require|Files|IfModule)|"
    r"(Rewrite(Engine|Cond|Rule)|Order|Allow|Deny|SetEnvIf|Require|LoadModule|DocumentRoot)\s+[^;]*$",
    "nginx": r"(server|http|location|events|geo|map|if)\b.*\{\s*$|"
    r"(allow|deny|return|set|listen|geo|map|if)\s.*[;}]\s*$",
    "haproxy": r"(global|frontend|backend|defaults|listen)\b[^{;=]*$|(acl|http-request)\s",
    "caddy": r"@\w+(\s[^;]*)?\{?\s*$|(route|handle|remote_ip|header_regexp|reverse_proxy|file_server|respond)\b[^;]*$|"
    r"(https?://|:\d|\()[^;]*\{\s*$",
}


def kind_of(text: str, file: str) -> str:
    """Give the kind that most lines of a text speak for. Raises LimnerError where that is not one kind alone."""
    found = dict.fromkeys(KINDS, 0)
    for line in text.split("\n")[:20_000]:
        for kind, sign in _SIGNS.items():
            found[kind] += re.match(rf"\s*(?:{sign})", line[:500], re.IGNORECASE) is not None
    most = max(found.values())
    kinds = [kind for kind, times in found.items() if times == most]
    if most == 0 or len(kinds) > 1:
        names = ", ".join(f"{kind}:{file}" for kind in KINDS)
        raise LimnerError(f"{file}: what kind of configuration this is cannot be told", hint=f"say it: one of {names}")
    return kinds[0]


def split(where: str) -> tuple[str | None, Path]:
    """Cut `KIND:FILE` in two; a file whose name begins so has to be written as `./KIND:FILE`."""
    kind, colon, file = where.partition(":")
    return (kind, Path(file)) if colon and kind in KINDS else (None, Path(where))


def read(where: str) -> Reading:
    """Read another server's configuration: FILE or KIND:FILE. Raises LimnerError."""
    kind, file = split(where)
    text = text_of(file)
    kind = kind or kind_of(text, str(file))
    if kind == LIMNER:
        raise LimnerError(f"{file} holds settings of limner's", hint=f"say what it is if it does not: apache:{file}")
    return READERS[kind](text, str(file))
