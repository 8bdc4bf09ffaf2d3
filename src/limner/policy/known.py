"""The people whom the library knows, as far as a policy has to know them.

Tokens and passes name people; whoever makes a policy says how a name leads to a person. Policies themselves know no
library.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Known(Protocol):
    """How names lead to people. No verb raises: a library that cannot be read knows nobody."""

    def label(self, keys: Iterable[bytes]) -> str | None:
        """Give what the first person whom any of these index keys leads to is called; None: they lead to nobody."""

    def names(self, key: bytes) -> frozenset[bytes]:
        """Give all index keys of the person whom one leads to; none: it leads to nobody."""

    def state(self) -> int:
        """Give a number that is another one whenever names may lead elsewhere than before."""


class _Nobody:
    def label(self, keys: Iterable[bytes]) -> str | None:
        return None

    def names(self, key: bytes) -> frozenset[bytes]:
        return frozenset()

    def state(self) -> int:
        return 0


NOBODY: Known = _Nobody()
"""Where there is no library."""
