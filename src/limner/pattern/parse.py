r"""A regular expression, as a web server's configuration has it -> an automaton over the characters of addresses.

Read is the regular part of PCRE: literals, `.`, classes, `\d \w \s \h` and their negations, groups, named groups,
`(?i)` and `(?i:...)`, alternatives, quantifiers (greedy, lazy), and the anchors `^ $ \A \z \Z \b \B`. What makes a
match depend on more than an automaton knows (back references, look-around, atomic groups, possessive quantifiers,
conditions, recursion) is named and refused, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from string import hexdigits

from limner.errors import LimnerError

ALPHABET = "0123456789abcdef:."
"""The characters of addresses' canonical texts; nothing else is ever put to an automaton."""

WORD = frozenset("0123456789abcdef")
MOST_CHARACTERS = 20_000
MOST_STATES = 100_000
MOST_REPEATS = 1000
MOST_DEPTH = 100


class RegexError(LimnerError):
    """A regular expression that cannot be read: where, and why."""


# what must hold between two characters, for an edge that takes none
ALWAYS, AT_START, AT_END, AT_WORD_EDGE, NOT_AT_WORD_EDGE = range(5)


@dataclass(slots=True)
class Automaton:
    """States 0, 1, ...; `steps[state]` are (characters, next), `jumps[state]` (what must hold, next)."""

    steps: list[list[tuple[frozenset[str], int]]] = field(default_factory=list)
    jumps: list[list[tuple[int, int]]] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def add(self) -> int:
        """Add a state. Raises RegexError when there are too many."""
        if len(self.steps) >= MOST_STATES:
            raise RegexError("the regular expression is too large once its repetitions are written out")
        self.steps.append([])
        self.jumps.append([])
        return len(self.steps) - 1


Part = tuple[int, int]
"""The first and the last state of a part of an automaton."""


def parse(text: str, *, ignore_case: bool = False) -> Automaton:
    """Give the automaton of a regular expression. Raises RegexError, with the place counted from 1."""
    if len(text) > MOST_CHARACTERS:
        raise RegexError(f"the regular expression is longer than {MOST_CHARACTERS:,} characters")
    return _Parser(text, ignore_case=ignore_case).whole()


