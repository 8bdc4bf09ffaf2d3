"""Replaces names and addresses in what is to be shown to others: each by the same word everywhere.

What is known to be a name (of a host, a server, a person) is replaced, and beside these whatever looks like an address,
a host name, a mail address or a hierarchical name. A word that names something else but looks so is replaced too:
better one too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from limner.signon.names import abbreviated, is_address

_KEPT: Final = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1", "localhost", "tcpip", "*"})  # noqa: S104 - not bound to
_FILES: Final = re.compile(  # ends of file names, which look like host names
    r"(xml|ini|txt|log|pcap|pcapng|cap|json|html|properties|keyset|gz|dxl|nsf|id|keys|toml|md)", re.IGNORECASE
)
_LOOKS: Final = re.compile(
    r"""
    (?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    | (?P<dn>\b(?:CN|UID)=[^/,;()"'<>]+(?:[/,]\s*(?:CN|OU\d?|O|C|DC)=[^/,;()"'<>:]+)+)
    | (?P<address>(?<![\w.:])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)
        | (?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}(?:[0-9a-fA-F]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\w:]))
    | (?P<host>(?<![\w.@-])(?:[A-Za-z0-9](?:[\w-]{0,62})\.)+[A-Za-z][A-Za-z0-9-]{1,62}(?![\w-]))
    """,
    re.VERBOSE,
)


class Mask:
    """Knows which name became which word; one that masks nothing is made without arguments."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._pattern: re.Pattern[str] | None = None
        self._active = False

    @classmethod
    def of(cls, names: Iterable[str]) -> Mask:
        """Make one that knows some names."""
        mask = cls()
        mask._active = True
        # the longest first: `sametime.acme.com` must not be found as `sametime` with something behind it
        known = {name.strip() for each in names for name in (each, abbreviated(each)) if len(name.strip()) > 1}
        for name in sorted(known, key=lambda name: (name.count("/"), name)):
            if name.casefold() not in _KEPT:
                mask._word(name)
        listed = sorted((name for name in known if name.casefold() not in _KEPT), key=len, reverse=True)
        if listed:
            every = "|".join(map(re.escape, listed))
            mask._pattern = re.compile(rf"(?<![\w])(?:{every})(?![\w])", re.IGNORECASE)
        return mask

    def __call__(self, text: str) -> str:
        """Give a text with all names in it replaced."""
        if not self._active:
            return text
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: self._word(found[0]), text)
        return _LOOKS.sub(self._looks, text)

    def inside(self, value: Any) -> Any:
        """Give a value as JSON has it with all texts in it masked; keys of objects are left."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, list):
            return [self.inside(each) for each in value]
        if isinstance(value, dict):
            return {key: self.inside(each) for key, each in value.items()}
        return value

    def _looks(self, found: re.Match[str]) -> str:
        text = found[0]
        if text.casefold() in _KEPT or (found["host"] and _FILES.fullmatch(text.rpartition(".")[2])):
            return text
        if found["address"] and not is_address(text):
            return text  # a time of day, a version
        if found["host"] and text in self._words.values():
            return text
        return self._word(text)

    def _word(self, name: str) -> str:
        key = abbreviated(name).casefold()
        if key not in self._words:
            kind = _kind(name)
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._words[key] = f"{kind}-{self._counts[kind]}"
        return self._words[key]


def _kind(name: str) -> str:
    """Give the kind of word that stands for a name."""
    if is_address(name):
        return "address"
    if "@" in name:
        return "person"
    if "/" in name or "=" in name:
        return "name"
    return "host" if "." in name else "name"
