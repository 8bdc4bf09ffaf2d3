"""What is to stand in an attribute: the interface of one file per kind of value."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Protocol

from limner.directory import Directory
from limner.publish.known import Known, Unseen
from limner.publish.report import LeftOut

Value = Callable[[], bytes]
"""Makes a value when its turn comes: the pictures of many people would fill the memory."""

Check = Callable[[Directory], str | None]
"""Tells why an entry must not get its value after all, None: it may; reads what it needs. Raises DirectoryError."""


class Values(Protocol):
    """A kind of value."""

    @property
    def attribute(self) -> str:
        """The attribute that is written to."""

    @property
    def overwrite(self) -> bool:
        """Whether values that are there already are replaced; if not, those entries are not even read."""

    def of(self, known: Known) -> Value | LeftOut:
        """Give the value for an entry, or why there is none."""

    def check(self, known: Known) -> Check | None:
        """Give what is still to be looked at before the entry may get its value; None: nothing."""

    def own(self, unseen: Unseen) -> Set[bytes]:
        """Give the values that only limner can have written for somebody while they had a photo: they are taken back
        now. Other values are never touched.
        """
