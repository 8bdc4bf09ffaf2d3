"""Which faces count against budgets, told by each node to all others.

A node tells what it counted under numbers of its own, one after the other, in one transaction at a time. So whoever has
a node's rows up to a number lacks none before it. Counting one twice does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence

from limner.library.shared.agreed import TABLES
from limner.library.shared.border import border
from limner.library.shared.link import Link
from limner.library.shared.schema import version_of

Counted = tuple[int, bytes, bytes, float]
"""A node's own number, the digests of the visitor and of the face, and the Unix time when it counts no more."""


class Counts:
    """One node's view; to be used by one thread. Raises AwayError, LibraryError."""

    def __init__(self, link: Link, node: bytes) -> None:
        self._link = link
        self._node = node
        self._known: dict[bytes, int] = {}

    def tell(self, counted: Sequence[Counted], now: float) -> bool:
        """Tell the others what was counted here; False: nobody can be told yet."""
        connection = self._link.open()
        with border(self._link.where), connection.transaction(), connection.cursor() as cursor:
            if version_of(connection)[0] < TABLES:
                return False
            cursor.executemany(
                "insert into limner.faces (node, at, visitor, face, ends) values (%s, %s, %s, %s, %s) "
                "on conflict do nothing",
                [(self._node, *each) for each in counted],
            )
            cursor.execute("delete from limner.faces where ends < %s and node = %s", (now, self._node))
        return True

    def hear(self, now: float) -> list[tuple[bytes, bytes, float]]:
        """Give what others counted since the last time: visitor, face, end."""
        connection = self._link.open()
        with border(self._link.where):
            if version_of(connection)[0] < TABLES:
                return []
            rows = connection.execute(
                "select f.node, f.at, f.visitor, f.face, f.ends from limner.faces f left join "
                "unnest(%s::bytea[], %s::bigint[]) k (node, at) on k.node = f.node "
                "where f.node <> %s and f.at > coalesce(k.at, -1) and f.ends > %s order by f.node, f.at limit 50000",
                (list(self._known), list(self._known.values()), self._node, now),
            ).fetchall()
        for node, at, *_ in rows:
            self._known[node] = at  # type: ignore[index,assignment]
        return [(visitor, face, ends) for _, _, visitor, face, ends in rows]  # type: ignore[misc]
