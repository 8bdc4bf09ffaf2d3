"""Where files are published: what every kind of place can do."""

from __future__ import annotations

from collections.abc import Collection
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from limner.errors import PublishError


class RefusedError(PublishError):
    """One file could not be written or removed; others may."""


class Seen(NamedTuple):
    """A file as its place tells of it: bytes, and a text that changes with it (a time, an ETag); "": not known yet."""

    size: int
    stamp: str


def fresh_name(path: str) -> str:
    """Give the name under which a file is written before it is renamed.

    It is always the same, so that an interrupted run leaves one at most, which the next one writes or removes.
    """
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}.{name[:200]}.limner"


class Target(Protocol):
    """A place for files, while it is open; paths are relative, with `/` between folders.

    Every verb raises PublishError: RefusedError where only that one file cannot be done, so that others can.
    """

    parallel: int
    """How many verbs may run at a time."""

    async def __aenter__(self) -> Self:
        """Open the place. Raises PublishError with a hint."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""

    async def listing(self, folders: Collection[str]) -> dict[str, Seen]:
        """Give the files in these folders ("" is the outermost) by their paths; none for one that is not there."""

    async def put(self, path: str, body: bytes) -> None:
        """Write a file so that whoever reads it finds the old one or the new one, whole; make its folder if need be."""

    async def remove(self, path: str) -> None:
        """Remove a file; one that is not there is removed already."""
