"""What is to stand in an attribute: the interface of one file per kind of value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from limner.directory import Directory
from limner.publish.known import Known
from limner.publish.report import LeftOut

Value = Callable[[], bytes]
"""Makes a value when its turn comes: the pictures of many people would fill the memory."""


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

    def doubt(self, directory: Directory, known: Known) -> str | None:
        """Give why an entry must not get its value after all; None: it may.

        It is asked only for those who would be written to, and may read what it wants of their entry. Raises
        DirectoryError.
        """
