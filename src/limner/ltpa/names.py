"""From the name in a token to the names that a person in the library may go by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from limner import people
from limner.errors import NameFormError

_ABBREVIATED: Final = re.compile(r'[^=/,;+"\\@]+(?:/[^=/,;+"\\@]+)+')
_LOGIN: Final = re.compile(r"(?:uid|userid|samaccountname)=(.*)", re.IGNORECASE | re.DOTALL)
_MAIL: Final = re.compile(r"(?:mail|email|e|emailaddress)=(.*)", re.IGNORECASE | re.DOTALL)


def candidates(user: str) -> list[bytes]:
    """Give the library's index keys that a token's user may stand for, likeliest first; none for no name at all.

    Taken are Notes' canonical (`CN=Jane Roe/OU=Sales/O=Acme`) and abbreviated names (`Jane Roe/Sales/Acme`), the
    comma form of either, names of LDAP and Active Directory, and bare logins, which may be mail addresses. Where the
    first part of a distinguished name is a login or a mail address, that is a candidate too.
    """
    if "=" not in user:
        if _ABBREVIATED.fullmatch(user):
            return _keys((people.by_dn, _canonical(user)))
        return _keys((people.by_mail, user), (people.by_uid, user))
    return _keys((people.by_dn, user), *_first_part(user))


def login_of(user: str) -> str | None:
    """Give the login or mail address that a token's user is, or that stands in the name's first part; None: neither."""
    if "=" not in user:
        return None if _ABBREVIATED.fullmatch(user) else user
    return next((text for _, text in _first_part(user)), None)


def _canonical(abbreviated: str) -> str:
    """Label the parts of an abbreviated Notes name: the first is a CN, the last an O, those between are OUs."""
    first, *units, last = (part.strip() for part in abbreviated.split("/"))
    return "/".join((f"CN={first}", *(f"OU={unit}" for unit in units), f"O={last}"))


def _first_part(dn: str) -> list[tuple[Callable[[str], bytes], str]]:
    try:
        first = re.split(r"(?<!\\)[,+]", people.dn(dn), maxsplit=1)[0]
    except NameFormError:
        return []
    for kind, pattern in ((people.by_uid, _LOGIN), (people.by_mail, _MAIL)):
        if match := pattern.fullmatch(first):
            return [(kind, re.sub(r"\\(.)", r"\1", match[1]))]
    return []


def _keys(*attempts: tuple[Callable[[str], bytes], str]) -> list[bytes]:
    found = []
    for kind, text in attempts:
        try:
            found.append(kind(text))
        except NameFormError:
            continue
    return found


class Aliases:
    """A table of names in tokens that the library knows by another name.

    `table` leads from a name as a token has it, in any of its spellings, to any name of a person. Raises
    NameFormError for a name that can be nobody's.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table: dict[bytes, list[bytes]] = {}
        for alias, name in table.items():
            keys, target = candidates(alias), people.by_any(name)
            if not keys or not target:
                raise NameFormError(f"not a name: {alias if not keys else name!r}")
            self._table[keys[0]] = target

    def candidates(self, user: str) -> list[bytes]:
        """Give the index keys for a token's user: those of the table where it stands there, else its own."""
        own = candidates(user)
        return self._table.get(own[0], own) if own else own
