"""Changes by Active Directory's DirSync: the server tells which entries were changed, moved, or deleted.

It needs the right "Replicating Directory Changes" on the domain. What it tells is only whose entry to read again:
whoever is not found then, by the filter and below the bases, is gone.
"""

from __future__ import annotations

import base64

from limner.sources.ldap.people import People
from limner.sources.ldap.stamps import contexts
from limner.sources.ldap.state import State

WAY = "dirsync"
WHO = "(objectClass=user)"  # deleted and disabled ones too, which the people's own filter leaves out

# besides those that are mapped: what makes somebody come or go. `name` changes when an entry is moved
MOVES = ("userAccountControl", "accountExpires", "name", "isDeleted", "parentGUID")
STEPS = 1_000_000  # of at most 1 MB each


def begin(people: People) -> State:
    """Find out where the list of changes ends now; everybody is to be read after that. Raises DirectoryError.

    A cookie stands for a state of the directory, whatever attributes are asked for: so this walk, which only fetches
    one, asks for nothing but the identity.
    """
    marks = {}
    for context in contexts(people):
        _, marks[context] = _follow(people, context, "", [people.mapping.identifier])
    return State(WAY, marks=marks, at=people.now)


def changes(people: People, old: State) -> tuple[list[bytes], State]:
    """Give whose entries changed after `old`, and the new state. Raises DirectoryError."""
    changed: dict[bytes, None] = dict.fromkeys(people.expired(old.at))
    attributes = [*people.mapping.attributes, *MOVES]
    marks = {}
    for context in contexts(people):
        found, marks[context] = _follow(people, context, old.marks.get(context, ""), attributes)
        changed |= dict.fromkeys(found)
    return list(changed), State(WAY, marks=marks, at=people.now)


def _follow(people: People, context: str, mark: str, attributes: list[str]) -> tuple[list[bytes], str]:
    """Follow the list of changes from a mark to its end; give whose entries changed, and the new mark."""
    cookie = base64.b64decode(mark)
    changed: dict[bytes, None] = {}
    for _ in range(STEPS):
        entries, cookie, more = people.directory.changes(context, WHO, attributes, cookie)
        identities = (people.mapping.identity(entry) for entry in entries)
        changed |= dict.fromkeys(identity for identity in identities if identity)
        if not more:
            break
    return list(changed), base64.b64encode(cookie).decode("ascii")
