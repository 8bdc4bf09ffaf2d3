"""A directory that is open: searched page by page, and written to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

import ldap3
from ldap3.core.exceptions import LDAPExceptionError
from ldap3.operation.search import search_operation
from ldap3.protocol.microsoft import dir_sync_control, show_deleted_control
from ldap3.protocol.rfc2696 import paged_search_control
from ldap3.utils.asn1 import decode_message_fast

from limner.directory.entry import Entry
from limner.directory.explain import border, refusal
from limner.directory.wire import (
    DONE,
    ENTRY,
    EXTENDED,
    INTERMEDIATE,
    REFERENCE,
    BrokenWireError,
    Message,
    entry,
    messages,
)
from limner.errors import DirectoryError

PAGED = "1.2.840.113556.1.4.319"  # RFC 2696
DIRSYNC = "1.2.840.113556.1.4.841"  # MS-ADTS 3.1.1.3.4.1.3
PATIENCE = 10  # times the seconds that the server may say nothing: what a page may take in all
RANGES = 10_000  # how often the rest of one attribute's values is asked for

Scope = Literal["subtree", "onelevel", "base"]
_SCOPES = {"subtree": ldap3.SUBTREE, "onelevel": ldap3.LEVEL, "base": ldap3.BASE}

_Found = tuple[str, dict[str, list[bytes]], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Done:
    """How a search ended: its result code, and what the server's controls say."""

    code: int
    said: str
    controls: Mapping[str, Any] = field(default_factory=dict)


