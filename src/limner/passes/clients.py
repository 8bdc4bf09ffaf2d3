"""The programs that may ask for passes, such as a meeting server: each has a name and a secret.

limner makes the secrets, 256 random bits, and keeps a keyed hash of each: a slow one would defend guessable passwords,
and these are none.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

from limner.passes.errors import PassError
from limner.passes.register import Register

MOST: Final = 100
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may ask for passes; `created` in Unix time."""

    name: str
    created: float


class Clients:
    """The clients in a register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def add(self, name: str, now: float) -> str:
        """Add a client and give its secret, which nobody can read afterwards. Raises PassError."""
        if not _NAME.fullmatch(name):
            raise PassError(f"not a client's name: {name[:80]!r}", hint="letters, digits, dot, dash, underscore")
        secret = secrets.token_urlsafe(32)
        with self._register.writing() as connection:
            if connection.execute("select count(*) from clients").fetchone()[0] >= MOST:
                raise PassError(f"there are {MOST} clients already")
            if connection.execute("select 1 from clients where name = ?", (name,)).fetchone():
                raise PassError(f"there is a client {name!r} already", hint=f"limner pass client remove {name}")
            connection.execute("insert into clients values (?, ?, ?)", (name, _digest(name, secret), now))
        return secret

    def remove(self, name: str) -> None:
        """Remove a client; passes that it was given stay as they are. Raises PassError."""
        with self._register.writing() as connection:
            if not connection.execute("delete from clients where name = ?", (name,)).rowcount:
                raise PassError(f"there is no client {name[:80]!r}", hint="`limner pass client list` names them")

    def all(self) -> list[Client]:
        """Give all clients, by name."""
        with self._register.reading() as connection:
            return [Client(*row) for row in connection.execute("select name, created from clients order by name")]

    def known(self, secret: str, name: str | None = None) -> str | None:
        """Give the name of the client whose secret this is; `name`: it claims to be that one. None: it is nobody's.

        All secrets are compared in any case, each in a time that says nothing of how alike they are.
        """
        with self._register.reading() as connection:
            rows = connection.execute("select name, digest from clients").fetchall()
        found = None
        for known, digest in rows:
            alike = hmac.compare_digest(digest, _digest(known, secret))
            if alike and name in (None, known):
                found = known
        return found


def _digest(name: str, secret: str) -> bytes:
    """Hash a secret with the client's name as the key, so that equal secrets have different hashes."""
    raw = secret.encode("utf-8", "surrogatepass")[:1000]
    return hashlib.blake2b(raw, key=name.encode("ascii"), person=b"limner client", digest_size=32).digest()
