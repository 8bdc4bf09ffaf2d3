"""`cookie = [...]`: the visitor sends one of these cookies. Anyone can; it is how things were done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from limner.policy.condition import GRANTED, Condition, Finding, Grant, Visitor


class ByCookie:
    """One of some cookies is sent: a name with any value, or name=value; both compared exactly."""

    kind = "cookie"
    forgeable = True
    each_face = False
    parameters: frozenset[bytes] = frozenset()

    def __init__(self, cookies: Sequence[str]) -> None:
        self._texts = list(dict.fromkeys(cookies))
        split = [text.encode("ascii").partition(b"=") for text in cookies]
        self.names = frozenset(name for name, equals, _ in split if not equals)
        self.pairs = frozenset((name, value) for name, equals, value in split if equals)

    def admits(self, visitor: Visitor) -> Grant | None:
        """Give a grant if one of the cookies is sent."""
        for cookie in visitor.cookies:
            if cookie[0] in self.names or cookie in self.pairs:
                return GRANTED
        return None

    def reason(self, visitor: Visitor) -> str:
        """Name the cookie that is there, or those that are not; values only as the settings have them."""
        sent = visitor.cookies
        names = {name for name, _ in sent}
        for text in self._texts:
            name, equals, value = text.encode("ascii").partition(b"=")
            if (name, value) in sent if equals else name in names:
                return f"cookie {text} is there"
        return f"no cookie {self._either()}"

    def refresh(self) -> bool:
        """Nothing that it rests on changes."""
        return False

    def implied_by(self, other: Condition) -> bool:
        """Whether each cookie that the other takes is taken here too."""
        return (
            isinstance(other, ByCookie)
            and other.names <= self.names
            and all(pair in self.pairs or pair[0] in self.names for pair in other.pairs)
        )

    def findings(self, *, guarded: bool) -> Iterator[Finding]:
        """Yield that cookies like these prove nothing."""
        if guarded:
            yield Finding(
                "note",
                f"anyone can send the cookie {self._either()}: it proves nothing",
                "the rule's other conditions are all that protects it; the cookie may as well be left out",
            )
        else:
            yield Finding(
                "warning",
                f"anyone can send the cookie {self._either()}: whoever knows this rule sees every face",
                "give the rule `networks` too, or remove it",
            )

    def _either(self) -> str:
        *others, last = self._texts
        return f"{', '.join(others)} or {last}" if others else last
