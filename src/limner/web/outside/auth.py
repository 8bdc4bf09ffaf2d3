"""`/auth`: another web server asks whether a visitor may have what he asks for (forward auth).

For nginx's `auth_request`, `forwardAuth` of Traefik, `forward_auth` of Caddy, and Envoy's `ext_authz` over HTTP. 200
lets in (Envoy takes no other 2xx), with `X-Limner-User` and `X-Limner-Rule`; everything else does not.

What is asked for stands in the gateway's words, and a gateway can be lied to: an address that it and limner could read
differently is refused, not guessed at. So is whatever is missing, said twice, or said by somebody who is not trusted.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_to_bytes

from limner.errors import LibraryError
from limner.library import AUDIENCES, GUEST, INSIDER
from limner.policy import Verdict, Visit, without_parameters
from limner.policy.proxies import Proxies
from limner.settings import Redirect
from limner.web import missing
from limner.web.answers import Answer, plain
from limner.web.outside.judged import Judged
from limner.web.target import BadTargetError, without_server

if TYPE_CHECKING:
    from limner.web.connection import Connection
    from limner.web.door import Door
    from limner.web.forms.ask import Ask
    from limner.web.head import Request

PATH: Final = b"/auth"
HEADERS: Final = {
    "nginx": (b"x-original-uri", b"x-original-method"),
    "traefik": (b"x-forwarded-uri", b"x-forwarded-method"),
    "caddy": (b"x-forwarded-uri", b"x-forwarded-method"),
}
QUIET: Final = 60.0  # seconds in which the same fault is not logged again
_PLAIN: Final = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")
_UNCLEAR: Final = re.compile(rb"[\\\x00-\x1f\x7f]|//")
_NOBODY: Final = Verdict(False, None, "unknown address", None, any_target=False)
logger = logging.getLogger("limner")


class UnclearError(Exception):
    """What is asked for cannot be known for sure; the text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Original:
    """What the gateway says of its visitor: the address as text, the method, and the target as sent."""

    peer: str
    method: bytes
    target: bytes


