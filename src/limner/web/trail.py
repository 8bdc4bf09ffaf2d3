"""What is noted down of each request: the access log, and the audit trail of faces.

Neither ever holds a header of the visitor's but the user agent: no cookie, no token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limner.errors import ServeError
from limner.library import Library
from limner.library.entity import body_size
from limner.settings import Settings
from limner.web.logs import Log, text

if TYPE_CHECKING:
    from limner.policy import Verdict
    from limner.web.forms.ask import Ask
    from limner.web.head import Request


LABELS = 50_000  # people whose names are remembered for the audit trail
LABEL_SECONDS = 10.0  # and for how long: somebody may get another name


class Ends(dict[int, bytes]):
    """Bytes of an entity -> how the access log's line about it ends; filled as sizes turn up."""

    def __missing__(self, size: int) -> bytes:
        if len(self) >= LABELS:
            self.clear()
        end = self[size] = b'","bytes":%d}\n' % body_size(size)
        return end


class Beginnings(NamedTuple):
    """How lines about requests with one head begin, behind the time."""

    access: bytes
    audit: bytes
    photo: bytes  # the access log's for a photo that is sent: all up to the target


class Trail:
    """Both logs of a worker. Raises ServeError if one cannot be written."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self.library = library
        self.access = Log(settings.log.access) if settings.log.access else None
        try:
            self.audit = Log(settings.log.audit) if settings.log.audit else None
        except ServeError:
            if self.access is not None:
                self.access.close()
            raise
        self._logs = [log for log in (self.access, self.audit) if log is not None]
        self._stamp = b""
        self._open = b""
        self._ends = Ends()
        self._labels: dict[bytes, bytes] = {}
        self._labels_end = 0.0

    def tick(self, stamp: bytes, now: float) -> None:
        """Let the time be `stamp` (ISO 8601, UTC), which is `now` in Unix seconds."""
        self._stamp = stamp
        self._open = b'{"time":"' + stamp
        for log in self._logs:
            log.bound()
        if now >= self._labels_end:
            self._labels.clear()
            self._labels_end = now + LABEL_SECONDS

    def begin(self, peer: str | None, request: Request, verdict: Verdict) -> Beginnings:
        """Give how lines about requests with this head begin."""
        agent = request.header(b"user-agent")
        rule = text(verdict.rule) if verdict.rule else b"null"
        who = b'","who":%s,"rule":%s' % (text(verdict.who), rule)
        access = who
        if peer != verdict.who:
            access += b',"peer":' + text(peer or "unix")
        if agent:
            access += b',"agent":' + text(agent.decode("latin-1")[:300])
        return Beginnings(access, who, access + b',"method":"GET","status":200,"target":"')

    def photo(self, begin: Beginnings, target: bytes, size: int, name: bytes) -> None:
        """Note a photo that was sent by the short way: GET, 200, a target that needs no escapes."""
        if self.access is not None:
            self.access.lines.append(b"".join((self._open, begin[2], target, self._ends[size])))
        if self.audit is not None:
            self.audit.lines.append(
                b'{"time":"%s%s,"face":%s,"asked":"%s","result":"shown"}\n'
                % (self._stamp, begin.audit, self._label(name), target)
            )

    def _label(self, name: bytes) -> bytes:
        """Give the label of the person that a name record leads to, as JSON."""
        number = name[:8]
        label = self._labels.get(number)
        if label is None:
            if len(self._labels) >= LABELS:
                self._labels.clear()
            record = self.library.by_number(number)
            label = self._labels[number] = text(record.person.label) if record else b"null"
        return label

    def request(
        self,
        peer: str | None,
        request: Request,
        verdict: Verdict,
        status: int,
        size: int,
        ask: Ask | None = None,
        shown: bytes | None = None,
        *,
        asked: bytes | None = None,
        result: bytes | None = None,
    ) -> None:
        """Note a request of the full way; `shown` is the index key that a photo was found by.

        Where another web server asks for its visitor, `asked` is what that one asks for, and `result` what came of it.
        """
        if self.access is None and self.audit is None:
            return
        begin = self.begin(peer, request, verdict)
        target = text(request.shown.decode("latin-1"))
        if self.access is not None:
            method = text(request.method.decode("latin-1"))
            self.access.lines.append(
                b'{"time":"%s%s,"method":%s,"status":%d,"target":%s,"bytes":%d}\n'
                % (self._stamp, begin.access, method, status, target, size)
            )
        if self.audit is not None and ask is not None:
            record = self.library.find(shown) if shown is not None else None
            face = text(record.person.label) if record else b"null"
            result = result or _result(verdict, status, found=shown is not None)
            if asked is not None:
                target = text(asked.decode("latin-1"))
            self.audit.lines.append(
                b'{"time":"%s%s,"face":%s,"asked":%s,"result":"%s"}\n'
                % (self._stamp, begin.audit, face, target, result)
            )

    def close(self) -> None:
        """Write what is left."""
        for log in self._logs:
            log.close()


def _result(verdict: Verdict, status: int, *, found: bool) -> bytes:
    if not verdict.allowed:
        return b"refused"
    if found:
        return b"unchanged" if status == 304 else b"shown"
    return b"failed" if status in (405, 503) else b"no photo"
