"""`/avatar/{hash}`: everything that speaks Gravatar or Libravatar.

The hash is the MD5 or SHA-256 of a mail address, trimmed and in lower case; in hex of any case, with or without a
suffix. Parameters (documentation of Gravatar, "Images", and of Libravatar, "API"): `s` or `size`, 1 to 2048; `d` or
`default`, what to send where there is no photo; `f` or `forcedefault`, `y` to send that in any case; `r` or `rating`,
which changes nothing here: a photo for work is fit for all. With `d=initials`, `initials` are the letters to draw, or
`name` is whose; else they are those of the person that the library knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

from limner import people, placeholder
from limner.settings import Settings
from limner.web.forms.ask import Ask, keys_of, size_asked
from limner.web.target import Target

NAME = "avatar"
ADDRESSES = ("/avatar/{md5}", "/avatar/{sha256}")

DEFAULTS = {
    "404": "404",
    "mp": "silhouette",
    "mm": "silhouette",  # the old name of mp
    "initials": "initials",
    "identicon": "identicon",
    "blank": "blank",
}
_PLAIN_URL = re.compile(r"https?://[!-\[\]-~]+")  # no space, no backslash: nothing that browsers read in two ways
_SUFFIX = re.compile(r"\.(jpe?g|png|gif|webp|avif)\Z", re.IGNORECASE)


def reader(settings: Settings) -> Callable[[Target], Ask | None]:
    """Give the function that reads this form."""
    form = settings.forms.avatar
    allowed = [urlsplit(url) for url in settings.serve.default_urls]

    def read(target: Target) -> Ask | None:
        if len(target.segments) != 2 or target.segments[0] != "avatar":
            return None
        query = target.query
        return Ask(
            NAME,
            keys_of((people.by_hash, _SUFFIX.sub("", target.segments[1]))),
            size_asked(query.get("s") or query.get("size"), form.size),
            form.bytes,
            missing=_default(query.get("d") or query.get("default") or "mp", allowed),
            forced=(query.get("f") or query.get("forcedefault") or "").lower() in ("y", "yes"),
            initials=query.get("initials") or placeholder.initials_of(query.get("name") or ""),
        )

    return read


def _default(asked: str, allowed: list[SplitResult]) -> str:
    """Give what to send where there is no photo; an address only if the settings allow it (else: open redirect)."""
    known = DEFAULTS.get(asked.lower())
    if known is not None:
        return known
    if any(_opens(entry, asked) for entry in allowed):
        return asked
    return "silhouette"


def _opens(entry: SplitResult, asked: str) -> bool:
    """Tell whether an allowed address opens an asked one: the same, or below it."""
    if not _PLAIN_URL.fullmatch(asked):
        return False
    try:
        url = urlsplit(asked)
        same = (url.scheme, url.hostname, url.port) == (entry.scheme, entry.hostname, entry.port)
    except ValueError:
        return False
    if not same or url.username is not None or url.password is not None:
        return False
    path = unquote(url.path)
    if ".." in path or "\\" in path or "%" in path:  # it may lead elsewhere, once somebody has read it as a path
        return False
    return url.path == entry.path or url.path.startswith(entry.path.rstrip("/") + "/")
