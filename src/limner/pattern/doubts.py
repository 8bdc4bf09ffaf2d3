"""What is likely not meant in a regular expression for addresses, each with an address that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from limner.pattern.parse import RegexError
from limner.pattern.read import Admitted, read

_PARTS = re.compile(r"\\.|\[\^?\]?[^\]]*\]|.", re.DOTALL)
_WIDE_CLASS = re.compile(r"\[\^?(\d+)-(\d{2,})\]")


def doubts(regex: str, admits: Admitted, *, ignore_case: bool = False) -> Iterator[str]:
    """Yield doubts about a regular expression that was read, as sentences without a full stop."""
    for found in _WIDE_CLASS.finditer(regex):
        low, high = found[1], found[2]
        chars = sorted({*map(str, range(int(low[-1]), int(high[0]) + 1)), *low, *high[1:]})
        yield f"{found[0]} is one character, not a number from {low} to {high}: it is {', '.join(chars)}"
    parts = _PARTS.findall(regex)
    if _is_anchored(parts) and "." not in parts:
        return
    escaped = "".join(r"\." if part == "." else part for part in parts)
    for meant, what in (
        (f"^(?:{regex})", "it is not anchored at its beginning (^)"),
        (f"(?:{regex})$", "it is not anchored at its end ($)"),
        (escaped, "a . that is not escaped is any character"),
    ):
        try:
            admitted = read(meant, ignore_case=ignore_case)
        except RegexError:
            continue
        more = admits - admitted
        if more and admitted:  # `^10\.` need not be anchored at its end: with an anchor there it would admit nothing
            yield f"{what}, so it also admits {more.example}"


def _is_anchored(parts: list[str]) -> bool:
    """Whether what stands outside of all groups begins with ^, ends with $ and has no alternatives."""
    if len(parts) < 3 or parts[0] != "^" or parts[1] in ("?", "*", "+", "{") or parts[-1] != "$":
        return False
    depth = 0
    for part in parts:
        depth += (part == "(") - (part == ")")
        if part == "|" and not depth:
            return False
    return True
