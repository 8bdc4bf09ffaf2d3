"""What is sent where there is no photo, or where a refused visitor gets a picture all the same.

Neutral pictures are made once. Initials and identicons depend on the person; they are drawn when asked for, outside
the lane, and kept for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from limner import placeholder
from limner.library import Library
from limner.picture import LADDER
from limner.web.answers import Answer, plain
from limner.web.forms.ask import Ask

# somebody's photo may come in at any time: a missing one is not remembered for long
SHORT = b"Cache-Control: private, max-age=60\r\n"
NEVER = b"Cache-Control: no-store\r\n"
JPEG = b"Content-Type: image/jpeg\r\n"
PNG = b"Content-Type: image/png\r\n"


def rung_for(size: int) -> int:
    """Give the size that a placeholder is drawn at: the ladder's, so that few are drawn."""
    return next((rung for rung in LADDER if rung >= size), LADDER[-1])


def at_once(ask: Ask) -> Answer | None:
    """Give the answer for a missing photo if it needs no drawing: else None, and `drawn` gives it.

    An avatar is 200 with the picture that `d=` names. The other forms are 404, with the silhouette as body: browsers
    show it, programs that ask for a file learn that there is none.
    """
    status = 200 if ask.form == "avatar" else 404
    match ask.missing:
        case "404":
            return plain(404, "no photo")
        case "silhouette":
            return Answer(status, JPEG + SHORT, _silhouette(rung_for(ask.size)))
        case "blank":
            return Answer(status, PNG + SHORT, _blank(rung_for(ask.size)))
        case "initials" | "identicon":
            return None
        case url:
            return Answer(302, b"Location: %s\r\n" % url.encode("ascii") + SHORT)


def refused(ask: Ask) -> Answer:
    """Give the picture that a refused visitor gets: it depends on the size asked for, and on nothing else."""
    return Answer(200, JPEG + NEVER, _silhouette(rung_for(ask.size)))


def drawn(ask: Ask, library: Library) -> Callable[[], Answer]:
    """Give the function that draws the answer; to be called in a thread."""
    seed = ask.keys[0] if ask.keys else b""
    text = ask.text[:200]
    if ask.missing == "initials" and not text:
        record = next((record for key in ask.keys if (record := library.find(key))), None)
        text = record.person.display if record else ""
    return lambda: Answer(200, JPEG + SHORT, _drawn(ask.missing, text, seed, rung_for(ask.size)))


@lru_cache(len(LADDER))
def _silhouette(size: int) -> bytes:
    return placeholder.silhouette(size)


@lru_cache(len(LADDER))
def _blank(size: int) -> bytes:
    return placeholder.blank(size)


@lru_cache(2000)
def _drawn(kind: str, text: str, seed: bytes, size: int) -> bytes:
    if kind == "identicon":
        return placeholder.identicon(seed, size)
    return placeholder.initials(placeholder.initials_of(text), seed, size)
