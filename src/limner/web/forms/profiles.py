"""`/profiles/photo.do?...`: clients of Connections, Sametime's PhotoURL made from a distinguished name, Verse.

One of `email`, `uid`, `userid`, `key`, `distinguishedName` (documentation of HCL Sametime, "Connections photos") or
`mcode`, which Verse sends. That an mcode is the MD5 of the lower-cased mail address is not said by any document that
we know; it is taken as that. `lastMod` is there to get past caches, and ignored.
"""

from __future__ import annotations

from collections.abc import Callable

from limner import people
from limner.settings import Settings
from limner.web.forms.ask import Ask, keys_of, size_asked
from limner.web.target import Target

NAME = "profiles"
ADDRESSES = (
    "/profiles/photo.do?email={mail}",
    "/profiles/photo.do?uid={uid}",
    "/profiles/photo.do?userid={key}",
    "/profiles/photo.do?key={key}",
    "/profiles/photo.do?mcode={md5}",
    "/profiles/photo.do?distinguishedName={dn}",
)


def reader(settings: Settings) -> Callable[[Target], Ask | None]:
    """Give the function that reads this form."""
    form = settings.forms.profiles

    def read(target: Target) -> Ask | None:
        if target.segments != ("profiles", "photo.do"):
            return None
        query = {name.lower(): value for name, value in target.query.items()}
        keys = keys_of(
            (people.by_mail, query.get("email")),
            (people.by_uid, query.get("uid")),
            (people.by_key, query.get("userid")),
            (people.by_uid, query.get("userid")),
            (people.by_key, query.get("key")),
            (people.by_hash, query.get("mcode")),
            (people.by_dn, query.get("distinguishedname")),
        )
        size = size_asked(query.get("s") or query.get("size"), form.size)
        return Ask(NAME, keys, size, form.bytes)

    return read
