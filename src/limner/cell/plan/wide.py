"""Values between an old and a new one, with which a side gets on with both: widen before you narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from limner.cell.model import SSLConfig
from limner.cell.suites import Jdk, suites_of, versions_of

WIDEST: Final = "SSL_TLSv2"  # of the values that every fix level knows, the one that enables most


def wide_protocol(old: str, new: str, levels: Sequence[Jdk]) -> str:
    """Give a value of sslProtocol that enables what two values enable: one of them, or the widest; else the old one."""
    try:
        return next(
            (each for each in (old, new, WIDEST) if _covers(each, old, levels) and _covers(each, new, levels)), old
        )
    except ValueError:  # the old value is none that WebSphere knows
        return old


def wide(old: SSLConfig, new: SSLConfig, levels: Sequence[Jdk]) -> SSLConfig:
    """Give an SSL configuration that allows what two allow, as far as a value can say so; else what the old one does.

    Only protocol, level and suites can differ.
    """
    widened = replace(new, protocol=wide_protocol(old.protocol, new.protocol, levels))
    if (old.level, old.ciphers) == (new.level, new.ciphers):
        return widened
    try:
        lists = [suites_of(each.level, each.ciphers, levels[-1]) for each in (old, new)]
    except ValueError:
        return replace(widened, level=old.level, ciphers=old.ciphers)
    had, gets = ({each.name for each in some.listed} for some in lists)
    if had >= gets or not gets >= had:
        return replace(widened, level=old.level, ciphers=old.ciphers)
    return widened


def _covers(value: str, other: str, levels: Sequence[Jdk]) -> bool:
    """Whether a value enables, at each level, whatever another may."""
    return all(_covers_at(value, other, level) for level in levels)


def _covers_at(value: str, other: str, level: Jdk) -> bool:
    mine, theirs = versions_of(value, level), versions_of(other, level)
    return theirs.sure <= mine.sure and theirs.maybe <= mine.sure | mine.maybe
