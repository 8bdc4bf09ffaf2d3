"""The error of this room."""

from __future__ import annotations

from limner.errors import LimnerError


class SignInError(LimnerError):
    """Somebody could not be signed in; the message is for them, `detail` for the log of the administrator."""

    def __init__(self, message: str, *, detail: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.detail = detail
        self.status = status
