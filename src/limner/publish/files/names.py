"""How the files of a person are named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from limner import people
from limner.people import Person
from limner.settings.template import OF_MAIL, PLACE

HASHES = {"md5": 32, "sha256": 64}
"""Hex digits of each hash; an address whose domain is not ASCII has two of each."""

LONGEST = 255
"""Bytes of a file's name on the usual file systems."""

_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')  # ends a name, or cannot stand in one on some system


def paths(template: str, person: Person) -> Iterator[str]:
    """Yield the paths of a person's files, relative to where they are published, `/` between folders.

    A person has one for each of their mail addresses, none where they lack a name that the template asks for. A path
    may not be fit for a file system: see `unfit`.
    """
    asked = list(dict.fromkeys(PLACE.findall(template)))
    for mail in person.mails if OF_MAIL.intersection(asked) else ("",):
        for values in product(*(_values(name, person, mail) for name in asked)):
            yield _filled(template, dict(zip(asked, values, strict=True)))


def _filled(template: str, values: dict[str, str]) -> str:
    return PLACE.sub(lambda place: values[place[1]], template)


def _values(name: str, person: Person, mail: str) -> list[str]:
    if name == "mail":
        return [_one_step(mail)]
    if name in HASHES:
        return sorted(each for each in people.hashes(mail) if len(each) == HASHES[name])
    value = person.uid if name == "uid" else person.key
    return [_one_step(value)] if value else []


def _one_step(value: str) -> str:
    """Keep a name of a person from making folders; that it is not fit for a file is found by `unfit`."""
    return value.replace("/", "\\")


def unfit(path: str) -> str | None:
    """Say why a path cannot be that of a file; None if it can."""
    for step in path.split("/"):
        if not step:
            return f"{path!r} has an empty step"
        if _UNSAFE.search(step):
            return f"{path!r} has a character that names of files cannot have"
        if step.startswith("."):
            return f"{path!r} begins with a dot"
        if len(step.encode()) > LONGEST:
            return f"its name would have more than {LONGEST} bytes"
        if step != step.strip() or step.endswith("."):
            return f"{path!r} begins or ends with a space, or ends with a dot"
    return None
