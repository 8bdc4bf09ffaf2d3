"""Sockets that a service manager opened and hands over: socket activation, after sd_listen_fds(3).

They listen while limner is away: whoever connects during a restart waits for a moment, and nobody is refused. Which
ones limner serves on is the settings' business all the same; a socket that they do not name is an error.
"""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping

from limner.errors import ServeError
from limner.web import listen

FIRST = 3  # SD_LISTEN_FDS_START: those before are standard input, output and error
MOST = 1024
HINT = "ListenStream= in limner.socket and `listen` or `admin` of `[serve]` have to name the same addresses"


class Handed:
    """The sockets that were handed over, each to be taken once, by its address."""

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        """Take what `environment` says that there is, and take it out of it: it is not for the workers.

        Raises ServeError for something that nobody can serve on.
        """
        mine = environment.pop("LISTEN_PID", "") == str(os.getpid())
        count = environment.pop("LISTEN_FDS", "")
        environment.pop("LISTEN_FDNAMES", None)
        number = int(count) if mine and count.isdecimal() and len(count) <= len(str(MOST)) else 0
        self.sockets = [_listening(fd) for fd in range(FIRST, FIRST + min(number, MOST))]
        self.all = frozenset(self.sockets)

    def open(self, address: str) -> socket.socket:
        """Give the socket for an address of the settings: the one that was handed over, else a new one.

        Raises ServeError.
        """
        for sock in self.sockets:
            if sock.getsockname() in listen.places(address, sock.family):
                self.sockets.remove(sock)
                return sock
        return listen.bind(address)

    def refuse_rest(self) -> None:
        """Raise ServeError if a socket has been taken by nobody: its visitors would wait for ever."""
        if self.sockets:
            names = ", ".join(listen.name(sock) for sock in self.sockets)
            raise ServeError(f"the service manager listens on {names}, which the settings do not name", hint=HINT)

    def close(self, sock: socket.socket) -> None:
        """Stop listening; on a socket that was handed over the service manager goes on, and its file stays."""
        if sock in self.all:
            sock.close()
        else:
            listen.close(sock)


def _listening(fd: int) -> socket.socket:
    """Give a descriptor as a socket. Raises ServeError if it is none that listens for connections."""
    try:
        sock = socket.socket(fileno=fd)
    except OSError as why:
        raise ServeError(f"descriptor {fd} of the service manager is no socket: {why.strerror}") from None
    families = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)
    listens = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    if sock.family not in families or sock.type != socket.SOCK_STREAM or not listens:
        sock.detach()
        raise ServeError(
            f"descriptor {fd} of the service manager is no socket that listens for connections",
            hint="limner.socket needs ListenStream= and Accept=no",
        )
    sock.set_inheritable(False)
    sock.setblocking(False)
    return sock
