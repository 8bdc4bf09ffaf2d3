"""Apache's expressions (`Require expr`, `RewriteCond expr`), as far as they test addresses and cookies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from limner.gateway.reading import regexes
from limner.gateway.reading.apache.networks import network
from limner.gateway.reading.expression import FALSE, TRUE, Expression, both, either, no
from limner.gateway.reading.reading import Reading, typographic
from limner.policy.networks import Networks, parse_address

MOST_DEPTH = 50
MOST_CHARACTERS = 1_000_000

_TOKEN = re.compile(
    r"""\s*(?: (?P<op>\|\||&&|!~|=~|==|!=|=|!|\(|\)|-[A-Za-z]+)
             | (?P<variable>%\{[A-Za-z_:-]+\})
             | (?P<function>(?:req|http|reqenv)\s*\(\s*(?:'[^'\\]*'|"[^"\\]*")\s*\))
             | (?P<regex>m?/(?:[^/\\]|\\.)*/i?(?![a-z]) | m\#(?:[^\#\\]|\\.)*\#i?(?![a-z]))
             | (?P<text>'[^'\\%$]*'|"[^"\\%$]*")
             | (?P<word>[A-Za-z]+) )""",
    re.VERBOSE,
)
COOKIE = ("%{http_cookie}", "%{http:cookie}", "req(cookie)", "http(cookie)", "%{req:cookie}")


class _OtherError(Exception):
    """Something that is not understood in an expression."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: its kind, and its text in small letters where case does not count."""

    kind: str
    text: str


def read(
    reading: Reading, line: int, text: str, comment: str, variables: dict[str, Expression] | None = None
) -> Expression:
    """Give what an expression says; what is not understood in it makes the whole of it unknown.

    `variables` are environment variables that are known to be set, and when.
    """
    if mark := typographic(text):
        reading.remark(line, f"{mark} is a typographic quotation mark; httpd wants ' or \" in an expression")
    try:
        return _Parser(reading, line, comment, _tokens(text), variables or {}).whole()
    except (_OtherError, RecursionError):
        return reading.unknown(line, f"the expression {text}")


def _tokens(text: str) -> list[Token]:
    if len(text) > MOST_CHARACTERS:
        raise _OtherError
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _OtherError
        kind, piece = match.lastgroup, match[match.lastgroup]
        at = match.end()
        if kind in ("variable", "word"):
            piece = piece.lower()
        if kind == "function":
            piece = re.sub(r"\s*\(\s*(['\"])(.*)\1\s*\)", r"(\2)", piece)
            piece = piece if piece.lower().startswith("reqenv") else piece.lower()
        found.append(Token(kind, piece))
    return found


class _Parser:
    def __init__(
        self, reading: Reading, line: int, comment: str, tokens: list[Token], variables: dict[str, Expression]
    ) -> None:
        self.reading, self.line, self.comment = reading, line, comment
        self.tokens = tokens
        self.variables = variables
        self.at = 0
        self.depth = 0

    def whole(self) -> Expression:
        found = self.alternatives()
        if self.at < len(self.tokens):
            raise _OtherError
        return found

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("end", "")

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def alternatives(self) -> Expression:
        parts = [self.together()]
        while self.peek().text in ("||", "or"):
            self.at += 1
            parts.append(self.together())
        return either(*parts)

    def together(self) -> Expression:
        parts = [self.one()]
        while self.peek().text in ("&&", "and"):
            self.at += 1
            parts.append(self.one())
        return both(*parts)

    def one(self) -> Expression:
        token = self.take()
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise _OtherError
        try:
            match token.kind, token.text:
                case "op", "!":
                    return no(self.one())
                case "word", "not":
                    return no(self.one())
                case "op", "(":
                    found = self.alternatives()
                    if self.take().text != ")":
                        raise _OtherError
                    return found
                case "op", "-R":
                    return self.network()
                case "op", "-T" | "-n":
                    return self.variable(self.take(), truth=True)
                case "op", "-z":
                    return no(self.variable(self.take(), truth=True))
                case "word", "true":
                    return TRUE
                case "word", "false":
                    return FALSE
        finally:
            self.depth -= 1
        return self.compared(token)

    def compared(self, left: Token) -> Expression:
        op, right = self.take(), self.take()
        if op.text in ("=~", "!~") and right.kind == "regex":
            regex, ignore_case = _regex(right.text)
            if left.text in COOKIE:
                found = regexes.cookies(self.reading, self.line, regex, ignore_case=ignore_case)
            elif left.text == "%{remote_addr}":
                found = regexes.addresses(self.reading, self.line, regex, self.comment, ignore_case=ignore_case)
            else:
                raise _OtherError
            return no(found) if op.text == "!~" else found
        if left.text == "%{remote_addr}" and right.kind == "text":
            if op.text == "-ipmatch":
                self.at -= 1
                return self.network()
            if op.text in ("==", "=", "!="):
                address = right.text[1:-1]
                here = Networks([address] if parse_address(address) is not None else [])
                found = self.reading.part(self.line, self.comment, here)
                return no(found) if op.text == "!=" else found
        if left.text.startswith("reqenv(") and right.kind == "text" and op.text in ("==", "=", "!="):
            # SetEnvIf gives a variable the value 1 where none is written; others are not kept here
            if right.text[1:-1] != "1":
                raise _OtherError
            found = self.variable(left, truth=True)
            return no(found) if op.text == "!=" else found
        raise _OtherError

    def variable(self, token: Token, *, truth: bool) -> Expression:
        name = token.text.removeprefix("reqenv(").removesuffix(")")
        if not token.text.startswith("reqenv(") or name not in self.variables or not truth:
            raise _OtherError
        return self.variables[name]

    def network(self) -> Expression:
        token = self.take()
        found = network(token.text[1:-1]) if token.kind == "text" else None
        if found is None:
            raise _OtherError
        return self.reading.part(self.line, self.comment, found)


def _regex(text: str) -> tuple[str, bool]:
    """Give the expression between the slashes, and whether case does not count."""
    ignore_case = text.endswith("i")
    text = text.removesuffix("i").removeprefix("m")
    return text[1:-1].replace("\\/", "/"), ignore_case
