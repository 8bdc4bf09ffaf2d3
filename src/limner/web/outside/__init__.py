"""What is answered to anybody, before any rule is asked: one file per path.

A handler judges for itself who may have what; whatever it answers, it must tell nothing of who is in the library. A
path is taken whole and as it is (no percent-encoding), or, where it ends in a slash, with all below it; all others go
on to the policy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from limner.web.answers import Answer
from limner.web.head import Request
from limner.web.outside import auth
from limner.web.outside.judged import Judged
from limner.web.target import without_server

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door

Handler = Callable[["Connection", Request], Answer | Judged | Awaitable[Answer]]


def handlers(door: Door) -> dict[bytes, Handler]:
    """Give the paths that are answered to anybody, by the door's settings. Raises SettingsError."""
    found: dict[bytes, Handler] = {}
    if door.settings.auth.enabled:
        envoy = door.settings.auth.gateway == "envoy"
        found[auth.PATH + b"/" if envoy else auth.PATH] = auth.AuthDoor(door)
    # what few doors have is imported where it is wanted: see limner.policy.rules
    if door.desk is not None:
        from limner.web.outside import callback, sign_in, sign_out

        found[b"/sign-in"] = partial(sign_in.handler, door, door.desk)
        found[b"/sign-in/callback"] = partial(callback.handler, door, door.desk)
        found[b"/sign-out"] = partial(sign_out.handler, door, door.desk)
    if any(rule.pass_ for rule in door.settings.policy.allow):
        from limner.web.outside import pass_link, pass_revoke, passes

        found |= {b"/passes": passes.handler(door), pass_revoke.PATH: pass_revoke.handler(door)}
        found[b"/pass/"] = pass_link.handler(door)
    return found


def find(known: dict[bytes, Handler], request: Request) -> Handler | None:
    """Give the handler of a request's path, or of what it stands below, if there is one."""
    path = without_server(request.target).partition(b"?")[0]
    return known.get(path) or known.get(path[: path.find(b"/", 1) + 1])
