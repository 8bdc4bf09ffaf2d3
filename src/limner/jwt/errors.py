"""The errors of this room."""

from __future__ import annotations

from limner.errors import LimnerError


class JwksError(LimnerError):
    """Keys cannot be read, or none of them is of use; the message quotes no secret."""


class RefusedError(Exception):
    """A token is not valid; the text says why, for an administrator, and quotes nothing that is secret."""
