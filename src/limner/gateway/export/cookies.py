"""Regular expressions for a Cookie header that find what `limner.policy.cookies` finds: whole names, whole values.

They are for PCRE and RE2 alike. A piece of the header lies between semicolons; white space around names and values does
not count, case does; quotation marks are part of a value.
"""

from __future__ import annotations

import re

from limner.policy.cookies import COOKIE_BYTES, COOKIES

TOO_MANY = rf"^(?:[^;]*;){{{COOKIES}}}"
"""Finds a header with more pieces than limner looks at: then it has none."""

TOO_LONG = rf"^(?:.{{1024}}){{{COOKIE_BYTES // 1024}}}."
"""Finds a header with more bytes than limner looks at; for PCRE only, which can count that far."""

_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


def pattern(cookie: str) -> str:
    """Give the regular expression for one cookie: `name`, or `name=value`."""
    return f"(?:^|;){_piece(cookie)}"


def pattern_of_any(cookies: tuple[str, ...]) -> str:
    """Give one regular expression for any of some cookies."""
    return f"(?:^|;)(?:{'|'.join(map(_piece, cookies))})" if len(cookies) > 1 else pattern(cookies[0])


def _piece(cookie: str) -> str:
    name, equals, value = cookie.partition("=")
    start = rf"[ \t]*{_literal(name)}[ \t]*="
    return rf"{start}[ \t]*{_literal(value)}[ \t]*(?:;|$)" if equals else start


def _literal(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
