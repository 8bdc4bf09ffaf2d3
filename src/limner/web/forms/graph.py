"""Microsoft Graph's photo addresses, for clients that can be pointed at another base address.

`/v1.0/users/{id}/photo/$value` is the largest photo, `/photos/{W}x{H}/$value` one of a size, and the same without
`/$value` its description (documentation of Microsoft Graph, "Get profilePhoto"). The id is an object id, a user
principal name or a mail address. Where there is no photo, `$value` is 404, and so is the description here: Graph sends
a picture of 1x1 for it, which helps nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from limner import people
from limner.settings import Settings
from limner.web.forms.ask import Ask, keys_of, size_asked
from limner.web.target import Target

NAME = "graph"
ADDRESSES = (
    "/v1.0/users/{id}/photo/$value",
    "/v1.0/users/{id}/photos/{W}x{H}/$value",
    "/v1.0/users/{id}/photo",
    "/v1.0/users/{id}/photos/{W}x{H}",
    "/v1.0/users/{id}/photos",
)
_SQUARE = re.compile(r"([1-9][0-9]{0,4})x\1", re.IGNORECASE)


def reader(settings: Settings) -> Callable[[Target], Ask | None]:
    """Give the function that reads this form."""
    form = settings.forms.graph

    def read(target: Target) -> Ask | None:
        match target.segments:
            case ("v1.0", "users", who, "photo", "$value"):
                size, about = form.size, ""
            case ("v1.0", "users", who, "photos", square, "$value") if _SQUARE.fullmatch(square):
                size, about = size_asked(square, form.size), ""
            case ("v1.0", "users", who, "photo"):
                size, about = form.size, "photo"
            case ("v1.0", "users", who, "photos", square) if _SQUARE.fullmatch(square):
                size, about = size_asked(square, form.size), "photo"
            case ("v1.0", "users", who, "photos"):
                size, about = form.size, "photos"
            case _:
                return None
        keys = keys_of((people.by_mail, who), (people.by_key, who), (people.by_uid, who))
        return Ask(NAME, keys, size, form.bytes, missing="404", about=about)

    return read
