"""Sockets to listen on, made by the supervisor and handed to the workers."""

from __future__ import annotations

import asyncio
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from limner.errors import ServeError

BACKLOG = 2048


def bind(address: str) -> socket.socket:
    """Listen on "host:port", "[::]:port" or "unix:/path". Raises ServeError."""
    if address.startswith("unix:"):
        return _bind_unix(Path(address.removeprefix("unix:")))
    host, _, port = address.rpartition(":")
    try:
        found = socket.getaddrinfo(
            host.strip("[]") or None, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, _, _, _, place = found[0]
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as why:
        raise _refused(address, why) from None
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if host in ("[::]", "") else 1)
        sock.bind(place)
        sock.listen(BACKLOG)
    except OSError as why:
        sock.close()
        raise _refused(address, why) from None
    sock.setblocking(False)
    return sock


def places(address: str, family: int) -> list[object]:
    """Give what `getsockname` says of sockets of a family that listen on this address; none if there are none."""
    if address.startswith("unix:"):
        return [address.removeprefix("unix:")] if family == socket.AF_UNIX else []
    host, _, port = address.rpartition(":")
    if family == socket.AF_UNIX:
        return []
    try:
        found = socket.getaddrinfo(
            host.strip("[]") or None, int(port), family, socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError:
        return []
    return [place for *_, place in found]


def _refused(address: str, why: OSError) -> ServeError:
    return ServeError(
        f"cannot listen on {address}: {why.strerror or why}",
        hint="another program has it, or it is not this machine's, or not this user's to have; `[serve]` names it",
    )


def _bind_unix(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.exists() and stat.S_ISSOCK(path.stat().st_mode) and not _answers(path):
            path.unlink()  # left behind by a process that was killed
        sock.bind(str(path))
        path.chmod(0o660)  # a web server in front reaches it by its group
        sock.listen(BACKLOG)
    except OSError as why:
        sock.close()
        raise _refused(f"unix:{path}", why) from None
    sock.setblocking(False)
    return sock


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


async def serve(make: Callable[[], asyncio.Protocol], sock: socket.socket, **tls: Any) -> asyncio.Server:
    """Take connections on a socket; `tls` is what asyncio takes for it. A unix socket's file is left to `close`."""
    loop = asyncio.get_running_loop()
    if sock.family != socket.AF_UNIX:
        return await loop.create_server(make, sock=sock, **tls)
    if sys.version_info >= (3, 13):  # it would remove the file, under other workers that still listen
        return await loop.create_unix_server(make, sock=sock, cleanup_socket=False, **tls)
    return await loop.create_unix_server(make, sock=sock, **tls)


def name(sock: socket.socket) -> str:
    """Give the address that a socket listens on, as settings write it; port 0 has become a real one."""
    place = sock.getsockname()
    if isinstance(place, str):
        return f"unix:{place}"
    if isinstance(place, bytes):  # without a file: Linux' abstract names
        return "unix:@" + place[1:].decode("ascii", "backslashreplace")
    return f"[{place[0]}]:{place[1]}" if ":" in place[0] else f"{place[0]}:{place[1]}"


def close(sock: socket.socket) -> None:
    """Stop listening; a unix socket's file goes too."""
    if sock.fileno() == -1:  # a server of asyncio's has closed it already
        return
    place = sock.getsockname()
    sock.close()
    if isinstance(place, str):
        Path(place).unlink(missing_ok=True)
