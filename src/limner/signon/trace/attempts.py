"""From the lines of a trace to attempts: each with what was asked for, where, who answered, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from limner.signon.names import is_address, same_server
from limner.signon.trace.client import Event, Kind, event
from limner.signon.trace.record import Record

MOST: Final = 10_000  # attempts of one file; of a longer one the beginning is looked at


class Result(StrEnum):
    """How an attempt ended."""

    CONNECTED = "connected"
    WRONG_SERVER = "wrong server"
    FAILED = "failed"
    NO_ANSWER = "no answer"
    UNFINISHED = "not told"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to reach a server; None is what the trace does not tell.

    `name` is what the client asked for, `server` who answered. `remembered` says that the address was that of last
    time. `lines` are the first and the last that speak of the attempt; `begun` and `ended` are Unix seconds.
    """

    name: str | None
    address: str | None
    port: str | None
    lines: tuple[int, int]
    result: Result = Result.UNFINISHED
    server: str | None = None
    reason: str | None = None
    remembered: bool = False
    begun: float | None = None
    ended: float | None = None
    explanation: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took, if the trace has times."""
        return None if self.begun is None or self.ended is None else self.ended - self.begun

    @property
    def by_name(self) -> bool:
        """Whether the address is a name, which DNS or a hosts file led on."""
        return self.address is not None and not is_address(self.address)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "name": self.name,
            "address": self.address,
            "port": self.port,
            "server": self.server,
            "result": self.result.value,
            "reason": self.reason,
            "explanation": self.explanation,
            "remembered": self.remembered,
            "lines": list(self.lines),
            "time": self.begun,
            "seconds": self.seconds,
        }


class Gathering:
    """Attempts as their lines come; `done` has those that ended, in order."""

    def __init__(self) -> None:
        self.done: list[Attempt] = []
        self.left_out = 0
        self._open: Attempt | None = None
        self._asked: str | None = None  # by the search for a path
        self._remembered = False

    def take(self, record: Record) -> bool:
        """Take a record; say whether it is a line of a trace."""
        told = event(record.text)
        if told is None:
            return False
        match told.kind:
            case Kind.PATH:
                self._close()
                self._asked = told.name
            case Kind.REMEMBERED | Kind.TRY:
                self._try(told, record)
            case Kind.CONNECTING:
                if self._open is None:
                    self._try(told, record)
            case Kind.WRONG_SERVER:
                self._end(Result.WRONG_SERVER, told, record)
            case Kind.CONNECTED:
                self._end(Result.CONNECTED, told, record)
            case Kind.AVAILABLE | Kind.IS_ADDRESS_OF:
                self._answered(told, record)
            case Kind.NO_ANSWER:
                self._end(Result.NO_ANSWER, told, record)
            case Kind.UNABLE | Kind.NO_PATH:
                self._end(Result.FAILED, told, record)
        return True

    def finish(self) -> list[Attempt]:
        """Give all attempts, the last of them as it stands."""
        self._close()
        return self.done

    def _try(self, told: Event, record: Record) -> None:
        before = self._open
        if before is not None and _goes_on(before, told):
            self._open = replace(
                before,
                lines=(before.lines[0], record.line),
                name=told.name or before.name,
                address=told.address or before.address,
                port=told.port or before.port,
            )
            return
        self._close()
        name = told.name or self._asked
        remembered = told.kind is Kind.REMEMBERED
        self._open = Attempt(
            name, told.address, told.port, (record.line, record.line), remembered=remembered, begun=record.time
        )

    def _answered(self, told: Event, record: Record) -> None:
        if self._open is not None:
            first = self._open.lines[0]
            self._open = replace(self._open, server=told.server, lines=(first, record.line), ended=record.time)

    def _end(self, result: Result, told: Event, record: Record) -> None:
        attempt = self._open
        if attempt is None or _is_of_another(attempt, told):
            self._close()
            if result is Result.NO_ANSWER and told.address is None:
                return  # of an attempt that has ended already
            if result is Result.FAILED and self._says_it_again(told):
                return
            attempt = Attempt(told.name or self._asked, told.address, told.port, (record.line, record.line))
        self._open = replace(
            attempt,
            name=attempt.name or told.name,
            address=attempt.address or told.address,
            port=attempt.port or told.port,
            lines=(attempt.lines[0], record.line),
            result=result,
            server=told.server or (attempt.server if result is Result.CONNECTED else None),
            reason=told.reason,
            ended=record.time,
        )
        self._close()

    def _says_it_again(self, told: Event) -> bool:
        """Whether a failure that belongs to no attempt sums up one that has been told already."""
        last = self.done[-1] if self.done else None
        if last is None or last.result is Result.CONNECTED:
            return False
        return told.name is None or last.name is None or same_server(told.name, last.name)

    def _close(self) -> None:
        if self._open is not None:
            if len(self.done) < MOST:
                self.done.append(self._open)
            else:
                self.left_out += 1
        self._open = None


def _goes_on(before: Attempt, told: Event) -> bool:
    """Whether a line tells more of an attempt: an address was verified, or answered, and is used now."""
    if before.remembered or told.kind is Kind.REMEMBERED:
        return bool(before.server) and told.address == before.address
    return not (told.name and before.name) or same_server(told.name, before.name)


def _is_of_another(attempt: Attempt, told: Event) -> bool:
    """Whether an ending is of another attempt than the one that is open."""
    if told.address and attempt.address and not _same(told.address, attempt.address):
        return True
    return bool(told.name and attempt.name) and not same_server(told.name or "", attempt.name or "")


def _same(one: str, other: str) -> bool:
    return one.strip("[]'").casefold() == other.strip("[]'").casefold()
