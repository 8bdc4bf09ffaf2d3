"""Hands: threads that take photos from the queue of a shared library, and processes that make the pictures.

They are in a sync, in `limner work`, and in a door whose settings say so; all do the same.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Mapping

from limner.errors import AwayError, LimnerError
from limner.library.shared.hand import Hand, Work
from limner.picture import Limits, Portrait, portrait
from limner.settings import Settings, SharedPlace
from limner.sync.pictures import Bounds, DecoderDownError, Maker, Workshop

IDLE_SECONDS = 1.0  # between two looks at whether hands that are gone left something
REST_SECONDS = 2.0  # before the database or the store is tried again
AT_ONCE = 2  # photos for each process: one comes or goes while another is made
USUAL = Bounds()
logger = logging.getLogger("limner")


class Hands:
    """The hands of this machine.

    `near`: originals that this process has itself, by digest, and need not get from the store.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        near: Mapping[bytes, Callable[[], bytes]] | None = None,
        bounds: Bounds = USUAL,
        maker: Maker = portrait,
    ) -> None:
        assert isinstance(settings.place, SharedPlace)
        self.place = settings.place
        self.count = settings.sync.workers or len(os.sched_getaffinity(0))
        self.near = near if near is not None else {}
        self.stopped = threading.Event()
        self.made = 0
        limits = Limits(settings.sync.picture_bytes, settings.sync.picture_pixels)
        self._shops = [Workshop(limits, bounds=bounds, maker=maker) for _ in range(self.count)]
        self._threads: list[threading.Thread] = []
        self._said = ""

    def start(self) -> None:
        """Begin to work."""
        for shop in self._shops * AT_ONCE:
            self._threads.append(threading.Thread(target=self._work, args=(shop,), daemon=True))
            self._threads[-1].start()

    def stop(self) -> None:
        """End what is in hand, and stop."""
        self.stopped.set()
        for thread in self._threads:
            thread.join()
        for shop in self._shops:
            shop.close()

    def _work(self, shop: Workshop) -> None:
        hand: Hand | None = None
        while not self.stopped.is_set():
            try:
                hand = hand or Hand(self.place)
                work = hand.take()
                if work is None:
                    hand.wait(IDLE_SECONDS)
                else:
                    self._make(hand, shop, work)
                    self._said = ""
            except LimnerError as why:
                self._say(why)
                self.stopped.wait(REST_SECONDS)
        if hand is not None:
            hand.close()

    def _make(self, hand: Hand, shop: Workshop, work: Work) -> None:
        try:
            photo = self._original(hand, work)
            if photo is None:
                return
            if hashlib.sha256(photo).digest() != work.digest:
                hand.fail(work, "it changed while it was read, or the store gives it damaged")
                return
            made = shop.make(photo)
            if isinstance(made, Portrait):
                hand.made(work, made.renditions)
                self.made += 1
            elif isinstance(made, DecoderDownError):
                hand.fail(work, made.message)
            else:
                hand.refuse(work, made.message)
        except AwayError:
            hand.put_back(work)  # where the database is away as well, it is free anyway
            raise

    def _original(self, hand: Hand, work: Work) -> bytes | None:
        near = self.near.get(work.digest)
        return near() if near is not None else hand.original(work)

    def _say(self, why: LimnerError) -> None:
        """Say what is wrong, but not the same again and again."""
        if why.message != self._said:
            self._said = why.message
            logger.warning("%s; it is tried again", why.message)
