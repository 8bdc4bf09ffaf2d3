"""What is sent where there is no photo, or where a refused visitor gets a picture all the same.

Neutral pictures are drawn once (`limner.placeholder` keeps them). Initials and identicons depend on the person; they
are drawn when asked for, outside the lane.
"""

from __future__ import annotations

from collections.abc import Callable

from limner import placeholder
from limner.library import AUDIENCES, Library
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
            return Answer(status, JPEG + SHORT, placeholder.silhouette(rung_for(ask.size)))
        case "blank":
            return Answer(status, PNG + SHORT, placeholder.blank(rung_for(ask.size)))
        case "initials" | "identicon":
            return None
        case url:
            return Answer(302, b"Location: %s\r\n" % url.encode("ascii") + SHORT)


def refused(ask: Ask) -> Answer:
    """Give the picture that a refused visitor gets: it depends on the size asked for, and on nothing else."""
    return Answer(200, JPEG + NEVER, placeholder.silhouette(rung_for(ask.size)))


def drawn(ask: Ask, library: Library, sees: int) -> Callable[[], Answer]:
    """Give the function that draws the answer; to be called in a thread. Who is hidden from who `sees` is nobody."""
    seed, size = ask.keys[0] if ask.keys else b"", rung_for(ask.size)
    if ask.missing == "identicon":
        return lambda: Answer(200, JPEG + SHORT, placeholder.identicon(seed, size))
    record = next((record for key in ask.keys if (record := library.find(key))), None)
    if record is not None and AUDIENCES.index(record.shown_to) > sees:
        record = None
    letters = ask.initials or (placeholder.initials_of(record.person.display) if record else "")
    return lambda: Answer(200, JPEG + SHORT, placeholder.initials(letters, seed, size))
