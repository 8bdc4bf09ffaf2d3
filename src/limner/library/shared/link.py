"""A connection to the database of a shared library: made when it is needed, and made anew when it broke."""

from __future__ import annotations

import ipaddress
import os
import ssl
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from limner.errors import LibraryError
from limner.library.shared.border import border, shown
from limner.settings import SharedPlace
from limner.settings.credential import read_secret

PATIENCE = 120_000  # milliseconds: for another one's batch to end, and for a batch whose machine died to be dropped
CUT_OFF = 15_000  # milliseconds without an acknowledgement, after which a connection counts as broken
# the server, too, must notice soon that a machine is gone, and give back the locks that it held
_NOTICE = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}
Done = TypeVar("Done")
Connection = psycopg.Connection[tuple[object, ...]]


def conninfo(place: SharedPlace, *, readonly: bool) -> str:
    """Give how libpq is to connect. Raises LibraryError, SettingsError."""
    try:
        given: dict[str, Any] = conninfo_to_dict(place.url)
    except psycopg.Error as why:
        raise LibraryError(f"the library at {shown(place.url)}: {str(why).strip()}") from None
    hosts = str(given.get("host") or os.environ.get("PGHOST", "")).split(",")
    wanted: dict[str, Any] = {
        "application_name": "limner",
        "connect_timeout": max(2, round(place.access.wait_seconds)),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": CUT_OFF,
        "target_session_attrs": "primary",  # of several servers, the one that is not a standby
    }
    if not all(map(_is_here, hosts)) and "sslmode" not in given and "PGSSLMODE" not in os.environ:
        wanted["sslmode"] = "verify-full"
    if "verify" in str(wanted.get("sslmode", given.get("sslmode", ""))):
        wanted["sslrootcert"] = ssl.get_default_verify_paths().cafile or "system"
    options = [str(given.pop("options", "") or "")]
    options += [f"-c {name}={number}" for name, number in _NOTICE.items()]
    options += [f"-c lock_timeout={PATIENCE}", f"-c idle_in_transaction_session_timeout={PATIENCE}"]
    if readonly:
        options.append("-c default_transaction_read_only=on")
    access = place.access
    password = read_secret(access.password_file, access.password_env, "password of the library's database")
    if password is not None:
        wanted["password"] = password
    return make_conninfo(**(wanted | given), options=" ".join(options).strip())


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine: a unix socket, or loopback."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Link:
    """One connection; any thread may use it, one at a time."""

    def __init__(self, place: SharedPlace, *, readonly: bool = False) -> None:
        self.where = shown(place.url)
        self._conninfo = conninfo(place, readonly=readonly)
        self._lock = threading.RLock()
        self._connection: Connection | None = None

    def open(self) -> Connection:
        """Give the connection, made anew if it broke. Raises AwayError, LibraryError."""
        with self._lock, border(self.where):
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self._conninfo, autocommit=True)
                # whatever the server's default is: what is acknowledged must be on disk, there and on its standbys
                self._connection.execute(
                    "select set_config('synchronous_commit', 'on', false) "
                    "where current_setting('synchronous_commit') in ('off', 'local')"
                )
            return self._connection

    def read(self, work: Callable[[Connection], Done]) -> Done:
        """Do something that changes nothing; once more, where the connection turns out to be broken."""
        with self._lock:
            for last in (False, True):
                connection = self.open()
                try:
                    return work(connection)
                except psycopg.Error:
                    if last or not connection.closed:
                        with border(self.where):
                            raise
            raise AssertionError

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
