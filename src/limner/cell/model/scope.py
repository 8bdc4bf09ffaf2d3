"""Management scopes: where in the cell an object of security.xml counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self


class Level(StrEnum):
    """The kinds of scope, from the least specific to the most: the order in which IBM lists them.

    Source: IBM, "Creating a Secure Sockets Layer configuration". Where a server stands against its cluster the
    documents contradict each other; whoever decides between the two must say so.
    """

    CELL = "cell"
    NODE_GROUP = "nodegroup"
    NODE = "node"
    SERVER = "server"
    CLUSTER = "cluster"
    ENDPOINT = "endpoint"

    @property
    def rank(self) -> int:
        """0 for the cell, more for what is more specific."""
        return _ORDER.index(self)


_ORDER: Final = tuple(Level)
_PART: Final = re.compile(r"\((\w+)\):")
_SHAPES: Final = {
    ("cell",),
    ("cell", "nodegroup"),
    ("cell", "node"),
    ("cell", "cluster"),
    ("cell", "node", "server"),
    ("cell", "node", "server", "endpoint"),
}


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """A place in the cell. `server` is never without `node`, `endpoint` never without `server`."""

    cell: str
    node: str = ""
    server: str = ""
    endpoint: str = ""
    cluster: str = ""
    node_group: str = ""

    @property
    def level(self) -> Level:
        """What kind of scope it is."""
        for level, name in (
            (Level.ENDPOINT, self.endpoint),
            (Level.CLUSTER, self.cluster),
            (Level.SERVER, self.server),
            (Level.NODE, self.node),
            (Level.NODE_GROUP, self.node_group),
        ):
            if name:
                return level
        return Level.CELL

    @property
    def text(self) -> str:
        """The scope as WebSphere spells it: `(cell):C:(node):N:(server):S`."""
        parts = (
            ("cell", self.cell),
            ("nodegroup", self.node_group),
            ("node", self.node),
            ("cluster", self.cluster),
            ("server", self.server),
            ("endpoint", self.endpoint),
        )
        return ":".join(f"({kind}):{name}" for kind, name in parts if name)

    @property
    def words(self) -> str:
        """The scope for people: `server N/S`."""
        names = {
            Level.CELL: self.cell,
            Level.NODE_GROUP: self.node_group,
            Level.NODE: self.node,
            Level.CLUSTER: self.cluster,
            Level.SERVER: f"{self.node}/{self.server}",
            Level.ENDPOINT: f"{self.node}/{self.server}/{self.endpoint}",
        }
        word = "node group" if self.level is Level.NODE_GROUP else self.level.value
        return f"{word} {names[self.level]}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read WebSphere's spelling. Raises ValueError, whose text says what is wrong."""
        first, *rest = _PART.split(text)
        kinds, names = tuple(rest[::2]), rest[1::2]
        # each name but the last is followed by the colon before the next part
        bare = [*(name.removesuffix(":") for name in names[:-1]), *names[-1:]]
        joined = ":".join(f"({kind}):{name}" for kind, name in zip(kinds, bare, strict=True))
        if first or kinds not in _SHAPES or joined != text or not all(bare) or any(":" in name for name in bare):
            raise ValueError(f"{text!r} is not a management scope")
        found = dict(zip(kinds, bare, strict=True))
        return cls(
            cell=found["cell"],
            node=found.get("node", ""),
            server=found.get("server", ""),
            endpoint=found.get("endpoint", ""),
            cluster=found.get("cluster", ""),
            node_group=found.get("nodegroup", ""),
        )
