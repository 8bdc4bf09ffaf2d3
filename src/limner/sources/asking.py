"""What all sources share that ask over HTTP: the client, the password, and whose fault it is when something fails."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from limner import __version__
from limner.errors import PictureError, SettingsError, SourceError
from limner.fetch import Client, FetchError, Rules
from limner.settings import Fetch
from limner.settings.credential import read_secret

NO_PHOTO = frozenset((404, 410))
# what is wrong with one address only; all else concerns the server, and may be mended by the next sync
_OWN_FAULT = frozenset(("refused", "large"))

Asked = TypeVar("Asked")
Got = TypeVar("Got")


def client(label: str, fetch: Fetch, origins: Iterable[str], parallel: int) -> Client:
    """Make the client of a source, which may ask what `[fetch]` allows and its own `origins`. Raises SourceError."""
    rules = Rules.of(fetch.allow, origins, fetch.ports)
    try:
        return Client(
            rules,
            ca=fetch.ca,
            proxy=fetch.proxy,
            seconds=fetch.seconds,
            tries=fetch.tries,
            connections=parallel,
            agent=f"limner/{__version__}",
        )
    except FetchError as why:
        raise failed(label, why) from None


def secret(label: str, file: Path | None, variable: str, what: str) -> str:
    """Read a source's password, or what it has instead; one of the two is set. Raises SourceError."""
    try:
        text = read_secret(file, variable, what)
    except SettingsError as why:
        raise SourceError(f"source {label!r}: {why.message}", hint=why.hint) from None
    assert text is not None
    return text


def failed(label: str, why: FetchError, hint: str | None = None) -> SourceError:
    """Turn a failed request into why the source cannot be read."""
    return SourceError(f"source {label!r}: {why.message}", hint=hint or why.hint)


def of_photo(label: str, why: FetchError) -> PictureError | SourceError:
    """Turn a failed request for a photo into the error that says whether to try again: the server's, or the photo's."""
    bad = why.kind in _OWN_FAULT or (why.kind == "status" and why.status not in (401, 403, 407) and not why.again)
    return PictureError(why.message, hint=why.hint) if bad and why.status < 500 else failed(label, why)


def check_picture(kind: str, body: bytes, shown: str) -> None:
    """Make sure that an answer is meant to be a picture; a page is what servers send who want a sign-on.

    `kind` is its Content-Type. Raises PictureError.
    """
    kind = kind.partition(";")[0].strip().lower()
    start = body[:200].lstrip().lower()
    if kind in ("text/html", "application/xhtml+xml") or start.startswith((b"<!doctype html", b"<html")):
        raise PictureError(f"{shown}: the answer is a page, not a picture", hint="does the server want a sign-on?")


def in_order(ask: Callable[[Asked], Got], items: Iterable[Asked], parallel: int) -> Iterator[tuple[Asked, Got]]:
    """Yield each item with its answer, in order; `parallel` are asked at once, `items` is read only that far ahead."""
    under_way: deque[tuple[Asked, Future[Got]]] = deque()
    pool = ThreadPoolExecutor(parallel, thread_name_prefix="ask")
    try:
        for item in items:
            under_way.append((item, pool.submit(ask, item)))
            if len(under_way) >= 2 * parallel:
                first, future = under_way.popleft()
                yield first, future.result()
        while under_way:
            first, future = under_way.popleft()
            yield first, future.result()
    finally:  # whoever is stopped in between does not wait for slow servers: closing the client ends what is under way
        pool.shutdown(wait=False, cancel_futures=True)