class _Parser:
    def __init__(self, text: str, *, ignore_case: bool) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.ignore_case = ignore_case
        self.made = Automaton()

    def whole(self) -> Automaton:
        first, last = self.alternatives()
        if self.at < len(self.text):
            raise self.wrong("this ) closes nothing")
        self.made.start, self.made.end = first, last
        return self.made

    def wrong(self, what: str, at: int | None = None) -> RegexError:
        place = (self.at if at is None else at) + 1
        return RegexError(f"at character {place}: {what}")

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise self.wrong("the regular expression ends too early")
        self.at += 1
        return char

    # -- structure ----------------------------------------------------------------------------------------------------

    def alternatives(self) -> Part:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise self.wrong("groups are nested too deeply")
        parts = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.sequence())
        self.depth -= 1
        if len(parts) == 1:
            return parts[0]
        first, last = self.made.add(), self.made.add()
        for begin, end in parts:
            self.made.jumps[first].append((ALWAYS, begin))
            self.made.jumps[end].append((ALWAYS, last))
        return first, last

    def sequence(self) -> Part:
        first = last = self.made.add()
        kept = self.ignore_case
        while self.peek() not in ("", "|", ")"):
            begin, end = self.repeated()
            self.made.jumps[last].append((ALWAYS, begin))
            last = end
        if self.peek() != "|":
            self.ignore_case = kept  # an option inside a group ends with it
        return first, last

    def repeated(self) -> Part:
        at = self.at
        part = self.atom()
        while True:
            bounds = self.quantifier()
            if bounds is None:
                return part
            part = self.times(at, part, *bounds)

    def quantifier(self) -> tuple[int, int | None] | None:
        char, least, most = self.peek(), 0, None
        if char and char in "*+?":
            self.at += 1
            least, most = (1 if char == "+" else 0), (1 if char == "?" else None)
        elif char == "{" and (bounds := self.braces()) is not None:
            least, most = bounds
        else:
            return None
        if self.peek() == "+":
            raise self.wrong("a possessive quantifier takes back nothing: it is not read")
        if self.peek() == "?":
            self.at += 1  # lazy: another way to the same matches
        return least, most

    def braces(self) -> tuple[int, int | None] | None:
        """Read `{2}`, `{2,}` or `{2,3}`; anything else is a brace that stands for itself."""
        end = self.text.find("}", self.at)
        inner = self.text[self.at + 1 : end] if end > 0 else ""
        low, comma, high = inner.partition(",")
        if not (low.isascii() and low.isdigit() and (not high or (high.isascii() and high.isdigit()))):
            return None
        least, most = int(low[:9]), (int(high[:9]) if high else None) if comma else int(low[:9])
        if least > MOST_REPEATS or (most is not None and (most > MOST_REPEATS or most < least)):
            raise self.wrong(f"{{{inner}}} is not a number of repetitions that is read")
        self.at = end + 1
        return least, most

    def times(self, at: int, part: Part, least: int, most: int | None) -> Part:
        """Repeat the atom that begins at `at`; it is read again for every copy, and has been read once."""
        end, made, case = self.at, self.made, self.ignore_case
        first = last = made.add()
        copies = [part]
        wanted = max(least + (most is None), most or 0, 1)
        for _ in range(wanted - 1):
            self.at = at
            copies.append(self.atom())
            while self.at < end and self.quantifier() is not None and self.at < end:
                raise self.wrong("a quantifier of a quantifier that is repeated is not read; use a group")
        self.at, self.ignore_case = end, case
        if not (least or most or most is None):
            return first, last
        out = made.add()
        for number, (begin, finish) in enumerate(copies, 1):
            if number > least:
                made.jumps[last].append((ALWAYS, out))
            made.jumps[last].append((ALWAYS, begin))
            last = finish
            if most is None and number == wanted:
                made.jumps[last].append((ALWAYS, begin))
        made.jumps[last].append((ALWAYS, out))
        return first, out

    # -- atoms --------------------------------------------------------------------------------------------------------

    def atom(self) -> Part:
        at = self.at
        char = self.take()
        if char == "(":
            return self.group(at)
        if char == "[":
            return self.characters(self.char_class(at))
        if char == ".":
            return self.characters(frozenset(ALPHABET))
        if char == "^":
            return self.assertion(AT_START)
        if char == "$":
            return self.assertion(AT_END)
        if char == "\\":
            return self.escape(at)
        if char in "*+?":
            raise self.wrong(f"{char} stands behind nothing that could be repeated", at)
        return self.characters(self.cased(char))

    def group(self, at: int) -> Part:
        kept = self.ignore_case
        if self.peek() == "?":
            self.at += 1
            if self.text.startswith(("P<", "<", "'"), self.at) and not self.text.startswith(("<=", "<!"), self.at):
                opened = "'" if self.peek() == "'" else ">"
                end = self.text.find(opened, self.at + 1)
                if end < 0:
                    raise self.wrong("a group's name does not end", at)
                self.at = end + 1
            elif (options := self.options(at)) is not None:
                return options
        part = self.alternatives()
        if self.peek() != ")":
            raise self.wrong("this ( is not closed", at)
        self.at += 1
        self.ignore_case = kept
        return part

    def options(self, at: int) -> Part | None:
        """Read `?:`, `?i:`, `?i)`; None: the group's inside follows."""
        kinds = {"=": "look-ahead", "!": "look-ahead", "<": "look-behind", ">": "an atomic group", "(": "a condition"}
        kinds |= {"R": "recursion", "&": "recursion", "P": "recursion", "|": "a branch reset", "#": "a comment"}
        if self.peek() in kinds:
            raise self.wrong(f"{kinds[self.peek()]} is not read", at)
        on = True
        while (char := self.take()) not in ":)":
            if char == "-":
                on = False
            elif char == "i":
                self.ignore_case = on
            elif char not in "sUJ" or (char == "U" and not on):  # these change nothing for a line of text
                raise self.wrong(f"the option {char!r} is not read", at)
        return None if char == ":" else self.empty()

    def escape(self, at: int) -> Part:
        char = self.take()
        match char:
            case "A":
                return self.assertion(AT_START)
            case "z" | "Z":
                return self.assertion(AT_END)
            case "b":
                return self.assertion(AT_WORD_EDGE)
            case "B":
                return self.assertion(NOT_AT_WORD_EDGE)
            case "Q" | "E" | "G" | "K" | "R" | "X" | "C" | "p" | "P" | "k" | "g" | "N":
                raise self.wrong(f"\\{char} is not read", at)
        if char in "123456789":
            raise self.wrong("a back reference is not read", at)
        return self.characters(self.escaped(char, at))

    def escaped(self, char: str, at: int) -> frozenset[str]:
        """Give the characters that an escape stands for, in a class or outside."""
        named = {
            "d": frozenset("0123456789"),
            "w": WORD,
            "s": frozenset[str](),
            "h": frozenset[str](),
            "v": frozenset[str](),
        }
        if char.lower() in named:
            found = named[char.lower()]
            return frozenset(ALPHABET) - found if char.isupper() else found
        if char == "x":
            digits = self.text[self.at : self.at + 2]
            if len(digits) != 2 or not set(digits) <= set(hexdigits):
                raise self.wrong("\\x wants two hexadecimal digits", at)
            self.at += 2
            return self.cased(chr(int(digits, 16)))
        if char in "tnrfae0":
            return frozenset()
        if char.isalnum():
            raise self.wrong(f"\\{char} is not read", at)
        return self.cased(char)

    def char_class(self, at: int) -> frozenset[str]:
        negated = self.peek() == "^"
        self.at += negated
        found: set[str] = set()
        begin = self.at
        while self.peek() != "]" or self.at == begin:
            if not self.peek():
                raise self.wrong("this [ is not closed", at)
            found |= self.class_item(at)
        self.at += 1
        return frozenset(ALPHABET) - found if negated else frozenset(found)

    def class_item(self, at: int) -> frozenset[str]:
        if self.text.startswith("[:", self.at):
            return self.named_class(at)
        low = self.take()
        if low == "\\":
            low = self.take()
            if low.isalnum():
                return frozenset() if low == "b" else self.escaped(low, at)
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return self.cased(low)
        self.at += 1
        high = self.take()
        if high == "\\":
            high = self.take()
            if high.isalnum():
                raise self.wrong("a range in a class ends in a class of characters", at)
        if ord(high) < ord(low):
            raise self.wrong(f"the range {low}-{high} is the wrong way round", at)
        return self.between(low, high)

    def between(self, low: str, high: str) -> frozenset[str]:
        found = {char for char in ALPHABET if low <= char <= high}
        if self.ignore_case:
            found |= {char for char in ALPHABET if low <= char.upper() <= high}
        return frozenset(found)

    def named_class(self, at: int) -> frozenset[str]:
        end = self.text.find(":]", self.at)
        name = self.text[self.at + 2 : end] if end > 0 else ""
        self.at = end + 2
        known = {
            "digit": frozenset("0123456789"),
            "xdigit": WORD,
            "alnum": WORD,
            "word": WORD,
            "alpha": frozenset("abcdef"),
            "lower": frozenset("abcdef"),
            "upper": frozenset("abcdef") if self.ignore_case else frozenset[str](),
            "punct": frozenset(":."),
            "space": frozenset[str](),
            "blank": frozenset[str](),
            "cntrl": frozenset[str](),
            "graph": frozenset(ALPHABET),
            "print": frozenset(ALPHABET),
        }
        if name not in known:
            raise self.wrong("this class of characters is not known", at)
        return known[name]

    def cased(self, char: str) -> frozenset[str]:
        both = {char, char.lower()} if self.ignore_case else {char}
        return frozenset(both) & frozenset(ALPHABET)

    # -- states -------------------------------------------------------------------------------------------------------

    def characters(self, chars: frozenset[str]) -> Part:
        first, last = self.made.add(), self.made.add()
        if chars:
            self.made.steps[first].append((chars, last))
        return first, last

    def assertion(self, what: int) -> Part:
        first, last = self.made.add(), self.made.add()
        self.made.jumps[first].append((what, last))
        return first, last

    def empty(self) -> Part:
        state = self.made.add()
        return state, state
