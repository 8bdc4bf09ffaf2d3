"""Search filters (RFC 4515): text from settings or people goes into one escaped, and one that is wrong is called so."""

from __future__ import annotations

import re

from ldap3.core.exceptions import LDAPExceptionError
from ldap3.operation.search import search_operation

from limner.errors import DirectoryError

_SPECIAL = re.compile(rb"[\x00-\x1f()*\\\x7f-\xff]|\A | \Z")


def escape(value: str | bytes) -> str:
    r"""Give a value as it stands in a filter: what could end it, or match anything, as `\xx` (RFC 4515 section 3).

    A space at either end is escaped too: the LDAP library would take it off.
    """
    raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return _SPECIAL.sub(lambda found: b"\\%02x" % found[0][0], raw).decode("ascii")


def check_filter(text: str) -> None:
    """Raise DirectoryError unless a text is a search filter."""
    try:
        search_operation("", text, 0, 0, None, 0, 0, False, True, True)
    except (LDAPExceptionError, ValueError, IndexError, TypeError, RecursionError):
        raise DirectoryError(
            f"not a search filter: {text[:200]!r}",
            hint="each condition stands in parentheses, such as (&(objectClass=person)(mail=*))",
        ) from None
