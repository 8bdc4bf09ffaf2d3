"""What belongs to a move beside the file: policy, preferences of first-time users, and what to know before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from limner.signon.communities.compose import Move
from limner.signon.communities.vocabulary import DOMINO, NAME
from limner.signon.errors import SignonError

UPDATE_SITE: Final = "im.2012"  # "Sametime update site URL"
MUST_BE_DEFAULT: Final = "im.2019"  # "User must set this community as the default server community"
GROUP: Final = "com.ibm.collaboration.realtime.community"
_FORBIDDEN: Final = "&'\"><\\ #"
_PREFERENCES: Final = {  # the file's attribute, and what preferences call it
    "loginByToken": "loginByToken",
    "authServerUrl": "authServerUrl",
    "authType": "defaultAuthType",
    "connectionType": "connectionType",
    "proxyHost": "proxyHost",
    "proxyPort": "proxyPort",
    "savePassword": "savePassword",
    "loginAtStartup": "loginAtStartup",
    "sendKeepAlive": "keepAlive",
    "keepAliveInterval": "keepAliveInterval",
}


def folder(url: str) -> str:
    """Give the folder that the policy names, without the file and the slash at its end.

    Raises SignonError for one that clients cannot use: HCL's page excludes some characters from the folder's names.
    """
    text = url.strip().removesuffix(NAME).rstrip("/")
    if "@" in text:  # not quoted: it may be a password
        raise SignonError("the address has a user in it; clients read the file without a log-in", hint="leave it out")
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise SignonError(f"{url[:200]!r} is no http address of a folder", hint="write http://HOST/FOLDER")
    if parts.query or parts.fragment:
        raise SignonError(f"{url[:200]!r} has more than a host and a folder", hint="write http://HOST/FOLDER")
    if bad := sorted({char for char in parts.path if char in _FORBIDDEN}):
        raise SignonError(f"the folder's name must not have {' '.join(bad)}", hint="rename the folder")
    return text


def policy(site: str) -> list[str]:
    """Give the two attributes of `policies.user.xml`, as HCL's 11.5 guide has them, for an update site."""
    rows = ((UPDATE_SITE, site, "string"), (MUST_BE_DEFAULT, "1", "boolean"))
    return [
        f"<p:policy-attribute current-value={quoteattr(value)} default-value={quoteattr(value)} "
        f'description="{name}.desc" id="{name}" label="{name}.label" master-attribute-link="null" '
        f'possible-value-labels="null" possible-values="null" type="{kind}" visible="true"/>'
        for name, value, kind in rows
    ]


def preferences(move: Move) -> list[str]:
    """Give the lines of `plugin_customization.ini` for people who start a client for the first time."""
    if move.new is None or move.kind == "delete":
        return []
    settings: Mapping[str, str] = move.settings
    if move.kind == "add":
        names = {"host": move.new, **{_PREFERENCES.get(key, key): value for key, value in settings.items()}}
        ini = "altCommunityConfig"
        key = move.new
        return [f"{GROUP}/{ini}.managedIds={key}", *(f"{GROUP}/{ini}.{key}.{each}={names[each]}" for each in names)]
    lines = {"host": move.new, "port": settings.get("port", "1533")}
    lines |= {_PREFERENCES[key]: value for key, value in settings.items() if key in _PREFERENCES}
    return [f"{GROUP}/{key}={value}" for key, value in lines.items()]


def know_before(move: Move) -> Iterator[str]:
    """Yield what an administrator should know before the file is served, a sentence each."""
    if move.kind in ("update", "reset", "consolidate"):
        yield (
            "it reaches only clients that can still log in to the old community: it is read at log-in, and acts at the "
            "client's next start; keep the old one up"
        )
    yield f"serve it as {NAME} in the folder that the policy names; clients read it without logging in"
    yield "only the community that a client has as its default one is asked for the file"
    if move.kind in ("update", "consolidate") and move.new:
        yield (
            "give the new server the same ST_COMMUNITY_ID as the old one (sametime.ini, [Config]; "
            "STI__Config__ST_COMMUNITY_ID from 12 on), or clients get the community twice"
        )
        yield "contact lists are taken to be right for the new host: with another directory use reset"
    if move.kind == "reset":
        yield "the user is asked to restart, and may decline"
        yield "secondary communities belong into the file that the new community serves: a reset is carried out alone"
    if move.anew:
        yield "user name and password are emptied: people need to know what to type"
        yield (
            "do not serve this file from the new community: it would reset people at every log-in "
            "(this follows from HCL's page; nobody tested it)"
        )
    if move.kind in ("add", "delete"):
        yield "only secondary communities are added and deleted; a default one is moved with update or reset"
    if move.settings.get("authType") == DOMINO:
        yield f"{DOMINO} works within Notes only; give Sametime Connect without Notes another policy and folder"
        if move.kind == "reset":
            yield (
                "the token names people as Domino does: for a community with another directory map the names (Web SSO "
                "document, and the LTPA user name in Person documents), or it does not find them"
            )
        if "authServerUrl" not in move.settings and move.new:
            yield (
                f"Notes asks Domino on {move.new} for a token by that name: if it is an alias, Domino may refuse it; "
                f"`limner signon server-name {move.new} --server-doc FILE` tells"
            )
        yield "from Sametime 12 on the community server has no Domino: a separate one has to make the tokens"
