"""The keys that sign sessions, and who has signed out: every door has its own file, and all come to hold the same.

A door signs with a key of its file, and takes note of who signs out there, whether the database answers or not. Both
only ever grow, until they end by themselves; so what doors have is put together without asking who was first.
"""

from __future__ import annotations

from typing import Final

from limner.library.shared import SharedLibrary
from limner.library.shared.agreed import Agreed
from limner.library.shared.batch import SharedBatch
from limner.library.shared.link import Link
from limner.oidc.keybox import KEY, OUT, Keybox

KINDS: Final = (KEY, OUT)


class Sessions:
    """Keeps one door's file and the database equal; to be used by one thread. Raises AwayError, LibraryError."""

    def __init__(self, library: SharedLibrary, link: Link) -> None:
        self._library = library
        self._agreed = Agreed(link)
        self._identity = ""
        self._position = -1
        self._there: dict[tuple[str, str], str] = {}

    def exchange(self, box: Keybox, now: float) -> None:
        """Tell the others what this door has, and take up what it lacks. Raises SignInError, too."""
        news = self._agreed.after(self._position, KINDS)
        if not news.identity:
            return  # the tables are older; whoever writes next brings them up to date
        if news.identity != self._identity or news.position < self._position:
            self._there.clear()
            self._identity, self._position = news.identity, -1
            news = self._agreed.after(-1, KINDS)
        for kind, raw, value in news.rows:
            if value is None:
                self._there.pop((kind, raw.decode()), None)
            else:
                self._there[kind, raw.decode()] = value.decode()
        self._position = news.position
        box.refresh()
        over = [each for each, value in self._there.items() if box.is_over(*each, value, now)]
        lacking = {each: value for each, value in box.told(now).items() if each not in self._there}
        if lacking or len(over) > 100:
            with self._library.batch() as batch:
                assert isinstance(batch, SharedBatch)
                for (kind, name), told in lacking.items():
                    batch.agree(kind, name.encode(), told.encode())
                for kind, name in over:
                    batch.agree(kind, name.encode(), None)
        box.take_up({each: value for each, value in self._there.items() if each not in over}, now)
