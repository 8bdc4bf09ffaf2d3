"""Getting a file as clients do: over http, without logging in, from the folder that the policy names."""

from __future__ import annotations

import time
from typing import Final

import httpx

from limner.signon.communities.around import folder
from limner.signon.communities.config import MOST_BYTES
from limner.signon.communities.finding import Finding, error, note, warning
from limner.signon.communities.vocabulary import NAME
from limner.signon.errors import SignonError
from limner.signon.evidence import Strength

SECONDS: Final = 20.0  # for the whole of it
_STEP: Final = 10.0  # for each step of it
_REDIRECTS: Final = 3
_HEADERS: Final = {"Accept": "text/xml, application/xml, */*", "Accept-Encoding": "identity"}


def is_url(text: str) -> bool:
    """Whether a text is an address to get a file from, rather than a file."""
    return text.lower().startswith(("http://", "https://"))


def address(url: str) -> str:
    """Give the file's address: the policy names a folder, and clients append the file's name."""
    return url if url.lower().endswith(".xml") else f"{url.rstrip('/')}/{NAME}"


def fetch(url: str) -> tuple[bytes, list[Finding]]:
    """Get a file, at most 1 MB of it; and say what is to be said of the way there. Raises SignonError."""
    found: list[Finding] = []
    asked = address(url)
    if asked.lower().startswith("http://"):
        found.append(
            note(
                None,
                "it is fetched over http and without a log-in: whoever is on the way can write another file, and move "
                "your clients",
                "serve it over https, where clients take that (downloads of 12 do); else keep it to your own networks",
            )
        )
    if "@" in asked:
        folder(asked)  # raises: clients log in to nothing, and a password is not to be printed
    try:
        folder(asked)
    except SignonError as why:
        found.append(warning(None, f"as a policy's folder clients cannot use it: {why.message}", why.hint or ""))
    if not asked.endswith(f"/{NAME}"):
        found.append(warning(None, f"clients ask for {NAME}, and for no other name", "rename it"))
    try:
        return _get(asked, found), found
    except httpx.InvalidURL as why:
        raise SignonError(f"{asked[:200]!r} is no address: {why}") from None
    except httpx.TimeoutException:
        raise SignonError(f"{asked} does not answer within {_STEP:g} seconds") from None
    except httpx.HTTPError as why:
        text = str(why) or type(why).__name__
        hint = "clients that verify certificates see the same" if "certificate" in text.lower() else None
        raise SignonError(f"cannot get {asked}: {text}", hint=hint) from None


def _get(asked: str, found: list[Finding]) -> bytes:
    ends = time.monotonic() + SECONDS
    with (
        httpx.Client(timeout=_STEP, follow_redirects=True, max_redirects=_REDIRECTS) as client,
        client.stream("GET", asked, headers=_HEADERS) as answer,
    ):
        if answer.history:
            found.append(
                warning(
                    None,
                    f"it is redirected to {answer.url}; whether clients follow is not known",
                    "name that address in the policy",
                    Strength.UNCONFIRMED,
                )
            )
        if answer.status_code in (401, 403):
            found.append(
                error(None, f"the server wants a log-in ({answer.status_code})", "let everybody read the folder")
            )
            return b""
        if answer.status_code != 200:
            raise SignonError(
                f"{asked}: the server answers {answer.status_code} {answer.reason_phrase}".rstrip(),
                hint=f"the policy names a folder, in which clients look for {NAME}",
            )
        if answer.headers.get("content-encoding", "identity") != "identity":  # small files can hide large ones
            raise SignonError(f"{asked}: the server sends it compressed, which was not asked for")
        raw = bytearray()
        for piece in answer.iter_raw():
            raw += piece
            if len(raw) > MOST_BYTES:
                raise SignonError(f"{asked} is larger than {MOST_BYTES} bytes")
            if time.monotonic() > ends:
                raise SignonError(f"{asked} does not come to an end within {SECONDS:g} seconds")
        return bytes(raw)
