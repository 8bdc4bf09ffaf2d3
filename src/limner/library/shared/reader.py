"""The photo lane's view of a shared library: for tools, not for a door, which reads its replica."""

from __future__ import annotations

from typing import Any

from limner.library import entity
from limner.library.ladder import mask_of
from limner.library.shared.link import Link
from limner.library.shared.pictures import Pictures


class SharedReader:
    """The photo lane's view; see `limner.library.engine.Reader`. It has a transaction open until `release`."""

    def __init__(self, link: Link, pictures: Pictures) -> None:
        self._link = link
        self._pictures = pictures
        self._open = False

    def find(self, index_key: bytes) -> bytes | None:
        row = self._one(
            "select p.number, coalesce(p.picture, 0), p.modified, coalesce(i.rungs, '{}'), p.audience "
            "from limner.names n join limner.people p using (number) "
            "left join limner.pictures i on i.number = p.picture where n.key = %s",
            index_key,
        )
        if row is None:
            return None
        number, picture, modified, rungs, audience = row
        mask = mask_of(rungs)
        fields = ((number, 8), (picture, 8), (modified, 4), (mask, 2), (audience, 1))
        return b"".join(int(value).to_bytes(size) for value, size in fields)

    def rendition(self, place: bytes) -> bytes | None:
        if len(place) != 10:
            return None
        number = int.from_bytes(place[:8], signed=True)
        row = self._one("select place, sum, digest from limner.pictures where number = %s", number)
        body = self._pictures.renditions(*row).get(int.from_bytes(place[8:])) if row else None
        return entity.pack(body) if body is not None else None

    def release(self) -> None:
        if self._open:
            self._open = False
            self._link.read(lambda connection: connection.execute("rollback"))

    def state(self) -> int:
        return int(self._one("select seq from limner.state")[0])

    def _one(self, query: Any, *values: object) -> Any:
        def work(connection: Any) -> Any:
            if not self._open:
                connection.execute("begin isolation level repeatable read")
                self._open = True
            return connection.execute(query, values).fetchone()

        return self._link.read(work)