class AuthDoor:
    """The handler of `/auth`, by a door's settings."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.setting = setting = door.settings.auth
        self._askers = Proxies(setting.trusted)
        self._proxies = Proxies([*setting.trusted, *door.settings.policy.trusted_proxies])
        uri, method = HEADERS.get(setting.gateway, (b"", b""))
        self._uri = setting.uri_header.lower().encode("ascii") if setting.uri_header else uri
        self._method = setting.method_header.lower().encode("ascii") if setting.method_header else method
        self._methods = frozenset(method.encode("ascii") for method in setting.methods)
        self._told: dict[str, float] = {}

    def __call__(self, connection: Connection, request: Request) -> Judged:
        """Answer one question. Whatever the reason of a refusal is, it looks the same."""
        try:
            original = self._original(connection, request)
            ask = self._ask(original)
        except UnclearError as why:
            self._tell(str(why))
            self._door.count("refused")
            return Judged(self._refused(), _NOBODY, None, request.shown, b"refused")
        asked = without_parameters(original.target, self._door.policy.parameters)
        verdict = self._verdict(original, request, ask)
        if not verdict.allowed or original.method not in self._methods:
            self._door.count("refused")
            return Judged(self._refused(), verdict, ask, asked, b"refused")
        lines = b"X-Limner-User: %s\r\nX-Limner-Rule: %s\r\n" % (_line(verdict.who), _line(verdict.rule or ""))
        return Judged(Answer(200, missing.NEVER + lines), verdict, ask, asked, b"allowed")

    def _verdict(self, original: Original, request: Request, ask: Ask | None) -> Verdict:
        """Judge the visit; an address that may stand for several people is open if each of them is.

        All are judged on trial first: a budget must not pay for an address that stays closed, or for names that lead
        nowhere. People who are hidden from the visitor are refused here, for a web server that has their files would
        show them.
        """
        # the visitor's address is known by now: nothing in the headers can change it
        headers = [(name, value) for name, value in request.headers if name != b"x-forwarded-for"]
        door = self._door
        keys: tuple[bytes | None, ...] = (ask.keys if ask else ()) or (None,)
        keys = keys if door.policy.each_face else keys[:1]
        visits = [Visit(original.peer, headers, key, original.target, door.clock.now) for key in keys]
        for visit in visits:
            verdict = door.policy.decide(visit, trial=True)
            if not verdict.allowed:
                return verdict
            if ask is not None and any(self._hidden(key, verdict) for key in ask.keys):
                return replace(verdict, allowed=False, rule=None)
        earnest = [visit for visit in visits if visit.face is not None and door.known.names(visit.face)] or visits[:1]
        for visit in earnest:
            verdict = door.policy.decide(visit)
            if not verdict.allowed:
                break
        return verdict

    def _hidden(self, key: bytes, verdict: Verdict) -> bool:
        """Whether somebody is hidden from a visitor; so is everybody when the library cannot be read."""
        try:
            record = self._door.library.find(key)
        except LibraryError:
            return True
        return record is not None and AUDIENCES.index(record.shown_to) > (GUEST if verdict.guest else INSIDER)

    def _original(self, connection: Connection, request: Request) -> Original:
        """Read what the gateway says. Raises UnclearError."""
        if not self._askers.trusts(connection.peer):
            raise UnclearError(f"{connection.peer or 'the unix socket'} asks, and is not in `trusted`")
        if self.setting.gateway == "envoy" and self._uri == b"":
            target, method = without_server(request.target)[len(PATH) :], request.method
        else:
            target = _only(request, self._uri)
            method = _only(request, self._method)
        if not any(name == b"x-forwarded-for" for name, _ in request.headers):
            raise UnclearError("X-Forwarded-For is missing: have the web server send the visitor's address in it")
        client = self._proxies.client(connection.peer, request.headers)
        if client.address is None:
            raise UnclearError("X-Forwarded-For holds no address that can be read")
        return Original(client.who, method, target)

    def _ask(self, original: Original) -> Ask | None:
        """Read the original target as the photo lane does. Raises UnclearError if others may read it otherwise."""
        target = original.target
        if not target.startswith(b"/") or target.startswith(b"//"):
            raise UnclearError("the original address is not a path, or names a server")
        path, _, query = target.partition(b"?")
        decoded = unquote_to_bytes(path)
        if _UNCLEAR.search(decoded) or decoded.count(b"/") != path.count(b"/") or b"%25" in path:
            raise UnclearError(
                "the original address has slashes, backslashes or percent signs that are encoded or doubled"
            )
        if any(segment.partition(b";")[0] in (b".", b"..") for segment in decoded.split(b"/")):
            raise UnclearError("the original address goes up and down the path by dots")
        try:
            ask = self._door.lane.ask(target)
        except BadTargetError as why:
            raise UnclearError(f"the original address: {why.message}") from None
        names = [unquote_to_bytes(piece.partition(b"=")[0]).lower() for piece in query.split(b"&") if piece]
        if ask is not None and len(set(names)) < len(names):
            raise UnclearError("the original address has a parameter twice")
        return ask

    def _refused(self) -> Answer:
        refuse = self.setting.refuse
        if isinstance(refuse, Redirect):
            return Answer(302, b"Location: %s\r\n" % refuse.redirect.encode("ascii") + missing.NEVER)
        return plain(refuse, "not for you")

    def _tell(self, fault: str) -> None:
        """Log a fault of the gateway's set-up, or an attempt, but not for every request."""
        now = self._door.clock.now
        if now - self._told.get(fault, -QUIET) >= QUIET:
            if len(self._told) >= 100:
                self._told.clear()
            self._told[fault] = now
            logger.warning("/auth: refused: %s", fault)


def _only(request: Request, name: bytes) -> bytes:
    """Give the value of a header that must be there once. Raises UnclearError."""
    values = [value for key, value in request.headers if key == name]
    if len(values) != 1 or not values[0]:
        what = "is missing: have the web server send it" if not any(values) else "is there more than once"
        raise UnclearError(f"the header {name.decode('ascii')} {what}")
    return values[0]


def _line(text: str) -> bytes:
    """Write a text as a header's value: printable ASCII as it is, all else (and %) as the percent-encoded UTF-8."""
    return quote(text, safe=_PLAIN, errors="replace").strip().encode("ascii")
