"""The address forms: one file per form. Each reads a target, and says whose photo is asked for and how large."""

from __future__ import annotations

from collections.abc import Callable

from limner.settings import Settings
from limner.web.forms import avatar, graph, mail, profiles, uid
from limner.web.forms.ask import Ask
from limner.web.target import Target

__all__ = ["FORMS", "Ask", "reader"]

FORMS = (mail, uid, avatar, profiles, graph)


def reader(settings: Settings) -> Callable[[Target], Ask | None]:
    """Give the function that reads a target as an ask for a photo; None from it: not an address of a photo."""
    readers: list[Callable[[Target], Ask | None]] = [
        form.reader(settings) for form in FORMS if getattr(settings.forms, form.NAME).enabled
    ]

    def read(target: Target) -> Ask | None:
        for form in readers:
            ask = form(target)
            if ask is not None:
                return ask
        return None

    return read
