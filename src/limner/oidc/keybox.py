"""The keys that sign sessions, and the sessions that were signed out: one small file that all workers share.

It lies in the library's folder and can be read by its owner only. A key signs for a day; it still proves what it signed
until that has ended, and is then dropped. Whoever removes the file ends all sessions.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import secrets
import time
import weakref
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from joserfc.jwk import OctKey

from limner.jwt import Keys
from limner.oidc.errors import SignInError

T = TypeVar("T")

DAY = 86_400.0  # seconds that a key signs
MOST_BYTES = 64_000_000
AHEAD = 3600.0  # seconds that another machine's clock may be ahead
KEY, OUT = "session key", "signed out"  # the kinds of what doors tell each other
SPARE = 3600.0  # seconds that a key is kept beyond the last session that it signed
ALGORITHM = "HS256"
_MARK = "limner sign-in 1"
logger = logging.getLogger("limner")
_boxes: weakref.WeakValueDictionary[Path, Keybox] = weakref.WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class _State:
    """What the file holds: keys as (id, secret, Unix time at which it was made), the newest last; who is signed out."""

    keys: tuple[tuple[str, bytes, float], ...] = ()
    revoked: dict[str, float] = field(default_factory=dict)


class Keybox:
    """See the module. `lifetime` is the longest that anything signed here counts, in seconds.

    It is a `limner.jwt.Ring`.
    """

    def __init__(self, file: Path, lifetime: float) -> None:
        self.file = file
        self.lifetime = lifetime
        self.keys: Keys | None = None
        self.changes = 0
        """How often it was found to have changed: there may be several who want to know."""
        self._state = _State()
        self._seen: tuple[int, int, int] | None = None
        self._trouble: str | None = None
        self.refresh()

    # -- as a ring ----------------------------------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Read the file again if it is another. True: what was found by the old one no longer stands."""
        seen = self._look()
        if seen == self._seen:
            return False
        try:
            self._take(self._read(), seen)
        except SignInError as why:
            if why.detail != self._trouble:
                logger.error("%s", why.detail)  # noqa: TRY400
            self._trouble = why.detail
            self._take(_State(), seen)
        else:
            self._trouble = None
        return True

    def miss(self) -> None:
        """Do nothing: the file is looked at each second anyway."""

    def trouble(self) -> str | None:
        return self._trouble

    # -- signing ------------------------------------------------------------------------------------------------------

    def key(self, now: float) -> tuple[str, OctKey]:
        """Give the key to sign with now, and its id; when the last is a day old, a new one. Raises SignInError."""
        self.refresh()
        newest = _signing(self._state, now) or _signing(self._change(lambda state: self._rotated(state, now)), now)
        assert newest is not None
        return newest[0], OctKey.import_key(newest[1])

    def secret(self, kid: str) -> bytes | None:
        """Give the secret of a key that still counts."""
        return next((secret for name, secret, _ in self._state.keys if name == kid), None)

    def _rotated(self, state: _State, now: float) -> _State:
        if _signing(state, now) is not None:
            return state  # another worker was quicker
        kept = [key for key in state.keys if self._counts(key[2], now)]
        made = (secrets.token_urlsafe(6), secrets.token_bytes(32), now)
        return _State(tuple(sorted((*kept, made), key=lambda key: key[2])), state.revoked)

    def _counts(self, made: float, now: float) -> bool:
        """Tell whether a key proves anything; it may be of a machine whose clock is ahead."""
        return now < made + DAY + self.lifetime + SPARE and made <= now + AHEAD

    # -- signing out --------------------------------------------------------------------------------------------------

    def revoke(self, name: str, until: float, now: float | None = None) -> None:
        """Let something that was signed count no longer; `until` is when it would have ended. Raises SignInError."""
        moment = time.time() if now is None else now

        def change(state: _State) -> _State:
            revoked = {each: end for each, end in state.revoked.items() if end > moment} | {name: until}
            return _State(state.keys, revoked)

        self._change(change)

    def is_revoked(self, name: str) -> bool:
        """Tell whether something that was signed counts no longer."""
        return name in self._state.revoked

    # -- between doors, where several share a library --------------------------------------------------------------

    def told(self, now: float) -> dict[tuple[str, str], str]:
        """Give what other doors must know, by kind and name."""
        keys = {
            (KEY, kid): json.dumps([b64encode(secret).decode(), made])
            for kid, secret, made in self._state.keys
            if self._counts(made, now)
        }
        return keys | {(OUT, name): json.dumps(until) for name, until in self._state.revoked.items() if until > now}

    def is_over(self, kind: str, name: str, value: str, now: float) -> bool:
        """Tell whether what another door told counts no more."""
        try:
            given = json.loads(value)
            return not self._counts(float(given[1]), now) if kind == KEY else float(given) <= now
        except (ValueError, TypeError, LookupError):
            return True

    def take_up(self, told: Mapping[tuple[str, str], str], now: float) -> None:
        """Take up what other doors told, none of which is over; keys that nobody else has stay. Raises SignInError."""
        if told.keys() <= self.told(now).keys():
            return

        def change(state: _State) -> _State:
            keys = {kid: (kid, secret, made) for kid, secret, made in state.keys}
            revoked = dict(state.revoked)
            for (kind, name), value in told.items():
                given = json.loads(value)
                if kind == OUT:
                    revoked[name] = float(given)
                else:
                    keys[name] = (name, b64decode(given[0], validate=True), float(given[1]))
            return _State(tuple(sorted(keys.values(), key=lambda key: key[2])), revoked)

        self._change(change)

    # -- the file -----------------------------------------------------------------------------------------------------

    def _take(self, state: _State, seen: tuple[int, int, int] | None) -> None:
        if state.keys != self._state.keys or self.keys is None:
            made = [OctKey.import_key(secret, {"kid": kid, "use": "sig"}) for kid, secret, _ in state.keys]
            self.keys = Keys(made, [ALGORITHM]) if made else None
        if state != self._state:
            self.changes += 1
        self._state, self._seen = state, seen

    def _look(self) -> tuple[int, int, int] | None:
        try:
            stat = os.stat(self.file)  # noqa: PTH116
        except OSError:
            return None
        return stat.st_ino, stat.st_size, stat.st_mtime_ns

    def _read(self) -> _State:
        """Read the file; no file is an empty state. Raises SignInError."""
        try:
            with self.file.open("rb") as stream:
                stat = os.fstat(stream.fileno())
                raw = stream.read(MOST_BYTES + 1)
        except FileNotFoundError:
            return _State()
        except OSError as why:
            raise _broken(f"cannot read {self.file}: {why.strerror}") from None
        if stat.st_mode & 0o077 or stat.st_uid not in (os.geteuid(), 0):
            raise _broken(
                f"others than its owner can get at {self.file}: nobody is signed in (chmod 600, or remove it)"
            )
        try:
            return _parse(json.loads(raw))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise _broken(f"{self.file} is damaged: nobody is signed in; remove it, and all sign in again") from None

    def _change(self, change: Callable[[_State], _State]) -> _State:
        """Change the file, while no other worker does. Raises SignInError."""
        try:
            with self._locked():
                state = change(self._read())
                self._write(state)
        except OSError as why:
            raise _broken(f"cannot write {self.file}: {why.strerror}") from None
        self._take(state, self._look())
        return state

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        fd = os.open(self.file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)

    def _write(self, state: _State) -> None:
        keys = [{"kid": kid, "secret": b64encode(secret).decode(), "made": made} for kid, secret, made in state.keys]
        raw = json.dumps({"format": _MARK, "keys": keys, "revoked": state.revoked}).encode()
        new = self.file.with_suffix(".new")
        fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as stream:
            os.fchmod(stream.fileno(), 0o600)
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(self.file)


def at(file: Path, lifetime: float) -> Keybox:
    """Give the box of a file: there is one in a process."""
    found = _boxes.get(file)
    if found is None:
        found = _boxes[file] = Keybox(file, lifetime)
    found.lifetime = lifetime
    return found


def _signing(state: _State, now: float) -> tuple[str, bytes, float] | None:
    """Give the newest key that may sign now."""
    return next((key for key in reversed(state.keys) if key[2] <= now < key[2] + DAY), None)


def _parse(given: Any) -> _State:
    if given["format"] != _MARK:
        raise ValueError("another format")
    keys = tuple(
        (str(key["kid"]), b64decode(key["secret"], validate=True), float(key["made"])) for key in given["keys"]
    )
    if any(len(secret) < 32 for _, secret, _ in keys):
        raise ValueError("a secret is too short")
    return _State(keys, {str(name): float(until) for name, until in given["revoked"].items()})


def _broken(detail: str) -> SignInError:
    return SignInError("Signing in does not work at the moment.", detail=detail, status=503)
