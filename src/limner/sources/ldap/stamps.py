"""How a directory says when an entry was changed, and when anything was."""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from limner.errors import DirectoryError
from limner.sources.ldap.people import People

DIGEST = 4  # bytes that are remembered of a stamp: of 4 billion changes, one goes unnoticed until the next
UNKNOWN = bytes(DIGEST)  # of a stamp that another change may bear too


class Stamps(Protocol):
    """Stamps of changes, as a kind of directory writes them."""

    way: str
    attributes: tuple[str, ...]
    """The attributes that hold a stamp; the first that an entry has counts."""

    def begin(self, people: People) -> tuple[str, str]:
        """Give whose stamps these are (those of another say nothing; "": no use), and a text that changes whenever
        anything in the directory does ("": not known). Raises DirectoryError.
        """


class Usn:
    """Active Directory's uSNChanged: a number that each server counts for itself (MS-ADTS 3.1.1.1.9).

    So it is good for that server's database alone, which its invocationId names.
    """

    way = "usn"
    attributes: tuple[str, ...] = ("uSNChanged",)

    def begin(self, people: People) -> tuple[str, str]:
        service = people.directory.root.text("dsServiceName")
        entry = people.directory.read(service, ["invocationId"]) if service else None
        database = next(iter(entry.values("invocationId")), b"").hex() if entry else ""
        return database, people.directory.root.text("highestCommittedUSN") or ""


class Csn:
    """OpenLDAP's entryCSN, which is the same on every server; elsewhere modifyTimestamp (RFC 4512 section 3.4.2).

    With the overlay syncprov, contextCSN of the naming context changes with every change below it.
    """

    way = "csn"
    attributes: tuple[str, ...] = ("entryCSN", "modifyTimestamp")

    def begin(self, people: People) -> tuple[str, str]:
        tips: list[str] = []
        for context in contexts(people):
            entry = people.directory.read(context, ["contextCSN"])
            tips += sorted(entry.texts("contextCSN")) if entry else []
        return people.settings.directory, " ".join(tips)


def digest(stamp: str) -> bytes:
    """Give what is remembered of a stamp."""
    return hashlib.blake2b(stamp.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest() if stamp else UNKNOWN


def is_vague(stamp: str) -> bool:
    """Tell whether a stamp is a time in whole seconds: another change in the same second bears the same."""
    return re.fullmatch(r"\d{14}(Z|[.,]0+Z)", stamp) is not None


def contexts(people: People) -> list[str]:
    """Give the naming contexts (partitions) that the bases lie in. Raises DirectoryError."""
    known = sorted(people.directory.root.texts("namingContexts"), key=len, reverse=True)
    found = []
    for base in people.settings.base:
        context = next((name for name in known if _is_below(base, name)), None)
        if context is None:
            raise DirectoryError(
                f"{people.directory.server}: {base!r} lies in none of the server's naming contexts",
                hint=f"it has {', '.join(known)[:300] or 'none that may be seen'}; see `base`",
                code=32,
            )
        found.append(context)
    return list(dict.fromkeys(found))


def _is_below(base: str, context: str) -> bool:
    base, context = (",".join(part.strip() for part in name.lower().split(",")) for name in (base, context))
    return base == context or base.endswith(f",{context}") or not context
