"""The border to PostgreSQL: psycopg's exceptions become LibraryError here, and go no further."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg

from limner.errors import AwayError, LibraryError

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_MEANINGS = {
    "28P01": ("does not take the password", "[shared] in the settings says where it is read from"),
    "28000": ("does not let this user in", "pg_hba.conf of the server says who may come, and from where"),
    "3D000": ("there is no such database", "as its administrator: createdb --owner USER DATABASE"),
    "42501": ("the database's user may not do that", "the user should own the database; docs/scale.md says how"),
    "53100": ("the server's disk is full", "nothing is lost; make room and run the same command again"),
    "53300": ("the server has too many connections", "raise max_connections, or use fewer workers"),
    "55P03": ("another machine has been writing for too long", "try again; `limner status` says whether a sync runs"),
    "25006": ("the server can only be read: it is a standby", "name the primary, or all servers: host1,host2"),
    "42P01": ("a table of the library is missing", "restore the database from its backup"),
    "3F000": ("a table of the library is missing", "restore the database from its backup"),
}
_AWAY = ("08", "57P", "53")  # connection exceptions, shutdowns, lack of resources


def shown(url: str) -> str:
    """Give a database's address as errors name it, without its options."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


@contextmanager
def border(where: str) -> Iterator[None]:
    """Turn psycopg's exceptions into LibraryError; `where` is the library."""
    try:
        yield
    except psycopg.Error as why:
        raise explained(why, where) from why


def explained(why: psycopg.Error, where: str) -> LibraryError:
    """Give what an exception of psycopg's means."""
    state = why.sqlstate or ""
    if state in _MEANINGS:
        what, hint = _MEANINGS[state]
        kind = AwayError if state.startswith(_AWAY) else LibraryError
        return kind(f"the library at {where}: {what}", hint=hint)
    words = " ".join(str(why).split("\n")[0].split())[:300]
    lost = isinstance(why, psycopg.OperationalError | psycopg.InterfaceError)
    if lost and (not state or state.startswith(_AWAY)):
        for meaning in _MEANINGS.values():
            if meaning[0] == "does not take the password" and "password" in words:
                return LibraryError(f"the library at {where}: {words}", hint=meaning[1])
        return AwayError(f"the library at {where} does not answer: {words}", hint="nothing is lost; try again later")
    return LibraryError(f"the library at {where}: {words}")
