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
from limner.web.head import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from limner.policy import Verdict
    from limner.settings import Settings
    from limner.web.answers import Clock

WAITING = 32  # requests that may wait for their turn on a connection before no more is read
BODY_LIMIT = 1_000_000  # bytes
END = b"\r\n\r\n"


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

    def count(self, column: str) -> None:
        """Count one more."""

    def cors(self, request: Request) -> bytes:
        """Give header lines that go with every answer to this request."""

    def failed(self, request: Request) -> None:
        """Note that an answer could not be made; called while the exception is handled."""


class Connection(asyncio.Protocol):
    """The protocol of a connection; `door` decides and answers."""

    __slots__ = (
        "_building",
        "_closing",
        "_failed",
        "_parser",
        "_queue",
        "_received",
        "_task",
        "door",
        "known",
        "log",
        "paused",
        "peer",
        "secure",
        "since",
        "transport",
        "verdict",
    )

    def __init__(self, door: Host) -> None:
        self.door = door
        self.transport: asyncio.Transport | Any = None
        self.peer: str | None = None
        self.secure = False
        self.known: bytes | None = None  # the head, behind the request line, that needs no second look
        self.verdict: Verdict | None = None  # what was decided for it
        self.log: tuple[bytes, bytes] | None = None  # and how the logs' lines for it begin
        self.since = 0.0  # Unix time of the last thing that happened; what a sweep measures by
        self.paused = False  # the peer does not take what we write
        self._parser: Any = None
        self._building: Request | None = None  # a request that has begun and is not whole
        self._received = 0  # bytes of its head so far
        self._queue: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None
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
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self.paused = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.paused = False
        if not self._closing and len(self._queue) < WAITING:
            self.transport.resume_reading()

    def eof_received(self) -> bool:
        return self.busy  # a client that has sent all may still wait for its answers

    def data_received(self, data: bytes) -> None:
        known = self.known
        if known is not None and self._task is None:
            line = data.find(b"\r\n")
            if (
                data[line:] == known
                and data[:4] == b"GET "
                and data[line - 9 : line] == b" HTTP/1.1"
                and self.door.short(self, data[4 : line - 9])
            ):
                return
        self._read(data)

    # -- reading ----------------------------------------------------------------------------------------------------

    def _read(self, data: bytes) -> None:
        if self._closing or self._failed is not None:
            return
        self.since = self.door.clock.now
        if self._parser is None:
            self._parser = httptools.HttpRequestParser(self)
        whole = self._building is None and data.endswith(END) and data.find(END) == len(data) - 4
        last = len(self._queue)
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._queue[-1].keep_alive = False  # no other protocol is spoken here; the request itself is answered
        except httptools.HttpParserError:
            if not (self._queue and not self._queue[-1].keep_alive):
                self._fail(plain(400, "the request is not HTTP", close=True))
        if self._building is not None and self._failed is None:
            self._check_size()
        if whole and len(self._queue) == last + 1 and self._building is None:
            request = self._queue[-1]
            if not request.body and request.keep_alive:
                request.alone = data[data.find(b"\r\n") :]
        if len(self._queue) >= WAITING:
            self.transport.pause_reading()
        self._work()

    def _check_size(self) -> None:
        request = self._building
        if request is None:
            return
        settings = self.door.settings.serve
        if len(request.target) > settings.target_bytes:
            self._fail(plain(414, "the address is too long", close=True))
        elif not request.complete and self._received > settings.head_bytes:
            status, what = (431, "head") if request.headers else (414, "address")
            self._fail(plain(status, f"the request's {what} is too large", close=True))
        elif len(request.body) > BODY_LIMIT:
            self._fail(plain(413, "the request's body is too large", close=True))

    def _fail(self, answer: Answer) -> None:
        """Answer something that is no request, once all requests before it are answered, and hang up."""
        if self._failed is None:
            self._failed = answer
            self.door.count("bad")

    # llhttp's calls

    def on_message_begin(self) -> None:
        self._building = Request()

    def on_url(self, url: bytes) -> None:
        if self._building is not None:
            self._building.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._building is not None:
            self._building.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        request = self._building
        if request is None:
            return
        request.method = self._parser.get_method()
        request.version = self._parser.get_http_version()
        request.keep_alive = self._parser.should_keep_alive()
        request.complete = True
        expect = request.header(b"expect")
        if expect is not None and expect.lower() == b"100-continue" and not self._queue and self._task is None:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if self._building is not None and len(self._building.body) <= BODY_LIMIT:
            self._building.body += body

    def on_message_complete(self) -> None:
        request = self._building
        self._building = None
        self._received = 0
        if request is None or self._failed is not None:
            return
        settings = self.door.settings.serve
        fault = request.fault()
        if len(request.target) > settings.target_bytes:
            fault = 414, "the address is too long"
        elif sum(len(name) + len(value) + 4 for name, value in request.headers) > settings.head_bytes:
            fault = 431, "the request's head is too large"
        if fault is not None:
            self._fail(plain(*fault, close=True))
        else:
            self._queue.append(request)

    # -- answering --------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        """Answer what is waiting, in order; an answer that takes time holds back those behind it."""
        while self._queue and self._task is None and not self._closing:
            request = self._queue.popleft()
            answer = self.door.answer(self, request)
            if isinstance(answer, Answer):
                self.send(request, answer)
            else:
                self._task = asyncio.get_running_loop().create_task(self._later(request, answer))
        if self._task is None and not self._queue and self._failed is not None and not self._closing:
            self.transport.write(render(self._failed, self.door.clock, head_only=False))
            self.end()

    async def _later(self, request: Request, answer: Any) -> None:
        try:
            result = await answer
        except Exception:  # noqa: BLE001  (whatever went wrong, the visitor gets an answer and the door goes on)
            self.door.failed(request)
            result = plain(500, "something went wrong here; the door's log says what", close=True)
        self._task = None
        if not self._closing:
            self.send(request, result)
            if len(self._queue) < WAITING and not self.paused and not self._closing:
                self.transport.resume_reading()
            self._work()

    def send(self, request: Request, answer: Answer) -> None:
        """Send an answer; hang up behind it where the request, the answer or the door says so."""
        close = answer.close or not request.keep_alive or self.door.closing
        extra = self.door.cors(request)
        if close and not answer.close:
            extra += b"Connection: close\r\n"
        elif request.version == "1.0" and not close:
            extra += b"Connection: keep-alive\r\n"
        self.transport.write(render(answer, self.door.clock, head_only=request.method == b"HEAD", extra=extra))
        if close:
            self.end()

    @property
    def busy(self) -> bool:
        """Whether something was asked and is not answered, or is being asked."""
        return self._task is not None or bool(self._queue) or self._building is not None

    @property
    def reading(self) -> bool:
        """Whether a request has begun and is not whole."""
        return self._building is not None

    def end(self) -> None:
        """Hang up, once what was written is sent."""
        self._closing = True
        self.known = None
        self.transport.close()
