"""A worker's way to who follows the shared library, for pictures that have not come into the replica yet."""

from __future__ import annotations

from limner.settings import Settings
from limner.web.forms.ask import Ask
from limner.web.origins.errand import Errands

WAIT_SECONDS = 2.0  # for a picture that is in the store; whoever waits longer gets a placeholder


class LackingErrands(Errands):
    """Asks the follower for somebody's picture; see `limner.web.replica.follower`."""

    def reload(self, settings: Settings) -> None:
        self._replica = False  # what it brings is here when it says so

    def concerns(self, ask: Ask) -> tuple[bytes, float] | None:
        if ask.forced:
            return None
        for key in ask.keys:
            record = self.library.find(key)
            if record is not None and record.digest is not None and not self.library.sizes(record.digest):
                return key, WAIT_SECONDS
        return None
