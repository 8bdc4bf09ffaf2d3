"""Regular expressions of configurations: the addresses that one admits, and the cookies that one takes."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from limner.errors import LimnerError
from limner.gateway.cookie_text import CookieText, Place
from limner.gateway.meaning import Atom
from limner.gateway.reading.expression import FALSE, Brings, Expression, either, no
from limner.gateway.reading.reading import Reading, shortened
from limner.pattern.doubts import doubts
from limner.pattern.lists import networks_of
from limner.pattern.parse import RegexError
from limner.pattern.read import Admitted, admitted, read

MOST_CHOICES = 64
MOST_CHARACTERS = 1000
MOST_DEPTH = 20

_CLAIM = re.compile(
    r"(?<![\w.:/])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*::?[0-9A-Fa-f:]+)(?:/\d{1,3}|-\d{1,3}(?:\.\d{1,3}){3})?"
)


# `^(?!...)` is the one look-ahead that is read: "it does not match"
_NOT = re.compile(r"\^\(\?!(.*\$)\)")
# headers with more cookies, or more bytes, than limner looks at, and browsers send: 180 cookies, servers take 8 KB
_TOO_MANY = re.compile(r"\^\(\?:\[\^;\]\*;\)\{(\d{1,5})\}")
_TOO_LONG = re.compile(r"\^\(\?:\.\{(\d{1,5})\}\)\{(\d{1,5})\}\.")


def addresses(reading: Reading, line: int, regex: str, comment: str, *, ignore_case: bool) -> Expression:
    """Give "the address matches this"; what is doubtful in it, or not as the comment claims, is remarked on.

    `comment` is what stands above it in the file.
    """
    if (negated := _NOT.fullmatch(regex)) is not None and _is_whole(negated[1]):
        return no(addresses(reading, line, f"^{negated[1]}", comment, ignore_case=ignore_case))
    reading.step(line)
    try:
        found, doubtful = _examined(regex, ignore_case)
        networks = found.networks()
    except RegexError as why:
        reading.remark(line, f"the regular expression {shortened(regex)} is not read: {why.message}")
        return reading.unknown(line, f"the regular expression {regex}")
    for doubt in doubtful:
        reading.remark(line, f"{shortened(regex)}: {doubt}")
    if not found:
        reading.remark(line, f"{shortened(regex)} admits no address")
    if networks is None:
        reading.remark(
            line, f"{shortened(regex)} admits addresses in more networks than can be listed, such as {found.example}"
        )
        return reading.unknown(line, f"the regular expression {regex}")
    _compare_with(reading, line, comment, found)
    return reading.part(line, comment, networks)


@lru_cache(maxsize=64)  # a file often has the same one in several places
def _examined(regex: str, ignore_case: bool) -> tuple[Admitted, tuple[str, ...]]:
    found = read(regex, ignore_case=ignore_case)
    return found, tuple(doubts(regex, found, ignore_case=ignore_case))


def _is_whole(regex: str) -> bool:
    """Whether a text is a regular expression by itself, so that no parenthesis in it closes one before it."""
    try:
        read(regex)
    except RegexError:
        return False
    return True


def _compare_with(reading: Reading, line: int, comment: str, found: Admitted) -> None:
    """Remark on a difference from the networks that a comment names."""
    claims = [claim for claim in _CLAIM.findall(comment) if _is_network(claim)]
    if not claims:
        return
    wanted = admitted(networks_of(claims))
    what = f"the comment says {', '.join(claims)}, but the regular expression"
    if more := found - wanted:
        reading.remark(line, f"{what} also admits {more.size:,} other addresses, such as {more.example}")
    if less := wanted - found:
        reading.remark(line, f"{what} does not admit {less.size:,} of these addresses, such as {less.example}")


def _is_network(text: str) -> bool:
    try:
        return bool(networks_of([text]))
    except LimnerError:
        return False  # the time of day, say


def cookies(reading: Reading, line: int, regex: str, *, ignore_case: bool) -> Expression:
    """Give "the Cookie header matches this": one of some texts is in it."""
    reading.step(line)
    if all(_is_never_sent(choice) for choice in regex.split("|")):
        return FALSE
    try:
        tests = cookie_tests(regex, ignore_case=ignore_case)
    except ValueError as why:
        reading.remark(line, f"the test of cookies {shortened(regex)} is not read: {why}")
        return reading.unknown(line, f"the test of cookies {regex}")
    atoms = [Atom(*test.atom) for test in tests]
    for atom in atoms:
        reading.tests.setdefault(atom, line)
    return either(*map(Brings, atoms))


def _is_never_sent(regex: str) -> bool:
    many, long = _TOO_MANY.fullmatch(regex), _TOO_LONG.fullmatch(regex)
    return (many is not None and int(many[1]) >= 300) or (long is not None and int(long[1]) * int(long[2]) >= 65_536)


FRONT, BACK, BLANKS, REST, ANY = "^", "$", " *", "[^;]*", ".*"  # markers; a character stands for itself
NOT_END, ONE = "[^;]", "any"
NOWHERE = "nowhere"
CARET, DOLLAR = "\ue000", "\ue001"  # these characters as such, while the markers are about
_PLAIN = {"^": CARET, "$": DOLLAR}
Sequence = tuple[str, ...]


def cookie_tests(regex: str, *, ignore_case: bool) -> list[CookieText]:
    """Give the tests one of which a cookie passes when a regular expression matches the Cookie header.

    Raises ValueError, with the reason, where that is not the same for every header that browsers send.
    """
    if len(regex) > MOST_CHARACTERS:
        raise ValueError("it is too long")
    if regex.startswith("(?i)"):
        regex, ignore_case = regex[4:], True
    sequences = {_tidy(choice) for choice in _Choices(regex).whole()}
    fronts: dict[Sequence, set[str]] = {}
    for choice in sequences:
        edge, rest = _front(choice)
        fronts.setdefault(rest, set()).update({edge} - {NOWHERE})
    found: dict[tuple[Place, str], None] = {}
    ends: dict[tuple[bool, str], set[str]] = {}
    for rest, edges in fronts.items():
        begins = _at_edge(edges, FRONT, "begin")
        if not edges:
            continue
        edge, text = _back(rest)
        ends.setdefault((begins, text), set()).add(edge)
    for (begins, text), edges in ends.items():
        is_end = _at_edge(edges, BACK, "end")
        place: Place = ("is" if begins else "ends with") if is_end else ("begins with" if begins else "contains")
        if not re.search("[0-9A-Za-z]", text):
            raise ValueError("any cookie at all would pass")
        if place == "is" and "=" not in text:
            raise ValueError("a cookie has a = in it")
        found[place, text] = None
    if not found:
        raise ValueError("no header that browsers send matches it")
    return [CookieText(place, text, ignore_case) for place, text in found]


def _tidy(choice: Sequence) -> Sequence:
    """Take blanks away beside other signs, where browsers send none, and `.*` at both ends."""
    parts = list(choice)
    if parts[:2] == [FRONT, ANY]:
        parts = parts[2:]
    elif parts[:1] == [ANY]:
        parts = parts[1:]
    if parts[-2:] == [ANY, BACK]:
        parts = parts[:-2]
    elif parts[-1:] == [ANY]:
        parts = parts[:-1]
    return tuple(parts)


def _front(choice: Sequence) -> tuple[str, Sequence]:
    """Cut off how a sequence begins: at the header's beginning, behind another cookie, or anywhere ("")."""
    if choice[:1] == (FRONT,):
        at = 2 if choice[1:2] == (BLANKS,) else 1
        return FRONT, choice[at:]
    if choice[:1] == (";",):
        if choice[1:2] not in ((" ",), (BLANKS,)):
            return NOWHERE, choice[1:]  # behind a ; browsers send a blank, for which there is no room
        at = 3 if choice[1:3] == (" ", BLANKS) else 2
        return ";", choice[at:]
    if choice[:1] == (" ",):
        return ";", choice[1:]
    return "", choice


