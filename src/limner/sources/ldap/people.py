"""The people of a directory: all of them, some of them, or only who there is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from limner.directory import Directory, Entry
from limner.settings import LdapSource
from limner.sources.found import Found, Gone, Refused
from limner.sources.ldap.mapping import Mapping
from limner.sources.ldap.presets import any_of, expired_filter, people_filter

SOME = 100  # people that are asked for at a time; each is a condition of the filter


class People:
    """Those whom a source's settings ask for, in a directory that is open."""

    def __init__(self, directory: Directory, settings: LdapSource) -> None:
        self.directory = directory
        self.settings = settings
        self.mapping = Mapping(settings)
        self.now = time.time()
        self.filter = people_filter(settings, self.now)
        self.bases = settings.base
        self.told: set[bytes] = set()

    def everybody(
        self, stamps: Sequence[str] = (), look: Callable[[Entry], object] = lambda entry: None
    ) -> Iterator[Found | Refused]:
        """Read everybody with their photos; who lies below two bases comes once. `look` sees entries with `stamps`.

        Raises DirectoryError.
        """
        self.told.clear()
        for base in self.bases:
            for entry in self.directory.search(base, self.filter, [*self.mapping.attributes, *stamps]):
                look(entry)
                yield from self._new(entry)

    def some(self, identities: Sequence[bytes]) -> Iterator[Found | Gone | Refused]:
        """Read some people with their photos; whoever is not there (any more) is gone. Raises DirectoryError."""
        self.told.clear()
        for step in _batched(identities, SOME):
            wanted = f"(&{any_of(self.mapping.identifier, self._as_values(step))}{self.filter})"
            for base in self.bases:
                for entry in self.directory.search(base, wanted, self.mapping.attributes):
                    yield from self._new(entry)
            for identity in step:
                if identity not in self.told:
                    yield Gone(self.mapping.origin(identity))

    def census(self, stamps: Sequence[str]) -> Iterator[Entry]:
        """Read who there is: identities and stamps, no photos. Raises DirectoryError."""
        for base in self.bases:
            yield from self.directory.search(base, self.filter, [self.mapping.identifier, *stamps])

    def expired(self, since: float) -> list[bytes]:
        """Find the accounts of an Active Directory that expired since a time (Unix seconds): no entry changes then."""
        if self.settings.directory != "ad" or self.settings.disabled:
            return []
        wanted = expired_filter(since, self.now)
        found = (
            self.mapping.identity(entry)
            for base in self.bases
            for entry in self.directory.search(base, wanted, [self.mapping.identifier])
        )
        return [identity for identity in found if identity]

    def _new(self, entry: Entry) -> Iterator[Found | Refused]:
        identity = self.mapping.identity(entry)
        if identity is not None:
            if identity in self.told:
                return
            self.told.add(identity)
        left_out: list[Refused] = []
        found = self.mapping.found(entry, left_out)
        yield from left_out
        yield found

    def _as_values(self, identities: Sequence[bytes]) -> Sequence[bytes] | Sequence[str]:
        """Give identities as the server compares them: Microsoft's as they are, an entryUUID as text."""
        return identities if self.mapping.microsoft else [self.mapping.origin(identity) for identity in identities]


def _batched(identities: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    for at in range(0, len(identities), size):
        yield identities[at : at + size]
