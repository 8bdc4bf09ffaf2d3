"""What a sync writes down in the library for the next one: a source's state, and photos that are broken or late."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from limner import settings
from limner.library import Library
from limner.library.engine import Batch
from limner.people import Person
from limner.picture import RECIPE, Limits
from limner.sources import Found, Remote


@dataclass(frozen=True, slots=True)
class Broken:
    """A photo that could not be taken: in which version, how reports call it, and why."""

    version: str
    where: str
    reason: str


def forget_state(batch: Batch, source: str) -> None:
    """Let the next sync of a source read everybody anew."""
    batch.note(f"state {source}", None)


class Memory:
    """What is remembered of one source. Both verbs that change it take the batch in which it becomes true."""

    def __init__(self, library: Library, source: settings.Source, limits: Limits) -> None:
        self.label = source.label
        self._limits = f"{limits.bytes}.{limits.pixels}"
        # a state is good only for the settings that it was read with, and while the pictures are made as they were
        told = f"{RECIPE} {self._limits} {source.model_dump_json(exclude={'name', 'schedule'})}"
        self._mark = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        self._state = library.note(f"state {self.label}")
        start = self._broken_name("")
        self.late = dict(map(_read_late, (value for _, value in library.notes(self._late_name("")))))
        self.broken = {name.removeprefix(start): Broken(*json.loads(value)) for name, value in library.notes(start)}

    @property
    def state(self) -> str | None:
        """The state that the source gave after its last reading that was applied whole; None: there is none."""
        mark, _, state = (self._state or "").partition(" ")
        return state if mark == self._mark else None

    def keep_state(self, batch: Batch, state: str | None) -> None:
        """Remember a source's state."""
        kept = None if state is None else f"{self._mark} {state}"
        if kept != self._state:
            batch.note(f"state {self.label}", kept)

    def known_broken(self, origin: str, version: str) -> Broken | None:
        """Give what is known of a photo that was broken in this version."""
        broken = self.broken.get(origin)
        return broken if broken is not None and broken.version == self._version(version) else None

    def keep_broken(self, batch: Batch, origin: str, version: str, where: str, reason: str) -> None:
        """Remember a broken photo: it is not looked at again until its version changes."""
        self.broken[origin] = Broken(self._version(version), where, reason)
        batch.note(self._broken_name(origin), json.dumps([self._version(version), where, reason]))

    def forget_broken(self, batch: Batch, origin: str) -> None:
        """Forget a broken photo: there is a good one now, or the person is gone."""
        if self.broken.pop(origin, None) is not None:
            batch.note(self._broken_name(origin), None)

    def keep_late(self, batch: Batch, late: Sequence[Found]) -> None:
        """Remember those whose photo did not come, and nobody else: the source will not tell of them again."""
        now = {found.origin: found for found in late}
        for origin in self.late.keys() - now.keys():
            batch.note(self._late_name(origin), None)
        for origin, found in now.items():
            batch.note(self._late_name(origin), _written_late(found))
        self.late = now

    def _late_name(self, origin: str) -> str:
        return f"late {self.label}\0{origin}"

    def _version(self, version: str) -> str:
        return f"{version} {self._limits}"

    def _broken_name(self, origin: str) -> str:
        return f"broken {self.label}\0{origin}"


def _written_late(found: Found) -> str:
    assert isinstance(found.photo, Remote)
    fields = {name: getattr(found, name) for name in ("origin", "version", "modified", "where")}
    more = {"person": asdict(found.person), "attributes": dict(found.attributes), "place": found.photo.place}
    return json.dumps(fields | more)


def _read_late(text: str) -> tuple[str, Found]:
    told = json.loads(text)
    names = told.pop("person")
    person = Person(**names | {"mails": tuple(names["mails"])})
    found = Found(person=person, photo=Remote(told.pop("place")), **told)
    return found.origin, found