def _back(choice: Sequence) -> tuple[str, str]:
    """Cut off how a sequence ends, and give what is between as text."""
    edge = ""
    if choice[-1:] in ((BACK,), (";",)):
        edge, choice = choice[-1], choice[:-1]
    if choice[-1:] == (REST,):
        edge, choice = "", choice[:-1]  # what comes up to the end of the cookie is always there
    text = "".join(char for char in choice if char != BLANKS)
    if {FRONT, BACK, REST, ANY, NOT_END, ONE} & set(choice):
        raise ValueError("it tests more than one text, or how long one is")
    if ";" in text or " " in text:
        raise ValueError("it tests more than one cookie")
    text = text.replace(DOLLAR, "$").replace(CARET, "^")
    if not text.isascii() or not text.isprintable():
        raise ValueError("a cookie is printable ASCII")
    return edge, text


def _at_edge(edges: set[str], mark: str, verb: str) -> bool:
    """Whether a test is about where a cookie begins or ends; False: it is about neither."""
    if "" in edges:
        return False
    if edges != {mark, ";"}:
        raise ValueError(f"which cookies {verb} there depends on their order in the header")
    return True


class _Choices:
    """Reads a regular expression as the few sequences of characters and markers that it stands for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def whole(self) -> list[Sequence]:
        found = self.alternatives()
        if self.at < len(self.text):
            raise ValueError("a ) closes nothing")
        return found

    def alternatives(self) -> list[Sequence]:
        found: list[Sequence] = []
        while True:
            found += self.sequence()
            if len(found) > MOST_CHOICES:
                raise ValueError("it stands for too many texts")
            if not self.text.startswith("|", self.at):
                return found
            self.at += 1

    def sequence(self) -> list[Sequence]:
        found: list[Sequence] = [()]
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts = self.repeated(self.atom())
            found = [(*before, *part) for before, part in product(found, parts)]
            if len(found) > MOST_CHOICES:
                raise ValueError("it stands for too many texts")
        return found

    def repeated(self, parts: list[Sequence]) -> list[Sequence]:
        sign = self.text[self.at : self.at + 1]
        if not sign or sign not in "*+?{":
            return parts
        self.at += 1
        if self.text[self.at : self.at + 1] in ("?", "+"):
            raise ValueError("lazy and possessive quantifiers are not read")
        known: dict[tuple[str, Sequence], Sequence] = {
            ("*", (ONE,)): (ANY,),
            ("*", (NOT_END,)): (REST,),
            ("*", (" ",)): (BLANKS,),
            ("?", (" ",)): (BLANKS,),
            ("+", (" ",)): (" ",),
        }
        if len(parts) == 1 and (sign, parts[0]) in known:
            return [known[sign, parts[0]]]
        if sign == "?" and not {NOT_END, ONE} & {each for part in parts for each in part}:
            return [*parts, ()]
        raise ValueError(f"what {sign} repeats is not read")

    def atom(self) -> list[Sequence]:
        char = self.text[self.at]
        self.at += 1
        match char:
            case "(":
                return self.group()
            case "[":
                return self.char_class()
            case ".":
                return [(ONE,)]
            case "^" | "$":
                return [(char,)]
            case "*" | "+" | "?" | "{":
                raise ValueError(f"{char} stands behind nothing that could be repeated")
            case "\\":
                return self.escape()
        return [(char,)]

    def escape(self) -> list[Sequence]:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        if char in ("s", "h"):
            return [(" ",)]
        if not char or char.isalnum():
            raise ValueError(f"\\{char} is not read")
        return [(_PLAIN.get(char, char),)]

    def group(self) -> list[Sequence]:
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self.text.startswith("?", self.at):
            raise ValueError("groups of this kind are not read")
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise ValueError("it is nested too deeply")
        found = self.alternatives()
        if not self.text.startswith(")", self.at):
            raise ValueError("a ( is not closed")
        self.at += 1
        self.depth -= 1
        return found

    def char_class(self) -> list[Sequence]:
        end = self.text.find("]", self.at + 1)
        inside = self.text[self.at : end]
        if end < 0:
            raise ValueError("a [ is not closed")
        self.at = end + 1
        if inside in ("^;", "^; ", r"^;\s"):
            return [(NOT_END,)]
        if inside in (" ", r" \t", r"\t ", r"\s", " \t"):
            return [(" ",)]
        if inside.startswith("^") or re.search(r"[\\\[-]", inside) or len(inside) > 4:
            raise ValueError(f"the class [{shortened(inside)}] is not read")
        return [(_PLAIN.get(char, char),) for char in inside]
