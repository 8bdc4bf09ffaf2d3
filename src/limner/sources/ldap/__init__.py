"""A directory server (LDAP): Active Directory, OpenLDAP, Domino, or another one."""

from __future__ import annotations

from collections.abc import Iterator

from limner.directory import check_filter, connect
from limner.errors import DirectoryError, SettingsError, SourceError
from limner.settings import LdapSource
from limner.settings.credential import exposed
from limner.sources.found import Found, Gone, Reading, Refused
from limner.sources.ldap import census, dirsync
from limner.sources.ldap.census import Telling
from limner.sources.ldap.people import People
from limner.sources.ldap.presets import people_filter
from limner.sources.ldap.stamps import Csn, Usn
from limner.sources.ldap.state import State
from limner.sources.ldap.state import read as read_state


class Ldap:
    """The LDAP source; see `limner.settings.LdapSource` for what can be set."""

    parallel = 1

    def __init__(self, settings: LdapSource) -> None:
        self.settings = settings
        self._reading = Reading()

    @property
    def label(self) -> str:
        """The source's name."""
        return self.settings.label

    @property
    def reading(self) -> Reading:
        return self._reading

    def people(self, since: str | None = None) -> Iterator[Found | Gone | Refused]:
        notes = [note for note in (exposed(self.settings.password_file), exposed(self.settings.client_key)) if note]
        if not self.settings.starttls and any(url.startswith("ldap://") for url in self.settings.servers):
            notes.append("ldap:// without StartTLS: photos, names and the password go readable through the network")
        try:
            check_filter(people_filter(self.settings, 0))
            with connect(self.settings) as directory:
                whole, state = yield from self._changes(People(directory, self.settings), read_state(since), notes)
        except (DirectoryError, SettingsError) as why:
            raise SourceError(f"source {self.label!r}: {why.message}", hint=why.hint) from None
        self._reading = Reading(whole, state.written() if state else None, "; ".join(notes) or None)

    def _changes(self, people: People, old: State | None, notes: list[str]) -> Telling:
        if self.settings.directory == "ad":
            return (yield from self._active_directory(people, old, notes))
        if people.mapping.identifier:
            return (yield from census.read(people, Csn(), old, notes))
        yield from people.everybody()
        return True, None

    def _active_directory(self, people: People, old: State | None, notes: list[str]) -> Telling:
        """Read by DirSync where that is allowed, else by uSNChanged.

        The entries of a group's members do not change with the group (MS-ADTS: memberOf is a back link), so where the
        filter asks for groups, DirSync would not tell who comes and goes.
        """
        by_groups = "memberof" in self.settings.filter.lower()
        if not by_groups and (old is None or old.way != Usn.way):
            if old is not None and old.way == dirsync.WAY:
                try:
                    changed, state = dirsync.changes(people, old)
                except DirectoryError as why:
                    if why.code is None:
                        raise
                    notes.append(
                        f"the server does not go on where the last sync stopped; everybody was read ({why.message})"
                    )
                else:
                    yield from people.some(changed)
                    return False, state
            try:
                state = dirsync.begin(people)
            except DirectoryError as why:
                if why.code is None:
                    raise
                notes.append(
                    f"changes are found by comparing all entries: DirSync is refused ({why.message}); the right "
                    '"Replicating Directory Changes" on the domain would let limner ask for changes alone'
                )
            else:
                yield from people.everybody()
                return True, state
        return (yield from census.read(people, Usn(), old, notes))

    def fetch(self, found: Found, limit: int) -> bytes | None:
        return None

    def close(self) -> None:
        pass
