"""Brings pictures from the store into the replica: all that are lacking, those first that somebody asks for."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from limner.errors import AwayError, DamagedError, LibraryError, LimnerError
from limner.library.embedded.replica import Replica
from limner.library.shared.feed import Feed
from limner.library.shared.link import Link
from limner.library.shared.pictures import Pictures
from limner.library.shared.shelf import open_shelf
from limner.picture import Portrait
from limner.settings import Settings, SharedPlace
from limner.web.gauges import Gauges

STEP = 200  # pictures that are taken in at once
ASKED = 2000  # people who are asked for and wait, at most
AGAIN_SECONDS = 10.0  # before a picture is asked for again that the store did not give
DOWN_SECONDS = 2.0  # for which a store that does not answer is left alone
ROUND_SECONDS = 5.0  # between two looks at who still lacks a picture, where nobody says that somebody does
logger = logging.getLogger("limner")

Wanted = tuple[bytes, bytes]
"""A person's number, and the digest of their picture."""


class Bringer:
    """Fetches pictures with several requests at once."""

    def __init__(self, settings: Settings, replica: Replica, gauges: Gauges, stop: threading.Event) -> None:
        assert isinstance(settings.place, SharedPlace)
        self.place = settings.place
        self.replica = replica
        self.gauges = gauges
        self.stop = stop
        self.parallel = settings.replica.parallel
        self._link = Link(self.place, readonly=True)
        self._feed = Feed(self.place)
        self._pictures: Pictures | None = None
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._asked: dict[bytes, list[Future[bool]]] = {}
        self._failed: dict[bytes, float] = {}  # digest -> when to try again (monotonic)
        self._said = ""
        self._down_until = 0.0  # monotonic: the store does not answer, and is left alone

    def wake(self) -> None:
        """Look now: somebody may lack a picture."""
        self._wake.set()

    def ask(self, key: bytes) -> Future[bool]:
        """Have the picture of whoever goes by an index key brought first; True: it is there now."""
        future: Future[bool] = Future()
        with self._lock:
            if len(self._asked) >= ASKED or self.stop.is_set():
                future.set_result(False)
                return future
            self._asked.setdefault(key, []).append(future)
        self._wake.set()
        return future

    def run(self) -> None:
        """Bring pictures until told to stop. Raises DamagedError where the replica cannot be used any more."""
        with ThreadPoolExecutor(self.parallel, thread_name_prefix="pictures") as threads:
            after = b""
            while not self.stop.is_set():
                asked = self._take_asked()
                first = [wanted for _, wanted, _ in asked if wanted is not None]
                lacking = self.replica.lacking(STEP, after)
                after = lacking[-1][0] if len(lacking) == STEP else b""
                step = [each for each in lacking if self._is_due(each[1])]
                try:
                    brought = self._bring(threads, first or step)
                finally:
                    for _, wanted, futures in asked:
                        there = wanted is None or self._is_there(wanted)
                        for future in futures:
                            future.set_result(there)
                if not brought and not self._asked and not after:
                    self._wake.wait(ROUND_SECONDS)
                    self._wake.clear()
        self._feed.close()
        self._link.close()

    def _take_asked(self) -> list[tuple[bytes, Wanted | None, list[Future[bool]]]]:
        """Give who was asked for, with whom they are, where they lack a picture."""
        with self._lock:
            asked, self._asked = self._asked, {}
        return [(key, self.replica.lacks(key), futures) for key, futures in asked.items()]

    def _is_due(self, digest: bytes) -> bool:
        return self._failed.get(digest, 0.0) <= time.monotonic()

    def _is_there(self, wanted: Wanted) -> bool:
        return bool(self.replica.library.sizes(wanted[1]))

    def _bring(self, threads: ThreadPoolExecutor, wanted: list[Wanted]) -> int:
        """Fetch pictures and show them; gives how many came. Raises DamagedError."""
        if not wanted:
            return 0
        try:
            self._pictures = self._pictures or Pictures(open_shelf(self.place, self._link))
            known = {digest for _, digest in wanted if self.replica.library.sizes(digest)}
            places = self._feed.pictures({digest for _, digest in wanted} - known)
        except DamagedError:
            raise
        except LimnerError as why:
            self._say(why)
            self._wait_again({digest for _, digest in wanted})
            return 0
        fetched = threads.map(lambda item: self._fetch(item[0], *item[1]), places.items())
        portraits = {portrait.digest: portrait for portrait in fetched if portrait is not None}
        portraits |= {digest: found for digest in known if (found := self.replica.library.portrait(digest))}
        self._wait_again({digest for _, digest in wanted} - portraits.keys())
        try:
            self.replica.take_in((number, portraits[digest]) for number, digest in wanted if digest in portraits)
        except DamagedError:
            raise
        except LibraryError as why:
            self._say(why)
            self._wait_again(set(portraits))
            return 0
        self.gauges.set_replica(lacking=self.replica.count_lacking())
        return len(portraits)

    def _fetch(self, digest: bytes, place: str, checksum: bytes) -> Portrait | None:
        """Get one picture; None: the store does not give it now, or not whole."""
        assert self._pictures is not None
        if self._down_until > time.monotonic():
            return None
        try:
            return Portrait(digest, 0, 0, self._pictures.renditions(place, checksum, digest))
        except LimnerError as why:
            if isinstance(why, AwayError):
                self._down_until = time.monotonic() + DOWN_SECONDS
            self._say(why)
            return None

    def _wait_again(self, digests: set[bytes]) -> None:
        again = time.monotonic() + AGAIN_SECONDS
        self._failed = {digest: moment for digest, moment in self._failed.items() if moment > time.monotonic()}
        self._failed |= dict.fromkeys(digests, again)

    def _say(self, why: LimnerError) -> None:
        """Say what is wrong, but not the same again and again."""
        if why.message != self._said:
            self._said = why.message
            logger.warning("%s; it is tried again", why.message)
