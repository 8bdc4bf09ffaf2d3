"""Who writes, all the while, and who looks, and what may never be seen."""

from __future__ import annotations

import threading
import time
from random import Random
from typing import Self

from tests.library.samples import SOURCE, a_portrait, a_record

from limner.errors import LimnerError
from limner.library import Library
from limner.people import by_mail

from .site import SLACK, VOUCH_FOR, Door, Site

PEOPLE = [f"p{at:02d}" for at in range(24)]
STAYS = "stays"  # somebody whom nobody changes


class Told:
    """What the library has acknowledged. A change that it did not acknowledge is made again until it does."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.shown: dict[str, str | None] = {}
        self.gone: dict[str, float] = {}  # who was removed, and when that was acknowledged (monotonic)
        self.writes = 0
        self.refused = 0

    def holds_in(self, library: Library) -> None:
        """See that a library shows everybody as was acknowledged last."""
        for who, picture in self.shown.items():
            record = library.find(by_mail(f"{who}@example.com"))
            digest = a_portrait(picture).digest if picture else None
            assert (record.digest if record else None) == digest, f"{who} was acknowledged to show {picture}"

    def holds_at(self, door: Door) -> None:
        """See that a door shows everybody as was acknowledged last."""
        for who, picture in self.shown.items():
            body = door.shows(who)
            assert (body.split(b" at ")[0].decode() if body else None) == picture, who


class Writer:
    """Writes in a thread of its own while the block lasts."""

    def __init__(self, site: Site, told: Told, seed: int, pause: float = 0.02) -> None:
        self.library = site.library()
        self.told = told
        self.chance = Random(seed)
        self.pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._failure: BaseException | None = None

    def change(self, who: str, picture: str | None) -> bool:
        """Show a picture of somebody from now on, or remove them. False: it was not acknowledged."""
        told = self.told
        with told.lock:
            told.gone.pop(who, None)
        try:
            with self.library.batch() as batch:
                if picture is None:
                    batch.remove(SOURCE, f"{who}.jpg")
                else:
                    batch.put(a_record(who, picture), a_portrait(picture))
        except LimnerError:
            told.refused += 1
            return False
        with told.lock:
            told.shown[who] = picture
            told.writes += 1
            if picture is None:
                told.gone[who] = time.monotonic()
        return True

    def _run(self) -> None:
        try:
            while not self._stop.wait(self.pause):
                who = self.chance.choice(PEOPLE)
                leaves = self.told.shown.get(who) is not None and self.chance.random() < 0.4
                picture = None if leaves else f"{who}-{self.chance.randrange(1000)}"
                while not self.change(who, picture) and not self._stop.wait(0.1):
                    pass
        except BaseException as why:  # noqa: BLE001  (it is raised where the block ends)
            self._failure = why

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *how: object) -> None:
        """End, with the last change acknowledged or made again."""
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()
        self.library.close()
        if self._failure is not None:
            raise self._failure


class Watcher:
    """Looks at all doors in a thread of its own while the block lasts, as visitors in the same houses do.

    Two things are never to be seen, whatever is broken: somebody who was removed longer ago than a door may vouch for
    them; and a picture that is not whole, or is of somebody else.
    """

    def __init__(self, doors: list[Door], told: Told) -> None:
        self.doors = doors
        self.told = told
        self.faces = dict.fromkeys(range(len(doors)), 0)
        self.dark = dict.fromkeys(
            range(len(doors)), 0
        )  # times that the one who stays was not shown, or nobody answered
        self.longest = 0.0  # seconds without a face at any door
        self.wrong: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(at,), daemon=True) for at in range(len(doors))]
        self._last = time.monotonic()
        self._lock = threading.Lock()

    def _run(self, at: int) -> None:
        chance = Random(at)
        while not self._stop.wait(0.01):
            try:
                if self.doors[at].shows(STAYS):
                    self._saw(at)
                else:
                    self.dark[at] += 1
                self._look(at, chance.choice(PEOPLE))
            except (OSError, TimeoutError):
                self.dark[at] += 1
            except Exception as why:  # noqa: BLE001  (told at the end)
                self.wrong.append(f"door {at}: {why!r}")

    def _saw(self, at: int) -> None:
        with self._lock:
            now = time.monotonic()
            self.longest = max(self.longest, now - self._last)
            self._last = now
            self.faces[at] += 1

    def _look(self, at: int, who: str) -> None:
        with self.told.lock:
            gone = self.told.gone.get(who)
        asked = time.monotonic()
        body = self.doors[at].shows(who)
        if body is None:
            return
        if body != a_portrait(body.split(b" at ")[0].decode()).renditions.get(int(body.split()[2])):
            self.wrong.append(f"door {at} shows a picture that is not whole: {body[:40]!r}")
        if not body.startswith(who.encode() + b"-"):
            self.wrong.append(f"door {at} shows somebody else instead of {who}: {body[:40]!r}")
        with self.told.lock:
            same = gone is not None and self.told.gone.get(who) == gone  # nobody is writing them again
        if same and gone is not None and asked - gone > VOUCH_FOR + SLACK:
            self.wrong.append(f"door {at} shows {who}, who was removed {asked - gone:.1f} s before")

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *how: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(40)
        assert not self.wrong, "\n".join(self.wrong[:20])
