"""Users of tokens, looked up in a directory by a thread, so that no visitor but the user waits for it.

Each worker has its own. Answers are remembered, in bounded memory; while the directory is down they count for some
hours more. A user whom it does not name, or names twice, or whom nobody could ask it for, is nobody.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice

from limner import people
from limner.directory import Directory, Entry, check_filter, connect, escape
from limner.errors import DirectoryError, LimnerError, NameFormError, SettingsError
from limner.ltpa import login_of
from limner.settings.rules.lookup import Lookup

WAITING = 1_000  # users that are waited for; whoever comes on top is asked for with a later request
REST = (2.0, 5.0, 10.0, 30.0, 60.0)  # seconds before a directory that failed is asked again
NO_SUCH_ENTRY = frozenset((32, 34))  # RFC 4511 A.1: noSuchObject, invalidDNSyntax
TOO_MANY = 4  # sizeLimitExceeded
_PLACE = re.compile(r"\{(user|login)\}")
logger = logging.getLogger("limner")

Keys = tuple[bytes, ...]


class _SeveralError(Exception):
    """Two entries fit one user."""


class Lookups:
    """The users of one `lookup`, and who they are. Raises SettingsError for a filter that is none."""

    def __init__(self, setting: Lookup, clock: Callable[[], float] = time.monotonic) -> None:
        self.setting = setting
        self.trouble: str | None = None
        """What went wrong last, if it did."""
        self._clock = clock
        self._answers: dict[str, tuple[Keys, float]] = {}  # the oldest first, each with when it came
        self._waiting: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failed = 0
        self._rest_until = 0.0
        try:
            check_filter(_filled(setting.filter, "x", "x") or "")
        except DirectoryError as why:
            raise SettingsError(f"`lookup`: {why.message}", hint=why.hint) from None

    def find(self, user: str) -> Keys | None:
        """Give the index keys of a user, likeliest first; None: the directory has not said. Never waits."""
        now = self._clock()
        with self._lock:
            keys, got = self._answers.get(user, (None, now))
            if keys is None or now - got >= self.setting.minutes * 60:
                self._want(user, now)
            return keys if now - got < self.setting.hours * 3600 else None

    def coming(self, user: str) -> Future[None] | None:
        """Give what is done as soon as there is an answer for a user, or none can be had; None: nobody is asked."""
        with self._lock:
            return self._waiting.get(user)

    def _want(self, user: str, now: float) -> None:
        if user in self._waiting or now < self._rest_until or len(self._waiting) >= WAITING:
            return
        self._waiting[user] = Future()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="limner lookup", daemon=True)
            self._thread.start()

    # -- in the thread ----------------------------------------------------------------------------------------------

    def _work(self) -> None:
        """Ask for all who wait over one connection; whoever comes later has another made."""
        directory: Directory | None = None
        try:
            while (user := self._next()) is not None:
                try:
                    directory = directory or connect(self.setting)
                    keys = self._keys(directory, user)
                except _SeveralError:
                    logger.warning("lookup: more than one entry fits %r: nobody is taken for that user", user[:200])
                    directory, keys = _close(directory), ()  # the rest of the answer was not read
                except LimnerError as why:
                    directory = _close(directory)
                    self._miss(why.message)
                    continue
                except Exception as why:  # noqa: BLE001  (a thread that dies says nothing to anybody)
                    directory = _close(directory)
                    self._miss(f"asking for a user failed: {type(why).__name__}")
                    continue
                self._take(user, keys)
        finally:
            _close(directory)

    def _next(self) -> str | None:
        with self._lock:
            user = next(iter(self._waiting), None)
            if user is None:
                self._thread = None
            return user

    def _take(self, user: str, keys: Keys) -> None:
        with self._lock:
            self._answers.pop(user, None)
            while len(self._answers) >= self.setting.remembered:
                del self._answers[next(iter(self._answers))]
            self._answers[user] = keys, self._clock()
            if self.trouble is not None:
                logger.warning("lookup: the directory answers again")
            self.trouble, self._failed = None, 0
            done = self._waiting.pop(user)
        done.set_result(None)

    def _miss(self, why: str) -> None:
        with self._lock:
            if why != self.trouble:
                logger.error("lookup: %s; users who were not looked up before are nobody until it answers", why)
            self.trouble = why
            self._rest_until = self._clock() + REST[min(self._failed, len(REST) - 1)]
            self._failed += 1
            waiting, self._waiting = self._waiting, {}
        for each in waiting.values():
            each.set_result(None)

    def _keys(self, directory: Directory, user: str) -> Keys:
        """Ask for a user: by the entry of that name, else by the filter. Raises DirectoryError and _SeveralError."""
        setting = self.setting
        wanted = [*setting.mail, *setting.uid]
        dn = _dn_below(user, setting.base)
        entry = _read(directory, dn, wanted) if dn else None
        if entry is None and (text := _filled(setting.filter, user, login_of(user))) is not None:
            found = [each for base in setting.base for each in _two(directory, base, text, wanted)]
            if len({each.dn.lower() for each in found}) > 1:
                raise _SeveralError
            entry = found[0] if found else None
        return tuple(self._names(entry)) if entry is not None else ()

    def _names(self, entry: Entry) -> Iterator[bytes]:
        named = [(people.by_mail, self.setting.mail), (people.by_uid, self.setting.uid)]
        texts = [(kind, text) for kind, names in named for name in names for text in entry.texts(name)]
        for kind, text in [*texts, (people.by_dn, entry.dn)]:
            try:
                yield kind(text)
            except NameFormError:
                continue


def _close(directory: Directory | None) -> Directory | None:
    if directory is not None:
        directory.close()
    return None


def _read(directory: Directory, dn: str, wanted: Sequence[str]) -> Entry | None:
    try:
        return directory.read(dn, wanted)
    except DirectoryError as why:
        if why.code in NO_SUCH_ENTRY:
            return None
        raise


def _two(directory: Directory, base: str, text: str, wanted: Sequence[str]) -> list[Entry]:
    """Give the first entries that fit, two at most: more need not be read. Raises _SeveralError for two."""
    try:
        found = list(islice(directory.search(base, text, wanted), 2))
    except DirectoryError as why:
        if why.code == TOO_MANY:
            raise _SeveralError from None
        raise
    if len(found) > 1:
        raise _SeveralError
    return found


def _filled(text: str, user: str, login: str | None) -> str | None:
    """Put a user into a filter, escaped; None where it asks for a login, and the name holds none."""
    if login is None and "{login}" in text:
        return None
    values = {"user": escape(user), "login": escape(login or "")}
    return _PLACE.sub(lambda place: values[place[1]], text)


def _dn_below(user: str, bases: Sequence[str]) -> str | None:
    """Give the name of the entry that a user is, where that is below one of the bases; Notes' slashes are commas."""
    try:
        normal = people.dn(user) if "=" in user else ""
        below = any(normal.endswith(f",{people.dn(base)}") for base in bases)
    except NameFormError:
        return None
    if not below:
        return None
    return user if "," in user else ",".join(part.strip() for part in user.split("/"))
