"""Who asks for passes, or takes them back: a meeting server that `limner pass client add` gave a name and a secret.

It shows both by HTTP Basic (RFC 7617), or the secret as a bearer token (RFC 6750). Answers are JSON.
"""

from __future__ import annotations

import base64
import json
import logging

from limner.errors import LimnerError
from limner.passes import Clients, Register, RegisterError
from limner.settings import Passes
from limner.web.answers import Answer
from limner.web.head import Request

HEADER_LIMIT = 2_000  # characters of an Authorization header
logger = logging.getLogger("limner")


class RefusedError(LimnerError):
    """A request that is answered with an error: its status, and header lines for it."""

    def __init__(self, status: int, message: str, lines: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        self.lines = lines


def open_register(setting: Passes) -> Register:
    """Open the register; where there is none, there is no client either. Raises RefusedError."""
    try:
        return Register(setting.secrets)
    except RegisterError as why:
        raise (out_of_order(why) if setting.secrets.exists() else _unknown()) from None  # no register, no client


def out_of_order(why: LimnerError) -> RefusedError:
    """Log what is wrong with the register, and give what a client is told of it."""
    logger.error("/passes: %s", why.message)
    return RefusedError(503, "passes cannot be issued or revoked now; the door's log says why")


def client_of(register: Register, request: Request) -> str:
    """Give the name of the client that asks. Raises RefusedError."""
    headers = [value for name, value in request.headers if name == b"authorization"]
    if len(headers) != 1 or len(headers[0]) > HEADER_LIMIT:
        raise _unknown()
    scheme, _, given = headers[0].decode("latin-1").partition(" ")
    name: str | None = None
    secret = given.strip()
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(secret, validate=True).decode("utf-8").partition(":")
        except ValueError:
            raise _unknown() from None
    elif scheme.lower() != "bearer":
        raise _unknown()
    found = Clients(register).known(secret, name)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> RefusedError:
    return RefusedError(401, "no client of that name and secret", b'WWW-Authenticate: Basic realm="limner passes"\r\n')


def refusal(why: RefusedError) -> Answer:
    """Answer with an error."""
    return as_json(why.status, {"error": why.message}, why.lines)


def as_json(status: int, body: dict[str, object], lines: bytes = b"") -> Answer:
    """Answer in JSON, not to be kept by caches; `lines` are further header lines."""
    head = b"Content-Type: application/json\r\nCache-Control: no-store\r\n"
    return Answer(status, head + lines, json.dumps(body).encode("ascii") + b"\n")
