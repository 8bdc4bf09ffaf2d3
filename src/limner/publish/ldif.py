"""LDIF (RFC 2849): changes as `ldapmodify` takes them."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

# SAFE-STRING: printable ASCII that does not begin as something else, and does not end in a space
_SAFE = re.compile(rb"(?:[!-9;=-~](?:[ -~]*[!-~])?)?")
_WIDTH = 76  # characters of a line, as the LDAP tools fold theirs


def replacement(dn: str, attribute: str, values: Sequence[bytes]) -> str:
    """Give the record that replaces an attribute's values; no values remove the attribute."""
    lines = [line("dn", dn.encode("utf-8", "surrogatepass")), "changetype: modify", f"replace: {attribute}"]
    return "\n".join([*lines, *(line(attribute, value) for value in values), "-", "", ""])


def line(name: str, value: bytes) -> str:
    """Give a value with its name; as base64 where it is not plain text, folded where it is long."""
    plain = _SAFE.fullmatch(value) is not None
    whole = f"{name}: {value.decode('ascii')}" if plain else f"{name}:: {base64.b64encode(value).decode('ascii')}"
    whole = whole.rstrip(" ") if not value else whole
    first, rest = whole[:_WIDTH], whole[_WIDTH:]
    return "\n ".join([first, *(rest[at : at + _WIDTH - 1] for at in range(0, len(rest), _WIDTH - 1))])
