"""Whose turn it is: what a door knows of the jobs of all doors that share a library, before it starts one.

It is as the follower heard it a second ago. So two doors may both think that it is their turn; the one that gets the
library's lock does the job, and the other one sees then that it is done.
"""

from __future__ import annotations

import time

from limner.library import Library
from limner.library.shared.claim import Claim
from limner.settings import Settings, SharedPlace
from limner.web.gauges import LEVEL, Gauges
from limner.web.replica.news import age

FRESH_SECONDS = 10.0  # what was heard so long ago says nothing of now


class Turn:
    """What is known of jobs elsewhere; `library` is the one from which this machine serves."""

    def __init__(self, settings: Settings, library: Library, gauges: Gauges) -> None:
        self.shared = isinstance(settings.place, SharedPlace)
        self._settings = settings
        self._library = library
        self._gauges = gauges

    def now(self) -> float:
        """Give the time by which jobs are due (Unix seconds): the database's clock, where there is one."""
        clock = self._gauges.replica("clock")
        return time.time() + (clock - LEVEL) / 1000 if self.shared and clock else self._library.now()

    def is_taken(self) -> bool:
        """Tell whether a sync runs, here or elsewhere."""
        return bool(self._gauges.replica("syncing")) if self.shared else self._library.is_held()

    def claim(self, job: str) -> Claim | None:
        """Take a job that is not a sync for this machine, until the claim is closed; None: another one has it.

        Raises AwayError, LibraryError.
        """
        place = self._settings.place
        assert isinstance(place, SharedPlace)
        claim = Claim(place)
        try:
            if claim.take(job):
                return claim
        except BaseException:
            claim.close()
            raise
        claim.close()
        return None

    def may_start(self) -> bool:
        """Tell whether a job can begin: a library that is not heard of can take none."""
        return not self.shared or age(self._gauges.replica("news")) <= FRESH_SECONDS
