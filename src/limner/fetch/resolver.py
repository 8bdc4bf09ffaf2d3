"""From a host's name to its IP addresses, within a bounded time: the system's resolver knows no bound of its own."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable

from limner.fetch.errors import FetchError

Resolver = Callable[[str, int, float], list[str]]
"""Host, port, seconds -> its addresses. Raises FetchError."""


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Ask the system's resolver (files, DNS, ...) in a thread, which is left alone if it takes too long."""
    answer: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(place[0]) for *_, place in found)))
        except (OSError, UnicodeError) as why:
            answer.put(why)

    threading.Thread(target=ask, name="limner-resolver", daemon=True).start()
    try:
        got = answer.get(timeout=max(0.0, seconds))
    except queue.Empty:
        raise FetchError(
            f"{host}: the name server did not answer within {seconds:.3g} s",
            kind="host",
            again=True,
            hint="does this machine reach its name server? see /etc/resolv.conf",
        ) from None
    if isinstance(got, socket.gaierror) and got.errno in (socket.EAI_NONAME, socket.EAI_NODATA):
        raise FetchError(f"there is no host {host!r} (DNS)", kind="host", hint="is the name written right?")
    if isinstance(got, OSError | UnicodeError):
        reason = getattr(got, "strerror", None) or "not a name that DNS knows"
        raise FetchError(f"{host}: the name cannot be resolved: {reason}", kind="host", again=isinstance(got, OSError))
    return got
