"""`Order`, `Allow from` and `Deny from` of Apache 2.2 (mod_authz_host) and of mod_access_compat; `SetEnvIf`."""

from __future__ import annotations

import re

from limner.gateway.reading import regexes
from limner.gateway.reading.apache import require
from limner.gateway.reading.apache.text import Directive, Section, words
from limner.gateway.reading.expression import FALSE, TRUE, Expression, both, either, no
from limner.gateway.reading.reading import Reading


def grants(reading: Reading, section: Section, variables: dict[str, Expression]) -> Expression | None:
    """Give whom `Order`, `Allow` and `Deny` of a section let in; None: there are none. Raises NotReadError."""
    order = ""
    named: dict[str, list[Expression]] = {"allow": [], "deny": []}
    for item in section.directives():
        if item.name == "order":
            order = item.text.lower()
            if order == "mutual-failure":
                order = "allow,deny"
            if order not in ("allow,deny", "deny,allow"):
                raise reading.error(item.line, f"{item} is not understood; httpd takes Allow,Deny or Deny,Allow")
        elif item.name in named:
            named[item.name] += _hosts(reading, item, variables)
    if not order and not named["allow"] and not named["deny"]:
        return None
    allowed, denied = either(*named["allow"]), either(*named["deny"])
    if order == "allow,deny":
        return both(allowed, no(denied))
    return either(allowed, no(denied))


def _hosts(reading: Reading, item: Directive, variables: dict[str, Expression]) -> list[Expression]:
    args = words(item.text) or []
    if len(args) < 2 or args[0].lower() != "from":
        raise reading.error(item.line, f"{item} is not understood; httpd takes `{item.name} from ...`")
    parts: list[Expression] = []
    for text in args[1:]:
        if text.lower() == "all":
            parts.append(TRUE)
        elif text.lower().startswith("env=!"):
            parts.append(no(require.env(reading, item, text[5:], variables)))
        elif text.lower().startswith("env="):
            parts.append(require.env(reading, item, text[4:], variables))
        else:
            parts.append(require.network_of(reading, item, text))
    return parts


def variables_of(reading: Reading, directives: list[Directive]) -> dict[str, Expression]:
    """Give when which environment variables are set by `SetEnvIf`, in the order of the lines."""
    found: dict[str, Expression] = {}
    for item in directives:
        if item.name not in ("setenvif", "setenvifnocase"):
            continue
        reading.step(item.line)
        args = words(item.text)
        if args is None or len(args) < 3:
            raise reading.error(item.line, f"{item} is not understood; httpd takes a header, an expression and names")
        sets = [_split(name) for name in args[2:]]
        when: Expression = reading.unknown(item.line, str(item))
        nocase = item.name == "setenvifnocase"
        if args[0].lower() == "cookie":
            when = regexes.cookies(reading, item.line, args[1], ignore_case=nocase)
        elif args[0].lower() == "remote_addr":
            when = regexes.addresses(reading, item.line, args[1], item.comment, ignore_case=nocase)
        for name, value in sets:
            if value is None:
                found[name] = both(found.get(name, FALSE), no(when))
            elif value not in ("", "1"):
                found[name] = reading.unknown(item.line, f"the value of {name} in {item}")
            else:
                found[name] = either(found.get(name, FALSE), when)
    return found


def _split(text: str) -> tuple[str, str | None]:
    """Give a variable's name, and its value; None: it is taken away."""
    if text.startswith("!"):
        return text[1:], None
    name, equals, value = text.partition("=")
    return name, re.sub(r"\s", "", value) if equals else "1"
