"""The passes on record: issued, looked up, listed, revoked."""

from __future__ import annotations

import base64
import json
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from limner import people
from limner.passes.errors import PassError
from limner.passes.keys import forget_unused, signing
from limner.passes.register import Register, note_change
from limner.passes.token import Signed, sign

FACES: Final = 500  # of one pass, at most, whatever the settings say
ROOM_CHARACTERS: Final = 100
KEPT_SECONDS: Final = 7 * 86_400.0  # a pass that has ended is listed for so long
OPEN_PASSES: Final = 100_000  # on record, at most

_COLUMNS = "id, room, faces, issued, ends, kid, issuer, revoked"


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass on record; times are Unix times. `issuer`: a client's name, or "command line". `revoked`: when it was."""

    id: str
    room: str
    faces: tuple[str, ...]
    issued: float
    ends: float
    kid: str
    issuer: str
    revoked: float | None = None

    def state(self, now: float) -> str:
        """Say what has become of it: "valid", "ended" or "revoked"."""
        if self.revoked is not None:
            return "revoked"
        return "valid" if self.ends > now else "ended"


class Issued:
    """The passes in a register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def issue(
        self,
        room: str,
        faces: Sequence[str],
        seconds: float,
        *,
        issuer: str,
        now: float,
        most_faces: int = FACES,
        per_minute: int | None = None,
    ) -> tuple[Pass, str]:
        """Put a pass on record and give it with its token; it ends `seconds` from now.

        Raises PassError for a room or faces that are none, and RateError where the issuer has had `per_minute` passes
        in the last minute.
        """
        wanted = _faces(faces, most_faces)
        name = _room(room)
        with self._register.writing() as connection:
            if per_minute is not None:
                last = connection.execute(
                    "select count(*) from passes where issuer = ? and issued > ?", (issuer, now - 60)
                ).fetchone()[0]
                if last >= per_minute:
                    raise RateError(f"{issuer!r} has had {last} passes in the last minute; {per_minute} are allowed")
            connection.execute("delete from passes where ends < ?", (now - KEPT_SECONDS,))
            if connection.execute("select count(*) from passes").fetchone()[0] >= OPEN_PASSES:
                raise RateError(f"there are {OPEN_PASSES} passes on record already")
            key = signing(connection, now)
            forget_unused(connection)
            number = base64.urlsafe_b64encode(os.urandom(12)).decode("ascii")
            made = Pass(number, name, wanted, now, float(int(now + seconds)), key.kid, issuer)
            connection.execute(
                f"insert into passes ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - names of ours
                (number, name, json.dumps(wanted), now, made.ends, key.kid, issuer, None),
            )
        return made, sign(Signed(number, name, int(made.ends)), now, key)

    def find(self, number: str) -> Pass | None:
        """Give the pass of a number, whatever has become of it."""
        with self._register.reading() as connection:
            row = connection.execute(f"select {_COLUMNS} from passes where id = ?", (number,)).fetchone()  # noqa: S608
        return _pass(row) if row else None

    def all(self, room: str | None = None) -> list[Pass]:
        """Give the passes on record, or those of a room, the one that ends last first."""
        with self._register.reading() as connection:
            rows = connection.execute(
                f"select {_COLUMNS} from passes where ?1 is null or room = ?1 order by ends desc, id",  # noqa: S608
                (room,),
            ).fetchall()
        return [_pass(row) for row in rows]

    def revoke(self, *, now: float, number: str | None = None, room: str | None = None) -> list[Pass]:
        """Take back a pass, or all of a room, and give those that were valid until now."""
        if (number is None) == (room is None):
            raise PassError("name a pass or a room")
        column, value = ("id", number) if number is not None else ("room", room)
        with self._register.writing() as connection:
            rows = connection.execute(
                f"update passes set revoked = ? where {column} = ? and revoked is null and ends > ? "  # noqa: S608
                f"returning {_COLUMNS}",
                (now, value, now),
            ).fetchall()
            if rows:
                note_change(connection)
        return [_pass(row) for row in rows]


class RateError(PassError):
    """Too many passes are asked for."""


def _pass(row: tuple[str, str, str, float, float, str, str, float | None]) -> Pass:
    number, room, faces, issued, ends, kid, issuer, revoked = row
    return Pass(number, room, tuple(json.loads(faces)), issued, ends, kid, issuer, revoked)


def _room(text: str) -> str:
    room = " ".join(unicodedata.normalize("NFC", text[: 10 * ROOM_CHARACTERS]).split())
    if not room or len(room) > ROOM_CHARACTERS or not room.isprintable():
        raise PassError(f"not the name of a room: {text[:80]!r}", hint=f"1 to {ROOM_CHARACTERS} characters, printable")
    return room


def _faces(texts: Sequence[str], most: int) -> tuple[str, ...]:
    """Check that each text names a face. Raises PassError that names all that do not."""
    faces = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if not faces:
        raise PassError("a pass opens at least one face")
    if len(faces) > most:
        raise PassError(f"a pass opens at most {most} faces, not {len(faces)}")
    wrong = [text[:80] for text in faces if not text.isprintable() or not people.by_any(text)]
    if wrong:
        raise PassError(f"not names of faces: {', '.join(map(repr, wrong[:5]))}", hint="write mail addresses")
    return faces
