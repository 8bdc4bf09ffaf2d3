"""Changes by comparing: who there is now, and whose entry bears another stamp than last time.

A deletion leaves no trace that every account may see. So everybody is listed by their identity and the stamp of their
last change alone, without photos: that tells who left or no longer matches, who is new, and whom to read again.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from limner.directory import Entry
from limner.sources.found import Found, Gone, Refused
from limner.sources.ldap.people import People
from limner.sources.ldap.stamps import UNKNOWN, Stamps, digest, is_vague
from limner.sources.ldap.state import State

Telling = Generator[Found | Gone | Refused, None, tuple[bool, State | None]]
"""What is told, and in the end whether it was everybody, and what the next reading goes on from."""


def read(people: People, stamps: Stamps, old: State | None, notes: list[str]) -> Telling:
    """Tell changes after `old`, or everybody if it is None or no good for this server. Raises DirectoryError."""
    database, tip = stamps.begin(people)
    if old is not None and (old.way != stamps.way or old.server != database):
        if old.way == stamps.way:
            notes.append(f"another server answered than last time ({people.directory.server}), so everybody was read")
        old = None
    register = _Register(people, stamps)
    if old is None:
        yield from people.everybody(stamps.attributes, register.enter)
        whole = bool(database) and register.is_whole
        return True, register.state(database, tip) if whole else None
    if tip and tip == old.tip and not people.expired(old.at):
        return False, replace(old, at=people.now)
    before = old.people
    for entry in people.census(stamps.attributes):
        register.enter(entry)
    for identity in sorted(before.keys() - register.there.keys()):
        yield Gone(people.mapping.origin(identity))
    later = (each for each, stamp in register.there.items() if stamp == UNKNOWN or before.get(each) != stamp)
    yield from people.some(sorted(later))
    return False, register.state(database, tip)


class _Register:
    """Who was seen in a reading, with what is remembered of their stamps."""

    def __init__(self, people: People, stamps: Stamps) -> None:
        self.people = people
        self.stamps = stamps
        self.there: dict[bytes, bytes] = {}
        self.is_whole = True  # everybody has an identity
        self._vague = ""
        self._vague_ones: list[bytes] = []

    def enter(self, entry: Entry) -> None:
        identity = self.people.mapping.identity(entry)
        if identity is None:
            self.is_whole = False
            return
        stamp = next(filter(None, map(entry.text, self.stamps.attributes)), "")
        self.there[identity] = digest(stamp)
        if is_vague(stamp) and stamp >= self._vague:
            if stamp > self._vague:
                self._vague = stamp
                self._vague_ones.clear()
            self._vague_ones.append(identity)

    def state(self, database: str, tip: str) -> State:
        """Give the state; of stamps in the last second, which may not be over, nothing is remembered."""
        there = self.there | dict.fromkeys(self._vague_ones, UNKNOWN)
        return State(self.stamps.way, database, tip=tip, people=there, at=self.people.now)
