"""The error of this room: what could not be fetched, and whether it makes sense to ask again."""

from __future__ import annotations

from typing import Literal

from limner.errors import LimnerError

Kind = Literal["refused", "host", "unreachable", "certificate", "late", "large", "broken", "status"]
"""Why: an address that may not be asked, a name that leads nowhere, nobody answers, TLS does not verify, too slow, too
many bytes, an answer that is no HTTP or ends early, a status that was not hoped for."""


class FetchError(LimnerError):
    """Something could not be fetched over HTTP.

    `status` is that of the answer, 0 if there was none. `again`: asking again may help; `after` is how many seconds the
    server wants to be left alone before that, 0 if it does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: Kind,
        hint: str | None = None,
        status: int = 0,
        again: bool = False,
        after: float = 0,
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind: Kind = kind
        self.status = status
        self.again = again
        self.after = after
