"""What all doors of a shared library agree on beside people: passes, sessions, and faces counted against budgets.

One thread of the follower keeps this machine's files and the database equal, as soon as something changes and each
second at the latest. While the database is away doors go on with what their files say; the settings bound for how long.
"""

from __future__ import annotations

import logging
import threading
import time

from limner.errors import AwayError, LimnerError
from limner.library.shared import SharedLibrary
from limner.library.shared.agreed import Agreed
from limner.library.shared.counts import Counts
from limner.library.shared.link import Link
from limner.library.shared.register import SharedRegister, pull
from limner.library.shared.sessions import Sessions
from limner.oidc.keybox import Keybox, at
from limner.passes import Register
from limner.policy import COUNTS, Tally
from limner.settings import Settings, SharedPlace

ROUND_SECONDS = 1.0
REST_SECONDS = 2.0  # before the database is tried again
STEP = 5000  # faces that are told at once
logger = logging.getLogger("limner")


class Agreement:
    """Exchanges what this machine's doors know with all others."""

    def __init__(self, settings: Settings, stop: threading.Event) -> None:
        assert isinstance(settings.place, SharedPlace)
        self.settings = settings
        self.place = settings.place
        self.stop = stop
        self._wake = threading.Event()
        self._link = Link(self.place)
        self._library: SharedLibrary | None = None
        self._sessions: Sessions | None = None
        self._box: Keybox | None = None
        self._counts: Counts | None = None
        self._tally: Tally | None = None
        self._said = ""

    def wake(self) -> None:
        """Look now: something may have changed."""
        self._wake.set()

    def run(self) -> None:
        """Exchange until told to stop; what fails is tried again."""
        while not self.stop.is_set():
            rest = ROUND_SECONDS
            for what in (self._exchange_passes, self._exchange_sessions, self._exchange_counts):
                try:
                    what()
                except LimnerError as why:
                    self._say(why)
                    rest = REST_SECONDS
            if rest == ROUND_SECONDS:
                self._said = ""
            self._wake.wait(rest)
            self._wake.clear()
        self._link.close()
        if self._library is not None:
            self._library.close()

    def _exchange_passes(self) -> None:
        """Take up passes, keys and clients; where none were ever shared there is no file either."""
        file = self.settings.passes.secrets
        if not file.exists() and not Agreed(self._link).after(-1, ("pass key", "pass client")).rows:
            return
        register = Register(file, create=True)
        try:
            joins = pull(register, self._link)
        finally:
            register.close()
        if joins:  # passes were issued on this machine before its library was shared: now they are everybody's
            SharedRegister(file, self.place).close()

    def _exchange_sessions(self) -> None:
        sign_in = self.settings.sign_in
        if sign_in is None:
            return
        if self._library is None or self._sessions is None or self._box is None:
            self._library = SharedLibrary(self.place)
            self._sessions = Sessions(self._library, self._link)
            self._box = at(self.settings.local / "sign-in.json", sign_in.hours * 3600)
        self._sessions.exchange(self._box, time.time())

    def _exchange_counts(self) -> None:
        if not any(rule.budget for rule in self.settings.policy.allow):
            return
        if self._tally is None or self._counts is None:
            self._tally = Tally(self.settings.local / COUNTS)
            self._counts = Counts(self._link, self._tally.node)
        now = time.time()
        untold = self._tally.untold(STEP)
        if untold and self._counts.tell(untold, now):
            self._tally.note_told(untold[-1][0])
        for visitor, face, ends in self._counts.hear(now):
            self._tally.count_elsewhere(visitor, face, ends, now)

    def _say(self, why: LimnerError) -> None:
        """Say what is wrong, but not the same again and again; that the library is away is said by who follows it."""
        told = getattr(why, "detail", None) or why.message
        if told != self._said:
            self._said = told
            level = logging.DEBUG if isinstance(why, AwayError) else logging.WARNING
            logger.log(level, "what doors must agree on is late: %s", told)
