"""The photo lane: from an address to the bytes of a photo, by look-ups only.

There are two ways through it that give the same bytes (a property of the tests). The *full* way reads the address by
its form, normalises the name, knows conditions, sizes, budgets and what to send where there is no photo. The *short*
way takes the address as it stands for an index key: if the library has that key, the address was in normal form, and
nothing needs to be parsed. Most addresses are; all others take the full way.
"""

from __future__ import annotations

import binascii

from limner.library import Library, Rendition, entity
from limner.library.engine import Reader
from limner.library.ladder import rungs_for
from limner.picture import LADDER
from limner.settings import Form, Settings
from limner.web import forms
from limner.web.answers import COMMON, Clock
from limner.web.forms.ask import Ask
from limner.web.target import BadTargetError, parse

# what an address may hold to be taken by the short way: no escapes, no query, nothing that a log must escape
PLAIN = b"abcdefghijklmnopqrstuvwxyz0123456789-._~@!$&'()*+,;=:/"
PLAIN_QUERY = PLAIN + b"ABCDEFGHIJKLMNOPQRSTUVWXYZ%"
# What targets lead to is remembered until the library changes. When either bound is reached, no more is taken in:
# whose faces are asked for now is likely to be asked for again, and to choose would cost more than it saves.
RECENT = 32_768  # targets
RECENT_BYTES = 64_000_000  # of photos

Found = tuple[bytes, bytes, bytes]
"""What a target leads to: the name record, the Last-Modified line, and the entity."""

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


class Nobody:
    """The view of a lane that shows no faces; see `limner.library.engine.Reader`."""

    def find(self, index_key: bytes) -> bytes | None:
        return None

    def rendition(self, place: bytes) -> bytes | None:
        return None

    def release(self) -> None:
        """Nothing is held."""

    def state(self) -> int:
        return 0


class Lane:
    """The photo lane of one worker, for one state of the settings."""

    def __init__(self, settings: Settings, library: Library, clock: Clock) -> None:
        self.library = library
        self.reader: Reader = library.reader()
        self.blind = False
        self.clock = clock
        self.read_form = forms.reader(settings)
        self.name = b""  # the name record that the short way led to last
        self.size = 0  # and the bytes of the entity it gave
        self.cache_line = b"Cache-Control: private, max-age=%d\r\n" % settings.serve.max_age
        self.lines = b"Content-Type: image/jpeg\r\n" + self.cache_line
        # what goes with every answer, whoever asks: a cache must not show one origin what was for another
        self.vary = b"Vary: Origin\r\n" if settings.serve.cors else b""
        self._rungs: dict[int, RungTable] = {}
        form = settings.forms
        self._mail = (self.rungs(form.mail.size), _most(form.mail))
        self._uid = (self.rungs(form.uid.size), _most(form.uid))
        self._avatar_most = _most(form.avatar)
        self._recent: dict[bytes, Found] = {}
        self._recent_bytes = 0
        self._state = -1
        self._fresh = False
        self._queries: dict[bytes, RungTable] = {}
        self._date: bytes | None = None
        self._head = b""

    def rungs(self, size: int) -> RungTable:
        """Give the table of rungs for a wanted size; there is one for each rung of the ladder."""
        size = next((rung for rung in LADDER if rung >= size), LADDER[-1])
        table = self._rungs.get(size)
        if table is None:
            table = self._rungs[size] = RungTable(size)
        return table

    def short(self, target: bytes) -> bytes | None:
        """Give the whole response to a GET without conditions, if the short way leads there; else None.

        `self.name` is then the name record that it led to, `self.size` the bytes of the entity.
        """
        if not self._fresh:
            self._freshen()
        found = self._recent.get(target)
        if found is None:
            found = self._look_up(target)
            if found is None:
                return None
        self.name, modified, photo = found
        self.size = len(photo)
        if self._date is not self.clock.date:
            self._date = self.clock.date
            self._head = b"".join((b"HTTP/1.1 200 OK\r\n", self._date, self.lines, self.vary, COMMON))
        return b"".join((self._head, modified, photo))

    def _look_up(self, target: bytes) -> Found | None:
        """Find what a target leads to, by the key that it would be in normal form, and remember it for a while."""
        if target[-4:] == b".jpg":
            if target.translate(None, PLAIN):
                return None
            slashes = target.count(b"/")
            if slashes == 2 and target[:8] == b"/photos/":
                key, (rungs, most) = b"m" + target[8:-4], self._mail
            elif slashes == 1 and target[:1] == b"/":
                key, (rungs, most) = b"m" + target[1:-4], self._mail
            elif slashes == 2 and target[:5] == b"/uid/":
                key, (rungs, most) = b"u" + target[5:-4], self._uid
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
            rungs, most = table, self._avatar_most
        else:
            return None
        name = self.reader.find(key) if most else None
        if name is None or name[22]:  # who is hidden from some takes the full way, which knows from whom
            return None
        rung = rungs[name[20:22]]
        if not rung:
            return None
        photo = self.reader.rendition(name[8:16] + rung)
        if photo is None or len(photo) > most:
            return None
        found = name, self.clock.modified[name[16:20]], photo
        if self._recent_bytes < RECENT_BYTES and len(self._recent) < RECENT:
            self._recent[target] = found
            self._recent_bytes += len(photo)
        return found

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

    def find(self, ask: Ask, sees: int) -> tuple[Rendition, bytes] | None:
        """Give the photo that is asked for and the index key that led to it; None: there is none for who `sees`."""
        for key in () if self.blind else ask.keys:
            rendition = self.library.rendition(key, ask.size, ask.limit, sees=sees)
            if rendition is not None:
                return rendition, key
        return None

    def release(self) -> None:
        """See the newest state of the library from the next request on."""
        self.reader.release()
        self._fresh = False

    def close_eyes(self, *, blind: bool) -> None:
        """Show no faces from now on, for nobody can vouch for what the library says; or show them again."""
        if blind != self.blind:
            self.blind = blind
            self.reader.release()
            self.reader = Nobody() if blind else self.library.reader()
            self._fresh, self._state = False, -1

    def _freshen(self) -> None:
        """Look at the newest state; what is remembered of another one is forgotten."""
        self._fresh = True
        state = self.reader.state()
        if state != self._state:
            self._state = state
            self._recent.clear()
            self._recent_bytes = 0


def _most(form: Form) -> int:
    """Give the bytes of the largest entity that a form sends the short way; 0 for a form that is not answered.

    Where a photo just keeps to the form's limit, the full way may have to look.
    """
    if not form.enabled:
        return 0
    return form.bytes + entity.LINES if form.bytes else 1 << 40


__all__ = ["BadTargetError", "Lane", "RungTable"]
