"""One direction of a conversation, as a script reads it.

A script is a generator: it yields what it wants next (`Take`, `Peek`, `Some`, `Skip`, `Until`) and is sent the bytes,
as soon as all of them are there. It so reads like the description of a protocol, and waits without holding more than
it asked for. Where bytes are missing from the capture it meets `Hole`, unless it was only skipping.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Final, NamedTuple

MOST: Final = 1 << 18  # bytes that a script may ask for at once


class Stamp(NamedTuple):
    """A packet: its number, counted from 1 as Wireshark does, and its time in nanoseconds since 1970."""

    number: int
    when: int


START: Final = Stamp(0, 0)  # before every packet


class Take(NamedTuple):
    """The next bytes, so many."""

    size: int


class Peek(NamedTuple):
    """The same, but they stay to be read again."""

    size: int


class Some(NamedTuple):
    """Whatever comes next: one byte at least, `most` of them at most."""

    most: int


class Skip(NamedTuple):
    """Let so many bytes pass, or all that come (None)."""

    size: int | None


class Until(NamedTuple):
    """The next bytes, up to and with a mark; `most` bounds them, and without the mark so many are given."""

    mark: bytes
    most: int


Ask = Take | Peek | Some | Skip | Until
Script = Generator[Ask, bytes, None]


class Hole(Exception):  # noqa: N818 - what happened, and no error
    """Bytes are missing, so many; `partial` are those that came before, of what was asked for.

    `missing` is None at the end: nothing more comes.
    """

    def __init__(self, partial: bytes, missing: int | None) -> None:
        super().__init__()
        self.partial = partial
        self.missing = missing


def body(length: int, most: int) -> Generator[Ask, bytes, bytes]:
    """Take a body whose length is known: the first `most` bytes of it, or as many of these as were captured.

    Raises Hole where so much is missing that nobody can say where the body ends.
    """
    wanted = min(length, most)
    try:
        taken = yield Take(wanted)
    except Hole as hole:
        left = length - len(hole.partial) - (hole.missing or 0)
        if hole.missing is None or left < 0:
            raise
        taken, wanted = hole.partial, length - left
    yield Skip(length - wanted)
    return taken


class Tape:
    """Runs a script over what is fed to it. `stamp` is the packet that brought the last byte of what the script got.

    `done`: the script wants nothing more, and what comes need not be fed.
    """

    def __init__(self, script: Callable[[Tape], Script]) -> None:
        self.stamp = START
        self.done = False
        self._held = bytearray()
        self._script = script(self)
        self._ask: Ask = Take(0)
        self._skip: int | None = 0  # bytes still to let pass
        self._resume(next)

    @property
    def held(self) -> int:
        """How many bytes wait until the script has all that it asked for."""
        return len(self._held)

    def feed(self, data: bytes, stamp: Stamp) -> None:
        """Add what came next."""
        self.stamp = stamp
        if self._skip is None or self._skip >= len(data) > 0:
            if self._skip:
                self._skip -= len(data)
                if self._skip == 0:
                    self._answer(b"")
                    self._run()
            return
        if not self._held and isinstance(self._ask, Some) and len(data) <= self._ask.most:
            self._answer(data)
            return
        self._held += data
        self._run()

    def gap(self, count: int, stamp: Stamp) -> None:
        """Say that so many bytes are missing here."""
        self.stamp = stamp
        if self._skip is None:
            return
        passed = min(self._skip, count)
        self._skip -= passed
        if passed and not self._skip:
            self._answer(b"")
            if passed == count:
                self._run()
                return
        if passed < count and not self.done:
            partial = bytes(self._held)
            self._held.clear()
            self._resume(lambda script: script.throw(Hole(partial, count - passed)))

    def end(self) -> None:
        """Say that nothing more will come: what is held counts as all there is."""
        if not self.done:
            partial = bytes(self._held)
            self._held.clear()
            self._resume(lambda script: script.throw(Hole(partial, None)))
            self._stop()

    def _run(self) -> None:
        """Answer the script as long as what is held suffices."""
        while not self.done:
            ask, held = self._ask, self._held
            if isinstance(ask, Skip):
                if self._skip is None:
                    held.clear()
                    return
                passed = min(self._skip, len(held))
                del held[:passed]
                self._skip -= passed
                if self._skip:
                    return
                self._answer(b"")
            elif isinstance(ask, Until):
                found = held.find(ask.mark, 0, ask.most)
                if found < 0 and len(held) < ask.most:
                    return
                self._give(found + len(ask.mark) if found >= 0 else ask.most)
            elif isinstance(ask, Some):
                if not held:
                    return
                self._give(min(len(held), ask.most))
            elif len(held) < ask.size:
                return
            elif isinstance(ask, Peek):
                self._answer(bytes(held[: ask.size]))
            else:
                self._give(ask.size)

    def _give(self, count: int) -> None:
        data = bytes(self._held[:count])
        del self._held[:count]
        self._answer(data)

    def _answer(self, data: bytes) -> None:
        self._resume(lambda script: script.send(data))

    def _resume(self, step: Callable[[Script], Ask]) -> None:
        """Let the script go on to what it wants next."""
        try:
            self._ask = step(self._script)
        except (StopIteration, Hole):
            self._stop()
            return
        ask = self._ask
        if isinstance(ask, (Take, Peek)) and ask.size > MOST:
            self._stop()  # no script should: it would hold what anyone cares to send
            return
        self._skip = ask.size if isinstance(ask, Skip) else 0
        if self._skip == 0 and isinstance(ask, Skip):
            self._answer(b"")

    def _stop(self) -> None:
        self.done = True
        self._held.clear()
        self._script.close()
