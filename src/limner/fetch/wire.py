"""The way to a server: names are resolved and judged here, and the connection goes to exactly the address judged.

The name stays what TLS asks for (SNI), what the certificate is checked against, and what the Host header says. Every
wait on the wire ends with the request's own end, however many small pieces the peer sends.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from limner.fetch import address
from limner.fetch.resolver import Resolver
from limner.fetch.rules import HINT, Rules, refused

CONNECT_SECONDS = 10.0  # for one address of a host; a host may have several
IDLE_SECONDS = 20.0  # an unused connection is kept for so long

_end: ContextVar[float] = ContextVar("end")  # of the request that this thread makes, by time.monotonic()


@contextmanager
def bounded(end: float) -> Iterator[None]:
    """Let every wait on the wire within the block end at `end` (of `time.monotonic`)."""
    token = _end.set(end)
    try:
        yield
    finally:
        _end.reset(token)


def _left(timeout: float | None, late: type[Exception]) -> float:
    """Give the seconds that may be waited for. Raises `late` if there are none."""
    end = _end.get(None)
    left = CONNECT_SECONDS if end is None else end - time.monotonic()
    if left <= 0:
        raise late("no time is left")
    return left if timeout is None else min(timeout, left)


class Transport(httpx.BaseTransport):
    """What httpx sends its requests through, to the servers themselves or to a proxy (`proxy`, an http address)."""

    def __init__(self, rules: Rules, context: ssl.SSLContext, resolver: Resolver, connections: int, proxy: str = ""):
        self.pool: httpcore.ConnectionPool
        options: dict[str, Any] = {
            "ssl_context": context,
            "max_connections": connections,
            "max_keepalive_connections": connections,
            "keepalive_expiry": IDLE_SECONDS,
        }
        if proxy:
            url = httpx.URL(proxy)
            auth = (url.username, url.password) if url.userinfo else None
            way = _Guard(Rules.of(origins=[proxy]), resolver)
            target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
            self.pool = httpcore.HTTPProxy(target, proxy_auth=auth, network_backend=way, **options)
        else:
            self.pool = httpcore.ConnectionPool(network_backend=_Guard(rules, resolver), **options)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        assert isinstance(request.stream, httpx.SyncByteStream)
        answer = self.pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(status_code=answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self.pool.close()


class _Body(httpx.SyncByteStream):
    """The bytes of an answer, as they come."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Guard(httpcore.NetworkBackend):
    """Connects to hosts whose addresses the rules let pass, and to nobody else."""

    def __init__(self, rules: Rules, resolver: Resolver) -> None:
        self.rules = rules
        self.resolver = resolver
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        found = self.resolver(host, port, min(CONNECT_SECONDS, _left(timeout, httpcore.ConnectTimeout)))
        places = self._allowed(host, port, found)
        for at, ip in enumerate(places, 1):
            seconds = min(CONNECT_SECONDS, _left(timeout, httpcore.ConnectTimeout) / (len(places) - at + 1))
            try:
                return _Stream(self._inner.connect_tcp(ip, port, seconds, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if at == len(places):
                    raise
        raise AssertionError

    def _allowed(self, host: str, port: int, found: list[str]) -> list[str]:
        """Give those of a host's addresses that may be asked. Raises FetchError when there are none."""
        allowed, why = [], "it has no address"
        for text in found:
            try:
                ip = address.read(text)
            except ValueError:
                why = f"{text[:60]!r} is no address that can be judged"
                continue
            reason = self.rules.judge(host, port, ip)
            if reason is None:
                allowed.append(str(ip))
            else:
                why = reason
        if not allowed:
            shown = f"[{host}]" if ":" in host else host
            shown = shown if port in (80, 443) else f"{shown}:{port}"
            raise refused(f"{host} may not be asked: {why}", HINT.format(place=shown))
        return allowed


class _Stream(httpcore.NetworkStream):
    """A connection whose waits end with the request that they are for."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
