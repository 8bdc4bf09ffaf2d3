"""HAProxy, as `limner policy export haproxy` writes it: one frontend, whose `http-request` rules decide.

Words as its manual has them (2.2): quotation marks of both kinds, backslashes, comments behind #. An IPv4 network also
holds its addresses in 6to4 and IPv4-compatible form, and an IPv6 one the IPv4-mapped addresses in it (7.1.6).
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from limner.gateway.reading import regexes
from limner.gateway.reading.expression import FALSE, TRUE, Expression, From, both, either, no
from limner.gateway.reading.reading import Reading, shortened
from limner.policy.networks import Networks, parse_network

NAME = "haproxy"
SECTIONS = ("global", "defaults", "frontend", "listen", "backend", "userlist", "resolvers", "peers", "cache", "mailers")
HARMLESS = ("mode", "bind", "timeout", "default_backend", "log", "option", "maxconn", "description", "id", "balance")
CHANGES = ("set-header", "add-header", "del-header", "replace-header", "set-log-level", "capture", "set-nice")


@dataclass(slots=True)
class Line:
    """A line of a section: its words, and the comment above it."""

    number: int
    words: list[str]
    comment: str

    def __str__(self) -> str:
        return shortened(" ".join(self.words))


@dataclass(slots=True)
class Frontend:
    """What is known of a frontend as its lines are read."""

    reading: Reading
    acls: dict[str, list[Expression]] = field(default_factory=lambda: defaultdict(list))
    variables: dict[str, Expression] = field(default_factory=dict)


def read(text: str, file: str) -> Reading:
    """Read a configuration. Raises NotReadError, which names what is not understood and its line."""
    reading = Reading(NAME, file)
    sections: list[tuple[Line, list[Line]]] = []
    for line in _lines(reading, text):
        if line.words[0] in SECTIONS:
            sections.append((line, []))
        elif not sections:
            raise reading.error(line.number, f"{line} stands in no section")
        else:
            sections[-1][1].append(line)
    for head, lines in sections:
        _see_that_others_decide_nothing(reading, head, lines)
    frontends = [lines for head, lines in sections if head.words[0] in ("frontend", "listen")]
    if len(frontends) != 1:
        raise reading.error(1, f"there are {len(frontends)} frontends", hint="give a file with one frontend")
    reading.lets_in = _lets_in(Frontend(reading), frontends[0])
    return reading


def _see_that_others_decide_nothing(reading: Reading, head: Line, lines: list[Line]) -> None:
    for line in lines:
        if head.words[0] in ("defaults", "backend") and line.words[0] in (
            "http-request",
            "tcp-request",
            "acl",
            "http-after",
        ):
            raise reading.error(line.number, f"{line} in {head} is not understood", hint="write it into the frontend")


def _lines(reading: Reading, text: str) -> Iterator[Line]:
    comment = ""
    for number, raw in enumerate(text.split("\n"), 1):
        words, said = _words(reading, number, raw)
        if words:
            yield Line(number, words, comment)
            comment = ""
        else:
            comment = f"{comment} {said}".strip() if said else ""


def _words(reading: Reading, number: int, raw: str) -> tuple[list[str], str]:
    """Give the words of a line and the comment behind them."""
    found: list[str] = []
    word: list[str] | None = None
    quote = ""
    at = 0
    while at < len(raw):
        char = raw[at]
        at += 1
        if quote:
            if char == quote:
                quote = ""
                continue
            if quote == '"' and char == "\\" and raw[at : at + 1] in ('"', "\\", "$"):
                char, at = raw[at], at + 1
            elif quote == '"' and char == "$":
                raise reading.error(number, "what $... stands for is not known")
            word = word if word is not None else []
            word.append(char)
            continue
        if char in "\"'":
            quote, word = char, word if word is not None else []
        elif char == "#":
            break
        elif char in " \t\r":
            if word is not None:
                found.append("".join(word))
            word = None
        else:
            if char == "\\" and at < len(raw):
                char, at = raw[at], at + 1
            word = word if word is not None else []
            word.append(char)
    if quote:
        raise reading.error(number, f"a {quote} is not closed")
    if word is not None:
        found.append("".join(word))
    return found, raw[at:].strip("# \t\r")


def _lets_in(frontend: Frontend, lines: list[Line]) -> Expression:
    """Give whom the rules of a frontend let in: each is asked in its turn, and `deny` and `redirect` end it."""
    reading = frontend.reading
    lets_in, still = FALSE, TRUE
    for line in lines:
        match line.words:
            case ["acl", name, *test]:
                frontend.acls[name].append(_test(frontend, line, test))
            case ["http-request", action, *rest]:
                reading.step(line.number)
                condition, rest = _condition(frontend, line, rest)
                variable = re.fullmatch(r"set-var\((txn\.[A-Za-z0-9_.]+)\)", action)
                if variable and rest == ["bool(true)"]:
                    frontend.variables[variable[1]] = either(frontend.variables.get(variable[1], FALSE), condition)
                elif action == "return":
                    reading.remark(line.number, "refused visitors get an answer that is written there", doubtful=False)
                    still = both(still, no(condition))
                elif action == "deny":
                    still = both(still, no(condition))
                elif action == "redirect":
                    _redirect(reading, line, rest)
                    still = both(still, no(condition))
                elif action == "allow":
                    lets_in, still = either(lets_in, both(still, condition)), both(still, no(condition))
                elif action not in CHANGES or rest[:1] in (["cookie"], ["Cookie"]):
                    raise reading.error(line.number, f"{line} is not understood")
            case ["bind", *more] if "accept-proxy" in more:
                raise reading.error(line.number, f"{line}: which proxies write the addresses is not known")
            case [name, *_] if name not in HARMLESS:
                raise reading.error(line.number, f"{line} is not understood")
    return either(lets_in, still)


def _redirect(reading: Reading, line: Line, rest: list[str]) -> None:
    if rest[:2] == ["code", "302"] and rest[2:3] == ["location"] and len(rest) == 4:
        address = rest[3].replace("%%", "\0")
        if "%" not in address and re.match("https?://", address):
            reading.redirect = reading.redirect or address.replace("\0", "%")
            return
    raise reading.error(line.number, f"{line}: whether that refuses visitors is not known")


def _condition(frontend: Frontend, line: Line, words: list[str]) -> tuple[Expression, list[str]]:
    """Give when a rule is for a visitor, and what stands before its condition."""
    at = next((at for at, word in enumerate(words) if word in ("if", "unless")), None)
    if at is None:
        return TRUE, words
    choices: list[Expression] = []
    together: list[Expression] = []
    rest = words[at + 1 :]
    while rest:
        word, rest = rest[0], rest[1:]
        if word in ("or", "||"):
            choices.append(both(*together))
            together = []
            continue
        negated = word.startswith("!")
        word = word.removeprefix("!") if negated else word
        if word == "{" and "}" in rest:
            end = rest.index("}")
            says, rest = _test(frontend, line, rest[:end]), rest[end + 1 :]
        elif word in frontend.acls:
            says = either(*frontend.acls[word])
        else:
            says = frontend.reading.unknown(line.number, str(line))
        together.append(no(says) if negated else says)
    found = either(*choices, both(*together))
    return (no(found) if words[at] == "unless" else found), words[:at]


def _test(frontend: Frontend, line: Line, words: list[str]) -> Expression:
    reading = frontend.reading
    match words:
        case ["src", *texts] if texts and not any(text.startswith("-") for text in texts):
            return either(*(_network(reading, line, text) for text in texts))
        case ["req.fhdr(cookie)" | "hdr(cookie)", "-m", "reg", *rest] if rest:
            ignore_case = rest[0] == "-i"
            texts = [text for text in rest if text not in ("-i", "--")]
            return either(*(regexes.cookies(reading, line.number, text, ignore_case=ignore_case) for text in texts))
        case [variable, "-m", "bool"] if variable.startswith("var(txn.") and variable.endswith(")"):
            return frontend.variables.get(variable[4:-1], FALSE)
    return reading.unknown(line.number, str(line))


def _network(reading: Reading, line: Line, text: str) -> Expression:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return reading.unknown(line.number, f"the network {text}")
    if network.version == 6:
        start = int(network.network_address)
        return From(Networks.of_intervals([(start, start + network.num_addresses)]))
    plain = str(parse_network(text))
    first, length = int(network.network_address), network.prefixlen
    six = ipaddress.IPv6Network(((0x2002 << 112) + (first << 80), length + 16))
    return reading.part(
        line.number, line.comment, Networks([plain, str(six), f"::{network.network_address}/{length + 96}"])
    )
