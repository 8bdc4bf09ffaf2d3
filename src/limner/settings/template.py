"""Addresses and names of files with the names of a person in braces."""

from __future__ import annotations

import re

from limner.settings.section import shown

PLACES = ("mail", "uid", "key", "md5", "sha256")
"""What a template may hold in braces."""

OF_MAIL = frozenset(("mail", "md5", "sha256"))
"""Those of them that each mail address has its own of."""

PLACE = re.compile(rf"\{{({'|'.join(PLACES)})\}}")
BRACES = re.compile(r"\{([^{}]*)\}")


def check_template(value: str) -> str:
    """Give a template back; ValueError if it is none."""
    scheme, _, rest = value.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if scheme.lower() not in ("http", "https") or not host or "@" in host or " " in value:
        raise ValueError(f"{shown(value)} is not an http or https address with {{mail}} or the like in it")
    if "{" in host:
        raise ValueError("the host of a template is fixed; people stand behind it")
    unknown = [name for name in BRACES.findall(value) if name not in PLACES]
    if unknown or not BRACES.search(value) or "{" in BRACES.sub("", value):
        names = ", ".join(f"{{{name}}}" for name in PLACES)
        raise ValueError(f"{shown(value)} needs one of {names} in it, and nothing else in braces")
    return value
