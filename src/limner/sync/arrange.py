"""Who is who: parts that share a name are one person, and stay so whatever comes, goes or changes.

After every change the people that it can touch are taken apart and put together anew, in the order of the ranks. So
what the library shows depends on what the sources say, not on the order in which they said it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from limner.library import Library, Record
from limner.library.engine import Batch
from limner.picture import Portrait
from limner.sync.compose import Rules, compose, names, singles

Owner = tuple[str, str]
"""Whose a part is: source and origin."""


def arrange(
    batch: Batch,
    rules: Rules,
    *,
    put: Record | None = None,
    portrait: Portrait | None = None,
    gone: Iterable[Owner] = (),
) -> Record | None:
    """Store what a source says of somebody, and forget other parts, both at once; give the person it belongs to now.

    `portrait`: the photo of `put`, where the library does not have its digest. Raises LibraryError.
    """
    pool = _Pool(batch)
    for owner in gone:
        pool.take_person(owner)
    for owner in gone:
        pool.drop(owner)
    if put is not None:
        pool.take_person((put.source, put.origin))
        pool.drop((put.source, put.origin))
        pool.parts[(put.source, put.origin)] = put
    pool.take_all_touched()
    return pool.put_together(rules, put, portrait)


def rearrange(library: Library, rules: Rules) -> None:
    """Put everybody together anew of whom several sources speak, where the rules have changed."""
    wanted = json.dumps([rules.order, rules.newest_photo])
    if library.note("rules") == wanted:
        return
    waiting: list[Owner] = []
    for _, record in library.people():
        if record.told:
            waiting.append((record.source, record.origin))
    for at in range(0, len(waiting), 500):
        with library.batch() as batch:
            for source, origin in waiting[at : at + 500]:
                person = batch.record(source, origin)
                part = person.part(source, origin) if person else None
                if part is not None:
                    arrange(batch, rules, put=part)
    with library.batch() as batch:
        batch.note("rules", wanted)


class _Pool:
    """Parts whose people have been looked up, to be put together anew."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.parts: dict[Owner, Record] = {}
        self.people: dict[Owner, Record] = {}
        self.taken: set[Owner] = set()
        self.changed: set[bytes] = set()
        self.claimed: set[bytes] = set()

    def take_person(self, owner: Owner) -> None:
        """Take in the person that a part belongs to, with all of its parts."""
        person = None if owner in self.taken else self.batch.record(*owner)
        if person is not None:
            self.people[(person.source, person.origin)] = person
            parts = {(part.source, part.origin): part for part in person.parts}
            self.parts |= parts
            self.taken |= parts.keys()

    def drop(self, owner: Owner) -> None:
        """Let a part go; its names may belong to others from now on."""
        part = self.parts.pop(owner, None)
        if part is not None:
            self.changed |= set(names(part.person))

    def take_all_touched(self) -> None:
        """Take in whoever goes by a name that a part has, or claims it in vain, until nobody is left outside."""
        looked_at: set[bytes] = set()
        while True:
            wanted = self.changed.union(*map(_names, self.parts.values())) - looked_at
            if not wanted:
                return
            for key in sorted(wanted):
                person = self.batch.find(key)
                if person is not None:
                    self.take_person((person.source, person.origin))
                for owner in self._in_vain(key):
                    self.take_person(owner)
            looked_at |= wanted

    def put_together(self, rules: Rules, put: Record | None, portrait: Portrait | None) -> Record | None:
        """Store the people that the parts make; give the one that `put` is part of."""
        groups, owner_of = _group(self.parts.values(), rules)
        made = [self._made(group, at, owner_of, rules) for at, group in enumerate(groups)]
        if [(record.source, record.origin) for record in made] != list(self.people):
            for source, origin in self.people:
                self.batch.remove(source, origin)
        self._note_claims_in_vain(groups, owner_of)
        mine = None
        for at, (record, group) in enumerate(zip(made, groups, strict=True)):
            is_mine = any(part is put for part in group)
            mine = record if is_mine else mine
            others = set(_keys_of_others(group, at, owner_of)) if len(groups) > 1 else set()
            self.batch.put(record, portrait if is_mine else None, without=others)
        return mine

    def _made(self, group: list[Record], at: int, owner_of: dict[bytes, int], rules: Rules) -> Record:
        record = compose(group, rules, lambda name: owner_of.get(names(name)[0]) == at)
        owners = {(part.source, part.origin) for part in group}
        before = [person for person in self.people.values() if owners & {(p.source, p.origin) for p in person.parts}]
        if not before:
            return record
        same = [person.modified for person in before if person.digest == record.digest]
        # whoever asks whether there is a newer photo must be told so: the time never goes back, and not on by itself
        return replace(record, modified=max(same) if same else max(int(time.time()), *(p.modified for p in before)))

    def _in_vain(self, key: bytes) -> list[Owner]:
        noted = self.batch.noted(_claim(key))
        if noted is None:
            return []
        self.claimed.add(key)
        return [(source, origin) for source, origin in json.loads(noted)]

    def _note_claims_in_vain(self, groups: list[list[Record]], owner_of: dict[bytes, int]) -> None:
        claims: dict[bytes, list[Owner]] = {}
        for at, group in enumerate(groups):
            for part in group:
                for key in _names(part):
                    if owner_of[key] != at:
                        claims.setdefault(key, []).append((part.source, part.origin))
        for key in sorted(self.changed | owner_of.keys()):
            if key in claims or key in self.claimed:
                self.batch.note(_claim(key), json.dumps(claims[key]) if key in claims else None)


def _claim(key: bytes) -> str:
    return f"claim {key.hex()}"


def _names(part: Record) -> tuple[bytes, ...]:
    return () if part.hidden else names(part.person)


def _group(parts: Iterable[Record], rules: Rules) -> tuple[list[list[Record]], dict[bytes, int]]:
    """Sort parts into people; give also whose each name is. The first who has a name keeps it.

    What is hidden is nobody's part: it waits by itself until it comes back or is removed.
    """
    groups: list[list[Record]] = []
    owner_of: dict[bytes, int] = {}
    for part in sorted(parts, key=rules.rank):
        keys = _names(part)
        at = min((owner_of[key] for key in keys if key in owner_of), default=len(groups))
        if at == len(groups):
            groups.append([])
        groups[at].append(part)
        for key in keys:
            owner_of.setdefault(key, at)
    return groups, owner_of


def _keys_of_others(group: list[Record], at: int, owner_of: dict[bytes, int]) -> Iterator[bytes]:
    """Yield the index keys of names that parts of a person have and that are somebody else's."""
    for part in group:
        if not part.hidden:
            for name in singles(part.person):
                if owner_of[names(name)[0]] != at:
                    yield from name.index_keys()
