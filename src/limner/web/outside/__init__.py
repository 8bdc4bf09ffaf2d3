"""What is answered to anybody, before any rule is asked: one file per path.

A handler judges for itself who may have what; whatever it answers, it must tell nothing of who is in the library. A
path is taken whole and as it is (no percent-encoding); all others go on to the policy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from limner.web.answers import Answer
from limner.web.head import Request
from limner.web.outside import callback, sign_in, sign_out

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door

Handler = Callable[["Connection", Request], Answer | Awaitable[Answer]]


def handlers(door: Door) -> dict[bytes, Handler]:
    """Give the paths that are answered to anybody, by the door's settings. Raises SettingsError."""
    found: dict[bytes, Handler] = {}
    if door.desk is not None:
        found[b"/sign-in"] = partial(sign_in.handler, door, door.desk)
        found[b"/sign-in/callback"] = partial(callback.handler, door, door.desk)
        found[b"/sign-out"] = partial(sign_out.handler, door, door.desk)
    return found
