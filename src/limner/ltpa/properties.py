"""Java's `.properties` format, as `java.util.Properties.load` reads it, for files that must not be ambiguous."""

from __future__ import annotations

import re

from limner.ltpa.errors import KeyFileError

MOST_BYTES = 65_536  # a key file has about 2,000

_BLANK = " \t\f"
_NEWLINE = re.compile(r"\r\n|\n|\r")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_NAMED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def parse_properties(raw: bytes) -> dict[str, str]:
    r"""Read a property file: ISO-8859-1, `#` and `!` comments, `\` at a line's end, `\=`, `\:`, `\uXXXX`.

    A property that stands twice is refused (Java would take the last one). Raises KeyFileError.
    """
    if len(raw) > MOST_BYTES:
        raise KeyFileError(f"the file is larger than {MOST_BYTES} bytes; a key file is small")
    found: dict[str, str] = {}
    for line in _logical_lines(raw.removeprefix(b"\xef\xbb\xbf").decode("iso-8859-1")):
        name, value = (_unescape(part) for part in _split(line))
        if name in found:
            raise KeyFileError(f"the property {name[:80]!r} stands twice")
        found[name] = value
    return found


def _logical_lines(text: str) -> list[str]:
    lines: list[str] = []
    goes_on = False
    for natural in _NEWLINE.split(text):
        line = natural.lstrip(_BLANK)
        if not goes_on and (not line or line[0] in "#!"):
            continue
        ending = len(line) - len(line.rstrip("\\"))
        whole = line[:-1] if ending % 2 else line
        if goes_on:
            lines[-1] += whole
        else:
            lines.append(whole)
        goes_on = bool(ending % 2)
    return lines


def _split(line: str) -> tuple[str, str]:
    at = 0
    while at < len(line) and line[at] not in "=:" + _BLANK:
        at += 2 if line[at] == "\\" else 1
    rest = line[at:].lstrip(_BLANK)
    if rest[:1] in ("=", ":"):
        rest = rest[1:].lstrip(_BLANK)
    return line[:at], rest


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        if match[2] == "u":
            raise KeyFileError(r"a \u in the file lacks its four hex digits")
        return _NAMED.get(match[2], match[2])

    return _ESCAPE.sub(plain, text)