class Directory:
    """An open connection, for one thread. `server` is the address that answered.

    A search that is not read to its end closes the connection: the rest of the answer would be in the way.
    """

    def __init__(self, server: str, session: ldap3.Connection, answer_seconds: float, page_size: int) -> None:
        self.server = server
        self._session = session
        self._patience = answer_seconds * PATIENCE
        self._page_size = page_size
        self._reading = False
        self._done = Done(0, "")
        self._root: Entry | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, and close the connection; once is enough, twice does no harm."""
        session = self._session
        with suppress(LDAPExceptionError, OSError, AttributeError, TypeError):
            if not session.closed:
                session.unbind()
        with suppress(OSError):
            if session.socket is not None:
                session.socket.close()
        session.closed = True

    @property
    def root(self) -> Entry:
        """What the server says of itself: the root DSE (RFC 4512 section 5.1). Raises DirectoryError."""
        if self._root is None:
            self._root = self.read("", ("*", "+")) or Entry("", {})
        return self._root

    def read(self, dn: str, attributes: Sequence[str]) -> Entry | None:
        """Read one entry; None if there is none, or none that may be seen. Raises DirectoryError."""
        try:
            return next(iter(list(self.search(dn, attributes=attributes, scope="base", paged=False))), None)
        except DirectoryError as why:
            if why.code == 32:
                return None
            raise

    def search(
        self,
        base: str,
        filter: str = "(objectClass=*)",  # noqa: A002 - the field's own word
        attributes: Sequence[str] = ("*",),
        *,
        scope: Scope = "subtree",
        paged: bool = True,
    ) -> Iterator[Entry]:
        """Yield entries as they come, page by page; `filter` is written as RFC 4515 says (`escape` helps).

        No aliases are followed, and no referrals: what another server holds is left out. Raises DirectoryError.
        """
        cookie = b""
        while True:
            controls = [paged_search_control(False, self._page_size, cookie)] if paged else []
            yield from self._whole(base, filter, attributes, scope, controls)
            self._raise_refusal(f"searching {base or 'the root'!r}")
            value = self._done.controls.get(PAGED, {}).get("value") or {}
            cookie = value.get("cookie") or b""
            if not (paged and cookie):
                return

    def changes(
        self,
        base: str,
        filter: str,  # noqa: A002
        attributes: Sequence[str],
        cookie: bytes,
    ) -> tuple[list[Entry], bytes, bool]:
        """Take one step of Active Directory's DirSync: changed entries, the next cookie, and whether more are waiting.

        `base` is a naming context (partition); an empty cookie begins. Entries hold their objectGUID and what changed
        of `attributes`; deleted ones have `isDeleted`. Raises DirectoryError; code 50 where the right "Replicating
        Directory Changes" is missing.
        """
        controls = [dir_sync_control(True, False, False, False, False, 1 << 20, cookie), show_deleted_control(False)]
        found = [Entry(dn, values) for dn, values, _ in self._page(base, filter, attributes, "subtree", controls)]
        self._raise_refusal("asking for changes (DirSync)")
        value = self._done.controls.get(DIRSYNC, {}).get("value")
        if not value:
            raise DirectoryError(f"{self.server}: it does not know DirSync", code=12)
        return found, bytes(value["cookie"]), bool(value["more_results"])

    def modify(self, dn: str, changes: Mapping[str, Sequence[bytes]]) -> None:
        """Replace the values of attributes; no values remove the attribute. Raises DirectoryError."""
        with border(self.server, f"writing to {dn!r}"):
            replaced = {name: [(ldap3.MODIFY_REPLACE, list(values))] for name, values in changes.items()}
            self._session.modify(dn, replaced)
            result = self._session.result
        if result["result"] != 0:
            raise refusal(self.server, f"writing to {dn!r}", int(result["result"]), str(result.get("message") or ""))

    # -- one request ------------------------------------------------------------------------------------------------

    def _whole(
        self,
        base: str,
        filter: str,  # noqa: A002
        attributes: Sequence[str],
        scope: Scope,
        controls: list[Any],
    ) -> Iterator[Entry]:
        """Yield the entries of a page; those of whose values the server held some back come last, with all of them."""
        cut: list[_Found] = []
        for dn, values, rest in self._page(base, filter, attributes, scope, controls):
            if rest:
                cut.append((dn, values, rest))
            else:
                yield Entry(dn, values)
        done = self._done
        for dn, values, rest in cut:
            for name, number in rest.items():
                self._complete(dn, values[name], name, number)
            yield Entry(dn, values)
        self._done = done

    def _raise_refusal(self, what: str) -> None:
        if self._done.code != 0:
            raise refusal(self.server, what, self._done.code, self._done.said)

    def _complete(self, dn: str, values: list[bytes], name: str, number: int) -> None:
        """Read the rest of an attribute's values, from a number on."""
        for _ in range(RANGES):
            parts = list(self._page(dn, "(objectClass=*)", [f"{name};range={number}-*"], "base", []))
            if not parts:
                return
            _, more, rest = parts[0]
            values += more.get(name, [])
            if rest.get(name, 0) <= number:
                return
            number = rest[name]

    def _page(
        self,
        base: str,
        filter: str,  # noqa: A002
        attributes: Sequence[str],
        scope: Scope,
        controls: list[Any],
    ) -> Iterator[_Found]:
        """Send a search, yield what is found as it comes; `_done` is how it ended."""
        if self._reading:
            raise RuntimeError("a search of this directory is being read")
        what = f"searching {base or 'the root'!r}"
        self._reading = True
        try:
            with border(self.server, what):  # whoever reads this cannot raise into it
                request = search_operation(
                    base, filter, _SCOPES[scope], ldap3.DEREF_NEVER, list(attributes), 0, 0, False, True, True
                )
                number = self._session.strategy.send("searchRequest", request, controls)
                self._session.strategy._outstanding.pop(number, None)  # noqa: SLF001 - the answer is not read by it
                for message in messages(self._session.socket, time.monotonic() + self._patience):
                    if message.request != number:
                        raise BrokenWireError(_farewell(message))
                    if message.tag == ENTRY:
                        yield entry(message)
                    elif message.tag == DONE:
                        self._done = self._decoded(message)
                        self._reading = False
                        return
                    elif message.tag not in (REFERENCE, INTERMEDIATE):
                        raise BrokenWireError("it answers with something that is not LDAP")
        finally:
            if self._reading:  # given up in the middle
                self._reading = False
                self.close()

    def _decoded(self, message: Message) -> Done:
        result = self._session.strategy.decode_response_fast(decode_message_fast(message.raw()))
        return Done(int(result["result"]), str(result.get("message") or ""), result.get("controls") or {})


def _farewell(message: Message) -> str:
    if message.request == 0 and message.tag == EXTENDED:  # RFC 4511 section 4.4.1
        return "it says that it ends the connection"
    return "it answers something that was not asked"
