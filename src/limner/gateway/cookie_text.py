"""Tests of a Cookie header as other servers make them: a text somewhere in a cookie, and what follows from what.

A cookie is taken here as browsers send it (RFC 6265, 4.2.1): one header of `name=value` pairs with `; ` between them. A
test is then about one pair: whether it contains a text, begins or ends with it, or is equal to it, in any case or not.
limner's own cookies are two of these: `name` is a pair that begins with `name=`, `name=value` one that is equal to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Literal, NamedTuple

Place = Literal["contains", "begins with", "ends with", "is"]
KIND = "cookie text"
"""The kind of an atom that is such a test and none of limner's own."""


class CookieText(NamedTuple):
    """A cookie, `name=value`, that contains, begins with, ends with or is `text`; `any_case`: case does not count."""

    place: Place
    text: str
    any_case: bool = False

    @classmethod
    def of(cls, kind: str, what: str) -> CookieText:
        """Give the test that an atom of the kind "cookie" or KIND is."""
        if kind == "cookie":
            return cls("is", what) if "=" in what else cls("begins with", f"{what}=")
        place, case, text = what.split(":", 2)
        return cls(place, text, case == "any case")  # type: ignore[arg-type]  # written by `atom` below

    @property
    def atom(self) -> tuple[str, str]:
        """Kind and what of the test's atom: that of one of limner's own cookies where it is one."""
        if not self.any_case or self.text.upper() == self.text.lower():
            name, equals, value = self.text.partition("=")
            if self.place == "is" and name and equals:
                return "cookie", self.text
            if self.place == "begins with" and name and equals and not value:
                return "cookie", name
        return KIND, f"{self.place}:{'any case' if self.any_case else 'this case'}:{self.text}"

    @property
    def exact(self) -> str:
        """The cookie of limner's that is meant, most likely: `name` or `name=value`."""
        return self.text.removesuffix("=").lstrip("=")

    def __str__(self) -> str:
        return f"a cookie that {self.place} {self.text!r}{' in any case' if self.any_case else ''}"

    def holds(self, pair: str) -> bool:
        """Whether a cookie, `name=value`, passes."""
        text = self.text.lower() if self.any_case else self.text
        pair = pair.lower() if self.any_case else pair
        match self.place:
            case "contains":
                return text in pair
            case "begins with":
                return pair.startswith(text)
            case "ends with":
                return pair.endswith(text)
        return pair == text

    def implies(self, other: CookieText) -> bool:
        """Whether every cookie that passes here passes the other test too."""
        if self.any_case and not other.any_case and self.text.upper() != self.text.lower():
            return False
        weaker = {"is": {"is", "begins with", "ends with", "contains"}, "contains": {"contains"}}
        places = weaker.get(self.place, {self.place, "contains"})
        return other.place in places and other.holds(self.text)

    def sent(self, avoided: Iterable[CookieText]) -> str | None:
        """Give a cookie that passes here and, of some other tests, none that it need not pass; None: none was found."""
        others = [other for other in avoided if not self.implies(other)]
        return next(
            (pair for pair in self._candidates() if self.holds(pair) and not any(each.holds(pair) for each in others)),
            None,
        )

    def _candidates(self) -> Iterator[str]:
        """Yield cookies that may pass, the plainest first."""
        cases = {self.text: None, self.text.swapcase(): None, self.text.title(): None} if self.any_case else {self.text}
        fills = ["", *("x" * length for length in range(1, 12)), "q", "zz"]
        for text, before, after in product(cases, fills, [*fills[1:], ""]):
            pair = f"{before}{text}{after}"
            if "=" not in pair:
                pair += "=" if self.place != "ends with" else ""
                pair = pair if "=" in pair else f"x={pair}"
                yield pair
                pair += "x"
            if not pair.startswith("="):
                yield pair
