"""One connection: bytes in, requests, answers out in the order of the requests.

`data_received` begins with the short way: when what came is one whole GET whose head is, byte for byte, that of an
earlier request on this connection which was read, judged and allowed, then nothing needs to be read or judged again,
and the photo lane is asked at once. Everything else goes through llhttp and `Door.answer`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

import httptools

from limner.web.answers import Answer, plain, render
from limner.web.head import BODY_LIMIT as KEPT_BODY
from limner.web.head import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from limner.settings import Settings
    from limner.web.answers import Clock
    from limner.web.opened import Targets
    from limner.web.trail import Beginnings

WAITING = 32  # requests that may wait for their turn on a connection before no more is read
BODY_LIMIT = 1_000_000  # bytes; a body is read, because the next request stands behind it, and most are dropped
LINGER = 2.0  # seconds; whoever is refused may still be sending, and would lose the answer if we hung up at once
END = b"\r\n\r\n"
VERSION = b" HTTP/1.1"


class Host(Protocol):
    """Whose connection it is: the door (`limner.web.door`), or that of the admin address."""

    settings: Settings
    clock: Clock
    closing: bool

    def welcome(self, connection: Connection) -> bool:
        """Take a new connection, if there is room for it."""

    def farewell(self, connection: Connection) -> None:
        """Forget a connection that is gone."""

    def short(self, connection: Connection, target: bytes) -> bool:
        """Answer a GET whose head is `connection.known`; False: it takes the full way."""

    def answer(self, connection: Connection, request: Request) -> Answer | Awaitable[Answer]:
        """Answer a request, now or a little later."""

    def bad(self) -> None:
        """Count one more who is malformed, too large or too slow."""

    def cors(self, request: Request) -> bytes:
        """Give header lines that go with every answer to this request."""

    def failed(self, request: Request, why: Exception) -> None:
        """Note why an answer could not be made."""


class Connection(asyncio.Protocol):
    """The protocol of a connection; `door` decides and answers."""

    __slots__ = (
        "_building",
        "_closing",
        "_ended",
        "_failed",
        "_parser",
        "_queue",
        "_received",
        "_task",
        "_unsent",
        "door",
        "known",
        "log",
        "paused",
        "peer",
        "secure",
        "since",
        "targets",
        "transport",
        "until",
    )

    def __init__(self, door: Host) -> None:
        self.door = door
        self.transport: asyncio.Transport | Any = None
        self.peer: str | None = None
        self.secure = False
        self.known: bytes | None = None  # all behind the target of a request that needs no second look
        self.until = 0.0  # for it, a visit was allowed, up to this Unix time
        self.targets: Targets | None = None  # and only for these, if the verdict was not for all
        self.log: Beginnings | None = None  # and how the logs' lines for it begin
        self.since = 0.0  # Unix time of the last step forward: a request begun, an answer sent, bytes taken
        self.paused = False  # the peer does not take what we write
        self._parser: Any = None
        self._building: Request | None = None  # a request that has begun and is not whole
        self._received = 0  # bytes of it so far
        self._queue: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None
        self._unsent = 0  # bytes that waited for the peer when we last looked
        self._ended = False  # the peer has sent all that it will
        self._closing = False
        self._failed: Answer | None = None

    # -- asyncio's side ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.since = self.door.clock.now
        peer = transport.get_extra_info("peername")
        self.peer = peer[0] if isinstance(peer, tuple) else None
        self.secure = transport.get_extra_info("sslcontext") is not None
        if not self.door.welcome(self):
            self.end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = True
        self.door.farewell(self)

    def pause_writing(self) -> None:
        self.paused = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.paused = False
        if not self._closing and len(self._queue) < WAITING:
            self.transport.resume_reading()

    def eof_received(self) -> bool:
        self._ended = True
        return self.waiting  # a client that has sent all may still wait for its answers

    def data_received(self, data: bytes) -> None:
        known = self.known
        if (
            known is not None
            and data.endswith(known)
            and data.startswith(b"GET ")
            and self._task is None
            and self.door.short(self, data[4 : -len(known)])  # a target with a line end in it is nobody's
        ):
            return
        self._read(data)

    # -- reading ----------------------------------------------------------------------------------------------------

    def _read(self, data: bytes) -> None:
        if self._closing or self._failed is not None:
            return
        if self._parser is None:
            self._parser = httptools.HttpRequestParser(self)
        whole = self._building is None and data.startswith(b"GET ") and data.find(END) == len(data) - 4
        last = len(self._queue)
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._failed is None:  # no other protocol is spoken here; the request itself is answered
                self._queue[-1].keep_alive = False
        except httptools.HttpParserError:
            if not (self._queue and not self._queue[-1].keep_alive):
                self._fail(plain(400, "the request is not HTTP", close=True))
        if self._building is not None:
            self._check_size(self._building)
            self.known = None  # what comes next is the rest of this request, whatever it looks like
        elif whole and len(self._queue) == last + 1 and self._queue[-1].keep_alive:
            self._queue[-1].alone = data[data.find(b"\r\n") - len(VERSION) :]
        self._work()
        if len(self._queue) >= WAITING:
            self.transport.pause_reading()

    def _check_size(self, request: Request) -> None:
        """Refuse a request that is not whole yet and too large already."""
        limits = self.door.settings.serve
        if len(request.target) > limits.target_bytes:
            self._fail(plain(414, "the address is too long", close=True))
        elif not request.complete and self._received > limits.head_bytes:
            status, what = (431, "head") if request.headers else (414, "address")
            self._fail(plain(status, f"the request's {what} is too large", close=True))
        elif self._received > limits.head_bytes + BODY_LIMIT:
            self._fail(plain(413, "the request's body is too large", close=True))

    def _fail(self, answer: Answer) -> None:
        """Answer something that is no request, once all requests before it are answered, and hang up."""
        if self._failed is None:
            self._failed = answer
            self.door.bad()

    # llhttp's calls

    def on_message_begin(self) -> None:
        self._building = Request()
        self.since = self.door.clock.now

    def on_url(self, url: bytes) -> None:
        if self._building is not None:
            self._building.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        request = self._building
        if request is not None and not request.complete:  # a trailer is no header: no proxy has seen to what it says
            request.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        request = self._building
        if request is None:
            return
        request.method = self._parser.get_method()
        request.version = self._parser.get_http_version()
        request.keep_alive = self._parser.should_keep_alive()
        request.complete = True
        fault = request.fault(self.door.settings.serve)
        if fault is not None:
            self._fail(plain(*fault, close=True))
        elif request.expects and not self.waiting and not self._closing:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        request = self._building
        if request is not None and request.method == b"POST" and request.body is not None:
            whole = len(request.body) + len(body) <= KEPT_BODY
            request.body = request.body + body if whole else None

    def on_message_complete(self) -> None:
        request = self._building
        self._building = None
        self._received = 0
        if request is not None and self._failed is None:
            self._queue.append(request)

    # -- answering --------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        """Answer what is waiting, in order; an answer that takes time holds back those behind it."""
        while self._queue and self._task is None and not self._closing:
            request = self._queue.popleft()
            try:
                answer = self.door.answer(self, request)
            except Exception as why:  # noqa: BLE001  (as in `_later`)
                answer = self._broken(request, why)
            if isinstance(answer, Answer):
                self.send(request, answer)
            else:
                self._task = asyncio.get_running_loop().create_task(self._later(request, answer))
        if self.waiting or self._closing:
            return
        if self._failed is not None:
            self.transport.write(render(self._failed, self.door.clock, head_only=False))
            self.end(linger=True)
        elif self._ended:
            self.end()

    async def _later(self, request: Request, answer: Any) -> None:
        try:
            result = await answer
        except Exception as why:  # noqa: BLE001  (whatever went wrong, the visitor gets an answer and the door goes on)
            result = self._broken(request, why)
        self._task = None
        if not self._closing:
            self.send(request, result)
            self._work()
        if len(self._queue) < WAITING and not self.paused and not self._closing:
            self.transport.resume_reading()

    def _broken(self, request: Request, why: Exception) -> Answer:
        self.door.failed(request, why)
        return plain(500, "something went wrong here; the door's log says what", close=True)

    def send(self, request: Request, answer: Answer) -> None:
        """Send an answer; hang up behind it where the request, the answer or the door says so."""
        close = answer.close or not request.keep_alive or self.door.closing
        extra = self.door.cors(request)
        if close and not answer.close:
            extra += b"Connection: close\r\n"
        elif request.version == "1.0" and not close:
            extra += b"Connection: keep-alive\r\n"
        self.transport.write(render(answer, self.door.clock, head_only=request.method == b"HEAD", extra=extra))
        self.since = self.door.clock.now
        if close:
            self.end()

    @property
    def waiting(self) -> bool:
        """Whether something was asked and is not answered."""
        return self._task is not None or bool(self._queue)

    @property
    def busy(self) -> bool:
        """Whether something was asked and is not answered, or is being asked."""
        return self.waiting or self._building is not None

    def end(self, *, linger: bool = False) -> None:
        """Hang up, once what was written is sent; `linger`: not before the peer has had the time to read it."""
        self._closing = True
        self.known = None
        self.since = self.door.clock.now
        if linger and not self._ended and self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def sweep(self) -> None:
        """Hang up if the peer has kept us waiting for too long; to be called about once a second."""
        limits, now = self.door.settings.serve, self.door.clock.now
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self.since = unsent, now
        age = now - self.since
        if unsent:
            late = age > limits.send_seconds
        elif self._closing:
            late = age > LINGER
        elif self.waiting:
            late = False
        elif self._building is None:
            if age > limits.idle_seconds:
                self.end()
            return
        else:
            late = age > limits.head_seconds
        if late:
            if not self._closing:
                self.door.bad()
            self.transport.abort()
