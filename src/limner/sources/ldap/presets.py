"""What the kinds of directories call things, as far as it is known; every setting outranks it.

Active Directory: MS-ADA1 to MS-ADA3. OpenLDAP: its schema files (RFC 2798 inetOrgPerson, misc.schema). Domino: HCL's
documentation says that `Photo` is the attachment ContactPhoto.jpg of a Person document; what else it calls
differently over LDAP is not known here, so the names of RFC 2798 and RFC 4519 stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from limner.directory import escape
from limner.settings import DirectoryPeople

DISABLED = 2  # ADS_UF_ACCOUNTDISABLE of userAccountControl (MS-ADTS 2.2.16)
BIT_AND = "1.2.840.113556.1.4.803"  # LDAP_MATCHING_RULE_BIT_AND (MS-ADTS 3.1.1.3.4.4.1)
FILETIME_UNIX = 11_644_473_600  # seconds from 1601, where Windows counts from, to 1970

IDENTIFIERS = {"ad": "objectGUID", "openldap": "entryUUID", "generic": "entryUUID", "domino": ""}
"""What stays an entry's when it is renamed (MS-ADA3, RFC 4530); Domino: not known, so it is read whole each time."""


@dataclass(frozen=True)
class Preset:
    """Who is a person, and what the attributes are called."""

    people: str
    photo: Sequence[str]
    mail: Sequence[str]
    uid: Sequence[str]
    display_name: Sequence[str]
    attributes: Mapping[str, str]


_ALIASES = ("mail", "mailLocalAddress", "mailAlternateAddress")
_PLACES = {"department": "departmentNumber", "office": "physicalDeliveryOfficeName", "company": "o"}
PRESETS = {
    "ad": Preset(
        "(&(objectCategory=person)(objectClass=user))",
        ("thumbnailPhoto", "jpegPhoto", "photo"),
        ("mail", "proxyAddresses", "userPrincipalName"),
        ("sAMAccountName",),
        ("displayName", "cn"),
        {"department": "department", "office": "physicalDeliveryOfficeName", "company": "company"},
    ),
    "openldap": Preset(
        "(objectClass=inetOrgPerson)", ("jpegPhoto", "photo"), _ALIASES, ("uid",), ("displayName", "cn"), _PLACES
    ),
    "domino": Preset(
        "(objectClass=person)", ("Photo", "jpegPhoto"), ("mail",), ("uid",), ("displayName", "cn"), _PLACES
    ),
    "generic": Preset(
        "(objectClass=person)",
        ("jpegPhoto", "thumbnailPhoto", "photo"),
        _ALIASES,
        ("uid",),
        ("displayName", "cn"),
        _PLACES,
    ),
}


def filetime(seconds: float) -> int:
    """Give a time (Unix seconds) as Windows counts it: in units of 100 ns from 1601 on."""
    return int((seconds + FILETIME_UNIX) * 10_000_000)


def people_filter(settings: DirectoryPeople, now: float) -> str:
    """Give the filter of those who are taken; `now` (Unix seconds) is when accounts have expired.

    In Active Directory, `accountExpires` is absent, 0 or 2**63 - 1 for accounts that never do (MS-ADA1 2.1).
    """
    wanted = settings.filter or PRESETS[settings.directory].people
    if settings.directory != "ad" or settings.disabled:
        return wanted
    enabled = f"(!(userAccountControl:{BIT_AND}:={DISABLED}))"
    running = f"(|(!(accountExpires=*))(accountExpires=0)(accountExpires>={filetime(now) + 1}))"
    return f"(&{wanted}{enabled}{running})"


def expired_filter(since: float, now: float) -> str:
    """Give the filter of the Active Directory accounts that expired between two times (Unix seconds)."""
    return f"(&(objectClass=user)(accountExpires>={filetime(since)})(accountExpires<={filetime(now)}))"


def any_of(attribute: str, values: Sequence[bytes] | Sequence[str]) -> str:
    """Give the filter of the entries whose attribute is one of some values."""
    return f"(|{''.join(f'({attribute}={escape(value)})' for value in values)})"
