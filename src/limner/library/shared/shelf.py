"""Where the pictures of a shared library are: in an object store, in a folder, or in the database itself.

An object is written once, at a place that no other one ever had, and never changed: whoever deletes one late deletes
nothing that came after it. The library knows the digest of what is there; see `limner.library.shared.pack`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from limner.errors import AwayError, LibraryError
from limner.library.shared.border import border
from limner.library.shared.link import Connection, Link
from limner.library.shared.pack import LIMIT
from limner.settings import SharedPlace
from limner.settings.shared import IN_DATABASE

PARALLEL = 16  # objects that are written at once
TIMEOUT = timedelta(seconds=30)  # for one request
RETRIES = 4  # of a request that failed with 5xx or no answer, within
RETRY_TIME = timedelta(seconds=20)


class Shelf(Protocol):
    """Objects by their place."""

    where: str

    def begin(self, connection: Connection, place: str, body: bytes) -> Future[None] | None:
        """Begin to put an object in its place, in a batch's transaction; None: it is there already."""

    def get(self, place: str) -> bytes | None:
        """Give an object; None: there is none. Raises AwayError, LibraryError."""

    def delete(self, connection: Connection, places: Sequence[str]) -> None:
        """Delete objects, where they are there. Raises AwayError, LibraryError."""

    def close(self) -> None:
        """Let go of it."""


def open_shelf(place: SharedPlace, link: Link) -> Shelf:
    """Open the store that the settings name. Raises LibraryError."""
    return TableShelf(link) if place.pictures == IN_DATABASE else ObjectShelf(place)


class TableShelf:
    """Pictures in the database itself, for small sites: one server less, and one backup for everything."""

    def __init__(self, link: Link) -> None:
        self.where = link.where
        self._link = link

    def begin(self, connection: Connection, place: str, body: bytes) -> None:
        connection.execute("insert into limner.bodies (place, body) values (%s, %b)", (place, body))

    def get(self, place: str) -> bytes | None:
        query = "select body from limner.bodies where place = %s"
        row = self._link.read(lambda connection: connection.execute(query, (place,), binary=True).fetchone())
        return bytes(row[0]) if row else None  # type: ignore[call-overload]

    def delete(self, connection: Connection, places: Sequence[str]) -> None:
        with border(self.where):
            connection.execute("delete from limner.bodies where place = any(%s)", (list(places),))

    def close(self) -> None:
        """Nothing is held: the connection is the library's."""


class ObjectShelf:
    """Pictures in S3, Azure, Google's store or a folder, by obstore."""

    def __init__(self, place: SharedPlace) -> None:
        self.where = place.pictures
        config: dict[str, str] = {}
        if place.pictures.startswith("s3:"):
            config = {"region": place.access.region or "us-east-1"}
            if place.access.endpoint:
                config["endpoint"] = place.access.endpoint
        options: Any = {"timeout": TIMEOUT, "connect_timeout": timedelta(seconds=place.access.wait_seconds)}
        options["allow_http"] = bool(place.access.endpoint and place.access.endpoint.lower().startswith("http:"))
        retry: Any = {"max_retries": RETRIES, "retry_timeout": RETRY_TIME}
        with self._border():
            if place.pictures.startswith("file:"):
                self._store: Any = from_url(place.pictures, mkdir=True)
            else:
                arguments: Any = {"config": config, "client_options": options, "retry_config": retry}
                self._store = from_url(place.pictures, **arguments)
        self._threads = ThreadPoolExecutor(PARALLEL, thread_name_prefix="shelf")

    def begin(self, connection: Connection, place: str, body: bytes) -> Future[None] | None:
        return self._threads.submit(self._put, place, body)

    def _put(self, place: str, body: bytes) -> None:
        with self._border():
            obstore.put(self._store, place, body, use_multipart=False)

    def get(self, place: str) -> bytes | None:
        with self._border():
            try:
                found = obstore.get(self._store, place)
                if found.meta["size"] > LIMIT:
                    raise LibraryError(f"{self.where}/{place} is too large to be a picture of limner's")
                return bytes(found.bytes())
            except FileNotFoundError:
                return None

    def delete(self, connection: Connection, places: Sequence[str]) -> None:
        def one(place: str) -> None:
            with self._border():
                try:
                    obstore.delete(self._store, place)
                except FileNotFoundError:
                    return

        list(self._threads.map(one, places))

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    def _border(self) -> _Border:
        return _Border(self.where)


class _Border:
    """Turns obstore's exceptions, and the system's, into LibraryError."""

    def __init__(self, where: str) -> None:
        self.where = where

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, why: BaseException | None, trace: object) -> None:
        if isinstance(why, BaseError | OSError | ValueError) and not isinstance(why, FileNotFoundError):
            raise AwayError(
                f"the pictures in {self.where} cannot be reached: {_first_line(why)}",
                hint="nothing is lost; credentials are read from the environment (docs/scale.md)",
            ) from None


def _first_line(why: BaseException) -> str:
    """Give what went wrong without the request that it happened to, which may hold a signature."""
    line = " ".join(str(why).split("\n")[0].split("?")[0].split())
    return line[:200] or type(why).__name__


def chunks(places: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """Give places in portions."""
    for at in range(0, len(places), size):
        yield places[at : at + size]
