"""`/{mail}.jpg` and `/photos/{mail}.jpg`: Sametime Meetings, ImagePath and PhotoURL, Gerrit, Cisco."""

from __future__ import annotations

from collections.abc import Callable

from limner import people
from limner.settings import Settings
from limner.web.forms.ask import Ask, keys_of, size_asked
from limner.web.target import Target

NAME = "mail"
ADDRESSES = ("/{mail}.jpg", "/photos/{mail}.jpg")


def reader(settings: Settings) -> Callable[[Target], Ask | None]:
    """Give the function that reads this form."""
    form = settings.forms.mail

    def read(target: Target) -> Ask | None:
        if len(target.segments) == 2 and target.segments[0] == "photos":
            name = target.segments[1]
        elif len(target.segments) == 1:
            name = target.segments[0]
        else:
            return None
        if name[-4:].lower() != ".jpg":
            return None
        size = size_asked(target.query.get("s") or target.query.get("size"), form.size)
        return Ask(NAME, keys_of((people.by_mail, name[:-4])), size, form.bytes)

    return read
