"""Whether a photo at an address is another one than last time: by what HTTP says of it, without fetching it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from limner.fetch import Answer, Client, FetchError
from limner.sources.asking import NO_PHOTO, check_picture

NO_HEAD = frozenset((400, 403, 405, 501))
"""What servers answer who know no HEAD, or whose makers thought of GET alone."""


@dataclass(frozen=True, slots=True)
class Look:
    """What there is at an address: `version` changes with the photo; None: there is none.

    `body` are its bytes, where the server says so little about it that it had to be fetched.
    """

    version: str | None
    body: bytes | None = None


def look(client: Client, url: str, headers: Mapping[str, str], limit: int) -> Look:
    """Look at an address: a HEAD, and a GET where that is not enough. Raises FetchError, PictureError."""
    try:
        answer = client.head(url, headers=headers, ok=(200, *NO_PHOTO))
    except FetchError as why:
        if why.kind != "status" or why.status not in NO_HEAD:
            raise
    else:
        if answer.status in NO_PHOTO:
            return Look(None)
        check_picture(answer.headers.get("content-type", ""), b"", url)
        if version := version_of(answer):
            return Look(version)
    answer = client.get(url, headers=headers, limit=limit, ok=(200, *NO_PHOTO))
    if answer.status in NO_PHOTO or not answer.body:
        return Look(None)
    check_picture(answer.headers.get("content-type", ""), answer.body, url)
    return Look(version_of(answer) or f"sha256 {hashlib.sha256(answer.body).hexdigest()}", answer.body)


def version_of(answer: Answer) -> str | None:
    """Give a text that changes with what is at an address: ETag, else Last-Modified and length; None for neither."""
    headers = answer.headers
    etag, modified = headers.get("etag", "").strip(), headers.get("last-modified", "").strip()
    if etag:
        return f"etag {etag[:300]}"
    return f"modified {modified[:60]} {headers.get('content-length', '')[:20]}" if modified else None
