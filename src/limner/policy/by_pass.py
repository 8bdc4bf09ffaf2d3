"""`pass = { ... }`: the visitor shows a meeting pass, in a cookie or in the address. It opens its own faces only."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from limner import people, settings
from limner.errors import LimnerError, NameFormError, SettingsError
from limner.passes import Issued, Key, Keys, Register, Verifier
from limner.passes.register import refuse_open
from limner.policy.condition import Condition, Finding, Grant, Visitor
from limner.policy.heard import Heard
from limner.policy.known import Known
from limner.policy.remembered import Remembered

PARAMETER = b"pass"
COOKIE = b"limner-pass-"  # what the names of its cookies begin with; one for each pass, so that none displaces another
SECURE_COOKIE = b"__Host-" + COOKIE
TRIED = 8  # passes of one request that are looked at
REMEMBERED = 10_000
LOOK_SECONDS = 0.1  # before a token that no known key signed is a reason to look for new keys again
logger = logging.getLogger("limner")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a valid pass gives: its number, its holder for the audit trail, its end (Unix time), index keys of faces."""

    id: str
    who: str
    until: float
    faces: frozenset[bytes]


class ByPass:
    """The visitor shows a pass that is signed, on record, not revoked, and not over; it opens the faces on record."""

    kind = "pass"
    forgeable = False
    each_face = True
    parameters: frozenset[bytes] = frozenset((PARAMETER,))

    def __init__(self, setting: settings.PassRule, known: Known, whole: settings.Settings | None = None) -> None:
        """Take the register that the setting names. Raises SettingsError where others can get at it.

        `whole`: the settings, which tell whether the register is shared, and how long it counts without news.
        """
        self.file: Path = setting.secrets
        shared = whole is not None and setting.secrets == whole.passes.secrets
        self._heard = Heard(whole, whole.replica.passes_for) if whole is not None and shared else None
        self._known = known
        self._remembered: Remembered[Opened] = Remembered(REMEMBERED)
        self._register: Register | None = None
        self._identity: tuple[int, int] | None = None  # of the register's file
        self._keys_read: list[Key] = []
        self._verifier = Verifier(())
        self._looked = 0.0  # when the keys were read last, by the monotonic clock
        self._complained = ""
        self._rests_on: object = None
        try:
            if self.file.exists():
                refuse_open(self.file)
        except LimnerError as why:
            raise SettingsError(why.message, hint=why.hint) from None
        self.refresh()

    def admits(self, visitor: Visitor) -> Grant | None:
        """Give a grant if one of the passes shown opens the face."""
        if visitor.face is None:
            return None
        for token, by_address in _shown(visitor):
            opened = self.opened(token, visitor.now)
            if opened is not None and visitor.face in opened.faces:
                return Grant(opened.who, opened.until, by_address)
        return None

    def opened(self, token: bytes, now: float) -> Opened | None:
        """Give what a token opens; None if it is no valid pass. Never raises."""
        opened = self._remembered.get(token, now)
        if opened is None:
            opened = self._look_up(token, now)
            if opened is not None:
                self._remembered.put(token, opened, opened.until)
        return opened

    def _look_up(self, token: bytes, now: float) -> Opened | None:
        said = self._verifier.read(token, now)
        if said is None and time.monotonic() - self._looked >= LOOK_SECONDS:
            self._take_up()  # it may be the first that a new key signed
            said = self._verifier.read(token, now)
        if said is None or self._register is None:
            return None
        try:
            found = Issued(self._register).find(said.id)
        except LimnerError as why:
            self._complain(why)
            return None
        if found is None or found.state(now) != "valid" or found.room != said.room:
            return None
        keys = frozenset().union(*(self._keys(face) for face in found.faces))
        return Opened(found.id, f"pass {found.id} ({found.room})", min(found.ends, said.ends), keys)

    def _keys(self, face: str) -> frozenset[bytes]:
        """Give all index keys of whom a face on record stands for; those of the name where that is nobody yet."""
        if "@" in face:
            try:
                named = people.Person.of(mails=(face,)).index_keys()
            except NameFormError:
                named = set()
        else:
            named = set()
        wanted = [people.by_mail(face)] if named else people.by_any(face)
        for key in wanted:
            names = self._known.names(key)
            if names:
                return names | named
        return frozenset(named or wanted)

    def reason(self, visitor: Visitor) -> str:
        """Say which pass opens the face, or why none does; tokens are never quoted."""
        if self._register is None:
            return f"no pass has been issued: there is no {self.file.name}, or it cannot be read"
        tokens = [token for token, _ in _shown(visitor)]
        opened = [found for token in tokens if (found := self.opened(token, visitor.now)) is not None]
        if not tokens:
            return "no pass is shown, by cookie or in the address"
        if not opened:
            return "the pass that is shown is not genuine, is over or is revoked"
        if visitor.face is None:
            return "a pass opens faces only, and this is a visit to none"
        right = next((found for found in opened if visitor.face in found.faces), None)
        if right is None:
            return f"{opened[0].who} does not open this face"
        return f"{right.who} opens this face, until {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(right.until))} UTC"

    def refresh(self) -> bool:
        """Take up new keys and revocations, and whom names lead to now."""
        self._take_up()
        now = self._identity, self._register.changes() if self._register is not None else -1, self._known.state()
        if now == self._rests_on:
            return False
        self._rests_on = now
        self._remembered.clear()
        return True

    def _take_up(self) -> None:
        """Open the register if it is there, or is another one now, and read its keys."""
        self._looked = time.monotonic()
        before = self._identity
        try:
            if self._heard is not None and self._heard.is_cut_off():
                raise SettingsError("the shared library was not heard of for longer than replica.passes_for")
            self._open()
            keys = Keys(self._register).secrets() if self._register is not None else []
            if keys != self._keys_read:
                self._verifier, self._keys_read = Verifier(keys), keys
            self._complained = ""
        except LimnerError as why:
            self._complain(why)
            self._close()
            self._verifier, self._keys_read = Verifier(()), []
        if self._identity != before:
            self._rests_on = None  # the next `refresh` ends verdicts, whoever called this

    def _open(self) -> None:
        try:
            status = self.file.stat()
        except FileNotFoundError:  # nothing has been issued yet
            self._close()
            return
        except OSError as why:
            raise SettingsError(f"cannot read {self.file}: {why.strerror}") from None
        refuse_open(self.file)
        identity = status.st_dev, status.st_ino
        if self._register is None or identity != self._identity:
            self._close()
            self._register, self._identity = Register(self.file), identity

    def _close(self) -> None:
        if self._register is not None:
            self._register.close()
        self._register = self._identity = None

    def _complain(self, why: LimnerError) -> None:
        """Say once what is wrong; until it is right, no pass counts."""
        if why.message != self._complained:
            self._complained = why.message
            logger.error("no pass counts: %s", why.message)

    def implied_by(self, other: Condition) -> bool:
        """Whether the other takes passes of the same register."""
        return isinstance(other, ByPass) and other.file == self.file

    def findings(self, *, guarded: bool) -> Iterator[Finding]:
        """Yield that others can get at the keys' folder."""
        folder = self.file.parent
        with suppress(OSError):
            mode = folder.stat().st_mode
            if mode & 0o002 and not mode & 0o1000:
                yield Finding(
                    "warning",
                    f"anyone on this machine can put another file in place of {self.file.name}",
                    f"chmod o-w {folder}",
                )


def _shown(visitor: Visitor) -> Iterator[tuple[bytes, bool]]:
    """Yield the passes that a visitor shows, each with whether it stands in the address."""
    cookies = [value for name, value in visitor.cookies if name.startswith((COOKIE, SECURE_COOKIE))]
    given = [value for name, value in visitor.parameters if name == PARAMETER]
    yield from [(token, False) for token in cookies[:TRIED]]
    yield from [(token, True) for token in given[: max(TRIED - len(cookies), 1)]]
