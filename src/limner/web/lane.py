"""The photo lane: from an address to the bytes of a photo, by look-ups only.

There are two ways through it that give the same bytes (a property of the tests). The *full* way reads the address by
its form, normalises the name, knows conditions, sizes, budgets and what to send where there is no photo. The *short*
way takes the address as it stands for an index key: if the library has that key, the address was in normal form, and
nothing needs to be parsed. Most addresses are; all others take the full way.
"""

from __future__ import annotations

import binascii

from limner.library import Library, Rendition
from limner.library.engine import Reader
from limner.library.ladder import rungs_for
from limner.picture import LADDER
from limner.settings import Settings
from limner.web import forms
from limner.web.answers import COMMON, Clock
from limner.web.forms.ask import Ask
from limner.web.target import BadTargetError, parse

# what an address may hold to be taken by the short way: no escapes, no query, nothing that a log must escape
PLAIN = b"abcdefghijklmnopqrstuvwxyz0123456789-._~@!$&'()*+,;=:/"
PLAIN_QUERY = PLAIN + b"ABCDEFGHIJKLMNOPQRSTUVWXYZ%"
ENTITY_HEAD = 51  # bytes at least that an entity's lines add to the photo
LENGTH_AT = 46  # where an entity's Content-Length stands

Rungs = dict[bytes, bytes]
"""Mask of a picture's rungs (2 bytes) -> the rung to send (2 bytes)."""


class RungTable(Rungs):
    """Which rung to send for a wanted size, for each mask of rungs; filled as masks turn up (there are 2,048)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._order = rungs_for(size)

    def __missing__(self, mask: bytes) -> bytes:
        best = self._order(int.from_bytes(mask))
        self[mask] = rung = best[0].to_bytes(2) if best else b""
        return rung


class Lane:
    """The photo lane of one worker, for one state of the settings."""

    def __init__(self, settings: Settings, library: Library, clock: Clock) -> None:
        self.library = library
        self.reader: Reader = library.reader()
        self.clock = clock
        self.read_form = forms.reader(settings)
        self.name = b""  # the name record that the short way led to last
        self.size = 0  # and the bytes of the photo it gave
        self.cache_line = b"Cache-Control: private, max-age=%d\r\n" % settings.serve.max_age
        self.lines = b"Content-Type: image/jpeg\r\n" + self.cache_line
        # what goes with every answer, whoever asks: a cache must not show one origin what was for another
        self.vary = b"Vary: Origin\r\n" if settings.serve.cors else b""
        self._rungs: dict[int, RungTable] = {}
        form = settings.forms
        self._mail = (self.rungs(form.mail.size), form.mail.bytes, form.mail.enabled)
        self._uid = (self.rungs(form.uid.size), form.uid.bytes, form.uid.enabled)
        self._avatar_bytes = form.avatar.bytes
        self._avatar_enabled = form.avatar.enabled
        self._queries: dict[bytes, RungTable] = {}
        self._date: bytes | None = None
        self._head = b""
        self._modified = clock.modified

    def rungs(self, size: int) -> RungTable:
        """Give the table of rungs for a wanted size; there is one for each rung of the ladder."""
        size = next((rung for rung in LADDER if rung >= size), LADDER[-1])
        table = self._rungs.get(size)
        if table is None:
            table = self._rungs[size] = RungTable(size)
        return table

    def short(self, target: bytes) -> bytes | None:
        """Give the whole response to a GET without conditions, if the short way leads there; else None.

        `self.name` is then the name record that it led to, `self.size` the bytes of the photo.
        """
        if target[-4:] == b".jpg":
            if target.translate(None, PLAIN):
                return None
            slashes = target.count(b"/")
            if slashes == 2 and target[:8] == b"/photos/":
                key, (rungs, limit, enabled) = b"m" + target[8:-4], self._mail
            elif slashes == 1 and target[:1] == b"/":
                key, (rungs, limit, enabled) = b"m" + target[1:-4], self._mail
            elif slashes == 2 and target[:5] == b"/uid/":
                key, (rungs, limit, enabled) = b"u" + target[5:-4], self._uid
            else:
                return None
        elif target[:8] == b"/avatar/":
            path, _, query = target.partition(b"?")
            table = self._queries.get(query)
            digest = path[8:]
            if table is None or len(digest) not in (32, 64):
                return None
            try:
                key = (b"5" if len(digest) == 32 else b"2") + binascii.unhexlify(digest)
            except ValueError:
                return None
            rungs, limit, enabled = table, self._avatar_bytes, self._avatar_enabled
        else:
            return None
        name = self.reader.find(key) if enabled else None
        if name is None:
            return None
        rung = rungs[name[20:22]]
        if not rung:
            return None
        entity = self.reader.rendition(name[8:16], rung)
        if entity is None or (limit and len(entity) > limit + ENTITY_HEAD):
            return None
        self.name = name
        self.size = len(entity) - entity.find(b"\r", LENGTH_AT) - 4
        if self._date is not self.clock.date:
            self._date = self.clock.date
            self._head = b"".join((b"HTTP/1.1 200 OK\r\n", self._date, self.lines, self.vary, COMMON))
        return b"".join((self._head, self._modified[name[16:20]], entity))

    def ask(self, target: bytes) -> Ask | None:
        """Read a target: whose photo is asked for (None: it is no photo's address). Raises BadTargetError."""
        ask = self.read_form(parse(target))
        if ask is not None and ask.form == "avatar" and not ask.forced:
            self._remember(target, ask)
        return ask

    def _remember(self, target: bytes, ask: Ask) -> None:
        """Remember what a query of the avatar form means, so that the short way can take the next one like it."""
        query = target.partition(b"?")[2]
        if len(query) <= 100 and target[:8] == b"/avatar/" and not query.translate(None, PLAIN_QUERY):
            if len(self._queries) >= 512:
                self._queries.clear()
            self._queries[query] = self.rungs(ask.size)

    def find(self, ask: Ask) -> tuple[Rendition, bytes] | None:
        """Give the photo that is asked for and the index key that led to it; None: there is none."""
        for key in ask.keys:
            rendition = self.library.rendition(key, ask.size, ask.limit)
            if rendition is not None:
                return rendition, key
        return None

    def release(self) -> None:
        """See the newest state of the library from the next request on."""
        self.reader.release()


__all__ = ["BadTargetError", "Lane", "RungTable"]
