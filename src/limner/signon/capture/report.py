"""What is said of a capture, for programs: attempts with their verdicts, conversations, time lines, evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from limner.signon.capture.attempts import Attempt, attempts
from limner.signon.capture.flow import Flow
from limner.signon.capture.reading import Progress, Reading, read
from limner.signon.capture.scene import Scene
from limner.signon.capture.verdict import Kind
from limner.signon.evidence import Evidence


@dataclass(slots=True)
class Report:
    """A capture that was read and judged."""

    reading: Reading
    attempts: list[Attempt]
    scene: Scene

    @property
    def failed(self) -> bool:
        """Whether an attempt came to something else than a log-in, and the capture tells why."""
        return any(attempt.verdict.kind not in (Kind.SOUND, Kind.NOT_KNOWN) for attempt in self.attempts)

    def evidence(self) -> list[Evidence]:
        """Give what the capture says about causes: of every attempt the verdict, and what else was observed."""
        file = self.reading.file
        every = (verdict for one in self.attempts for verdict in (one.verdict, *one.observed))
        return list(dict.fromkeys(found for verdict in every if (found := verdict.evidence(file)) is not None))

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        reading, about = self.reading, self.reading.about
        return {
            "file": reading.file,
            "format": about.format,
            "interfaces": about.interfaces,
            "packets": reading.packets,
            "begin": moment(reading.begin) if reading.packets else None,
            "end": moment(reading.end) if reading.packets else None,
            "notes": about.notes,
            "attempts": [_attempt(attempt) for attempt in self.attempts],
            "conversations": [conversation(flow) for flow in reading.flows],
            "evidence": [each.as_dict() for each in self.evidence()],
            "names_without_address": [
                {"packet": failed.stamp.number, "name": failed.name, "reason": failed.failure}
                for failed in reading.names.failed
            ],
        }


def look(
    path: Path, ports: Mapping[int, str] | None = None, wanted: Iterable[str] = (), progress: Progress | None = None
) -> Report:
    """Read and judge a capture. `ports` are as for `read`, `wanted` the names that the client is known to ask for.

    Raises SignonError, OSError.
    """
    reading = read(path, ports, progress)
    scene = Scene(reading.flows, reading.names, wanted)
    return Report(reading, attempts(scene), scene)


def moment(when: int) -> str:
    """Give a time as ISO 8601 has it, to the microsecond."""
    seconds, rest = divmod(when, 1_000_000_000)
    try:
        whole = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (ValueError, OverflowError, OSError):  # a damaged file may claim any time
        return f"{seconds} s"
    return f"{whole}.{rest // 1000:06}Z"


def conversation(flow: Flow) -> dict[str, Any]:
    """Give a conversation as JSON has it."""
    close = flow.close
    tls = flow.tls
    return {
        "number": flow.number,
        "protocol": flow.protocol,
        "client": str(flow.client),
        "server": str(flow.server),
        "packet": flow.began.number,
        "begin": moment(flow.began.when),
        "end": moment(flow.last.when),
        "begin_captured": flow.whole,
        "established": flow.established,
        "asked": len(flow.syns),
        "refused": len(flow.refused),
        "unreachable": flow.unreachable.reason if flow.unreachable else None,
        "bytes_from_client": flow.from_client.bytes,
        "bytes_from_server": flow.from_server.bytes,
        "retransmitted": flow.from_client.retransmitted + flow.from_server.retransmitted,
        "missing_bytes": flow.missing,
        "turns": flow.turns,
        "ended_by": None if close is None else "client" if close.by_client else "server",
        "ended_how": None if close is None else "RST" if close.reset else "FIN",
        "ended_packet": None if close is None else close.stamp.number,
        "quiet_before_end_s": None if close is None else close.idle / 1e9,
        "ended_after": _last_word(flow),
        "tls_server_name": tls.server_name if tls else None,
        "not_all_was_read": flow.talk.unread or bool(flow.missing),
        "events": [
            {
                "packet": event.stamp.number,
                "time": moment(event.stamp.when),
                "by": "client" if event.by_client else "server",
                "text": event.text,
            }
            for event in events(flow)
        ],
    }


def events(flow: Flow) -> list[Any]:
    """Give the events of a conversation, in the order of their packets."""
    return sorted(flow.talk.events, key=lambda event: event.stamp)


def _last_word(flow: Flow) -> str | None:
    """Say after what the conversation was ended."""
    if flow.close is None:
        return None
    before = [event for event in events(flow) if event.stamp <= flow.close.stamp]
    if before:
        return f"the {'client' if before[-1].by_client else 'server'} {before[-1].text}"
    return None


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "client": attempt.client,
        "begin": moment(attempt.begin),
        "end": moment(attempt.end),
        "verdict": attempt.verdict.as_dict(),
        "observed": [verdict.as_dict() for verdict in attempt.observed],
        "conversations": [flow.number for flow in attempt.flows],
        "followed_by": attempt.followed_by,
    }
