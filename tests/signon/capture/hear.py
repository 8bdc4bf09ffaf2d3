"""Lets a protocol's reader hear a conversation, whole or in pieces."""

from __future__ import annotations

from typing import TypeVar

from limner.signon.capture.talk import Talk
from limner.signon.capture.tape import Stamp, Tape

T = TypeVar("T", bound=Talk)
Turn = tuple[bool, bytes]  # by the client?, what was said


def hear(talk: T, *turns: Turn, piece: int = 0, end: bool = True) -> T:
    """Feed all turns, each a packet of its own; with `piece` in packets of so many bytes."""
    tapes = {True: Tape(talk.client), False: Tape(talk.server)}
    number = 0
    for by_client, data in turns:
        size = piece or max(len(data), 1)
        for at in range(0, len(data), size):
            number += 1
            tapes[by_client].feed(data[at : at + size], Stamp(number, number * 1_000_000))
    for tape in tapes.values() if end else ():
        tape.end()
    return talk


def said(talk: Talk) -> list[str]:
    """Give what was said, in the order of packets."""
    ordered = sorted(talk.events, key=lambda event: event.stamp)
    return [f"{'client' if event.by_client else 'server'} {event.text}" for event in ordered]


def survives(make: type[Talk], raw: bytes, tail: bytes) -> None:
    """Feed nonsense, also after a good begin, to both sides: nothing may be raised, or held without bound."""
    for data in (raw, tail + raw):
        for by_client in (True, False):
            talk = make()
            tape = Tape(talk.client if by_client else talk.server)
            for at in range(0, len(data), 7):
                tape.feed(data[at : at + 7], Stamp(1, 0))
                assert tape.held <= 1 << 17
            tape.gap(5, Stamp(2, 0))
            if not tape.done:
                tape.feed(data, Stamp(3, 0))
            tape.end()
            assert len(talk.events) <= 60
