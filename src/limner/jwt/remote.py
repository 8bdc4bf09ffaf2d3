"""A small document at an address, fetched and renewed by a thread, so that nobody ever waits for it.

Each worker has its own. `poll`, which is called each second, starts what is due and takes what has come. The last good
state stays while the server is down, up to a limit. Those of one address are one object, so that new settings do not
begin with nothing.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from limner.errors import LimnerError
from limner.fetch import Client

T = TypeVar("T")

GAP = 10.0  # seconds between two fetches that somebody outside can bring about
REST = (2.0, 5.0, 10.0, 30.0, 60.0)  # seconds before a server that failed is asked again
LIMIT = 262_144  # bytes
logger = logging.getLogger("limner")

_shared: weakref.WeakValueDictionary[tuple[object, ...], Remote[Any]] = weakref.WeakValueDictionary()


class Remote(Generic[T]):
    """A document: `url`, what makes the client, what reads the bytes (LimnerError: it is not what it should be).

    It is fetched again after `every` seconds, and counts for `keep` seconds after it was fetched last.
    """

    def __init__(
        self, url: str, client: Callable[[], Client], read: Callable[[bytes], T], *, every: float, keep: float
    ) -> None:
        self.url = url
        self.value: T | None = None
        self.trouble: str | None = None
        """What went wrong last, if it did."""
        self._client = client
        self._read = read
        self._every = every
        self._keep = keep
        self._due = 0.0  # by time.monotonic: when to fetch next
        self._got = 0.0  # when it was fetched last
        self._asked = -GAP  # when it was begun to fetch last
        self._failed = 0
        self._raw: bytes | None = None
        self._thread: threading.Thread | None = None
        self._result: bytes | LimnerError | None = None

    def poll(self, now: float | None = None) -> None:
        """Take what has come, let go what is too old, and begin to fetch what is due. Never waits, never raises."""
        now = time.monotonic() if now is None else now
        if self._thread is not None and not self._thread.is_alive():
            self._thread = None
            self._take(now)
        if self.value is not None and now - self._got > self._keep:
            self.value, self._raw = None, None
            logger.error("%s could not be fetched for too long: nothing of it counts any more", self.url)
        if self._thread is None and now >= self._due:
            self._asked = now
            self._thread = threading.Thread(target=self._fetch, name="limner fetch", daemon=True)
            self._thread.start()

    def soon(self, now: float | None = None) -> None:
        """Have it fetched with the next poll, unless that was done a moment ago."""
        now = time.monotonic() if now is None else now
        if self.value is not None or not self._failed:  # else it is being asked for already, with rests
            self._due = min(self._due, max(now, self._asked + GAP))

    def wait(self, seconds: float = 10.0) -> None:
        """Wait for what is under way: for tools that have nothing else to do."""
        if self._thread is not None:
            self._thread.join(seconds)
        self.poll()

    def _fetch(self) -> None:
        client = None
        try:
            client = self._client()
            self._result = client.get(self.url, limit=LIMIT, headers={"accept": "application/json"}).body
        except LimnerError as why:
            self._result = why
        except Exception as why:  # noqa: BLE001  (a thread that dies says nothing to anybody)
            self._result = LimnerError(f"{self.url}: {type(why).__name__}")
        finally:
            if client is not None:
                client.close()

    def _take(self, now: float) -> None:
        result, self._result = self._result, None
        try:
            if isinstance(result, LimnerError):
                raise result
            if result is None:
                raise LimnerError(f"{self.url}: nothing came")
            if result != self._raw or self.value is None:
                self.value = self._read(result)
                self._raw = result
        except LimnerError as why:
            self._miss(now, why)
            return
        if self.trouble is not None:
            logger.warning("%s is there again", self.url)
        self.trouble, self._failed, self._got = None, 0, now
        self._due = now + self._every

    def _miss(self, now: float, why: LimnerError) -> None:
        if why.message != self.trouble:
            still = "; what was fetched before still counts" if self.value is not None else ""
            logger.error("%s%s", why.message, still)
        self.trouble = why.message
        self._due = now + min(REST[min(self._failed, len(REST) - 1)], self._every)
        self._failed += 1


def shared(key: tuple[object, ...], make: Callable[[], Remote[T]]) -> Remote[T]:
    """Give the document of a key if there is one in this process, or else make it."""
    found = _shared.get(key)
    if found is None:
        found = _shared[key] = make()
    return found
