"""`/uid/{uid}.jpg`: tools that know user names, such as Rocket.Chat, Discourse and Gerrit."""

from __future__ import annotations

from collections.abc import Callable

from limner import people
from limner.settings import Settings
from limner.web.forms.ask import Ask, keys_of, size_asked
from limner.web.target import Target

NAME = "uid"
ADDRESSES = ("/uid/{uid}.jpg",)


def reader(settings: Settings) -> Callable[[Target], Ask | None]:
    """Give the function that reads this form."""
    form = settings.forms.uid

    def read(target: Target) -> Ask | None:
        if len(target.segments) != 2 or target.segments[0] != "uid" or target.segments[1][-4:].lower() != ".jpg":
            return None
        size = size_asked(target.query.get("s") or target.query.get("size"), form.size)
        return Ask(NAME, keys_of((people.by_uid, target.segments[1][:-4])), size, form.bytes)

    return read
