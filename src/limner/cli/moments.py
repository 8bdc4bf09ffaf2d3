"""Moments, as the command line takes and shows them: Unix seconds within, ISO 8601 in UTC outside."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import click

option = click.option(
    "--at", "moment", metavar="TIME", help="The time to judge by, ISO 8601 or Unix seconds; else now."
)


def read(text: str | None) -> float:
    """Give the Unix time that an option names; None: now. Without a zone it is UTC. Raises click.UsageError."""
    if text is None:
        return time.time()
    if re.fullmatch(r"[0-9]{9,11}", text):
        return float(text)
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        raise click.UsageError(f"{text[:80]!r} is not a time; write 2024-01-31T12:00:00Z") from None


def iso(moment: float | None) -> str | None:
    """Write a Unix time to the millisecond, without those where there are none; None for what is no time."""
    if moment is None:
        return None
    try:
        thousandths = round(moment * 1000)
        whole = datetime.fromtimestamp(thousandths // 1000, UTC).replace(tzinfo=None).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
    return f"{whole}.{thousandths % 1000:03}Z" if thousandths % 1000 else f"{whole}Z"
