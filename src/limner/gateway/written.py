"""A reading of another server's configuration -> the policy of limner's that decides the same, as TOML."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from limner.gateway.compare import sent
from limner.gateway.cookie_text import KIND, CookieText
from limner.gateway.meaning import ALWAYS, NOBODY, Atom, Meaning
from limner.gateway.reading.expression import (
    Both,
    Brings,
    Either,
    Expression,
    NotReadError,
    Unknown,
    both,
    closed,
    either,
    leaves,
    meaning_of,
)
from limner.gateway.reading.reading import Reading
from limner.policy.networks import EVERYWHERE, Networks

NAME_LIMIT = 200
LINE = 100


class Narrowed(NamedTuple):
    """A test of cookies that was taken for one of limner's own cookies, and a cookie that passed only the first."""

    line: int
    test: str
    cookie: str
    lost: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of limner's to be written."""

    name: str
    networks: Networks | None
    cookies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a reading comes to: its rules, what had to be closed, and what was narrowed."""

    meaning: Meaning
    rules: list[Rule]
    closed: list[str]
    narrowed: list[Narrowed]

    @property
    def open(self) -> Networks:
        """The addresses that are let in whatever they bring."""
        return next((networks for needs, networks in self.meaning.pieces.items() if needs == ALWAYS), NOBODY)


def imported(reading: Reading, *, exact_cookies: bool) -> Imported:
    """Give the rules that decide as a reading does. Raises NotReadError where none do.

    What was not understood is closed. `exact_cookies`: where a test of cookies is wider than limner's comparison, the
    cookie that is most likely meant takes its place; else that is an error.
    """
    unread = [leaf.what for leaf in leaves(reading.lets_in) if isinstance(leaf, Unknown)]
    lets_in = closed(reading.lets_in)
    wide = sorted({leaf.atom for leaf in leaves(lets_in) if isinstance(leaf, Brings) and leaf.atom.kind == KIND})
    narrowed = [_narrowed(atom, reading.tests.get(atom, 0)) for atom in wide]
    if narrowed and not exact_cookies:
        raise NotReadError(
            "\n".join(
                f"{reading.file}, line {each.line}: {each.test} lets in, so {each.lost!r} too; limner's are exact"
                for each in narrowed
            ),
            hint=f"--exact-cookies takes {', '.join(repr(each.cookie) for each in narrowed)} in their place",
        )
    meaning = meaning_of(_exact(lets_in), reading.proxies)
    rules = _rules(reading, meaning)
    if unread and not rules:
        raise NotReadError("\n".join(f"{what} is not understood" for what in dict.fromkeys(unread)))
    return Imported(meaning, rules, list(dict.fromkeys(unread)), narrowed)


def _narrowed(atom: Atom, line: int) -> Narrowed:
    test = CookieText.of(*atom)
    own = _own(atom)
    return Narrowed(line, str(test), own.what, sent(atom, [own]))


def _own(atom: Atom) -> Atom:
    """Give the cookie of limner's that a wider test most likely means."""
    return Atom("cookie", CookieText.of(*atom).exact) if atom.kind == KIND else atom


def _exact(part: Expression) -> Expression:
    match part:
        case Brings(atom, yes):
            return Brings(_own(atom), yes)
        case Both(parts):
            return both(*map(_exact, parts))
        case Either(parts):
            return either(*map(_exact, parts))
    return part


def _rules(reading: Reading, meaning: Meaning) -> list[Rule]:
    """Give rules with a meaning: one for each piece of addresses that the configuration names, then the cookies'."""
    open_: Networks = Networks()
    by_cookie: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for needs, networks in meaning.pieces.items():
        for need in needs:
            if len(need) > 1:
                names = " and ".join(repr(atom.what) for atom in sorted(need))
                raise NotReadError(
                    f"{reading.file}: some are let in only with {names} together",
                    hint="a rule of limner's takes any one of its cookies; no rule asks for two",
                )
            for atom in need:
                by_cookie[atom.what] += networks.intervals()
            if not need:
                open_ = open_ | networks
    rules = _by_networks(reading, open_)
    groups: dict[Networks, list[str]] = defaultdict(list)
    for cookie, spans in by_cookie.items():
        groups[Networks.of_intervals(spans)].append(cookie)
    for networks, cookies in groups.items():
        everywhere = networks | open_ == EVERYWHERE
        where = None if everywhere else networks
        rules.append(Rule("a cookie" if everywhere else "a cookie, from some addresses", where, tuple(sorted(cookies))))
    return _named_apart(rules)


def _by_networks(reading: Reading, open_: Networks) -> list[Rule]:
    """Give rules for addresses that need nothing else: those that the configuration names together, by its comments."""
    named: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for part in reading.parts:
        if part.networks and part.networks <= open_:
            named[part.label or "addresses"] += part.networks.intervals()
    left = open_ - Networks.of_intervals(span for spans in named.values() for span in spans)
    if left:
        named["addresses"] += left.intervals()
    return [Rule(name, Networks.of_intervals(spans), ()) for name, spans in named.items()]


def _named_apart(rules: list[Rule]) -> list[Rule]:
    found: dict[str, Rule] = {}
    for rule in rules:
        plain = "".join(char if char.isprintable() else " " for char in rule.name)[: NAME_LIMIT - 10].strip() or "rule"
        name, number = plain, 2
        while name in found:
            name, number = f"{plain} ({number})", number + 1
        found[name] = Rule(name, rule.networks, rule.cookies)
    return list(found.values())


def toml(reading: Reading, result: Imported) -> str:
    """Write a `[policy]` as TOML: a settings file that starts as it is."""
    lines = [f"# read from {_comment(reading.file)} ({reading.kind}) by `limner policy import`"]
    lines += [f"# CLOSED: nobody is let in by {_comment(what)}, which is not understood" for what in result.closed]
    lines += [
        f"# NARROWED to {_comment(each.cookie)}: {_comment(each.test)}; {_comment(each.lost)} is kept out now"
        for each in result.narrowed
    ]
    lines += ["[policy]", f"otherwise = {_otherwise(reading)}"]
    if result.meaning.proxies:
        lines += _list("trusted_proxies", result.meaning.proxies.cidrs())
    for rule in result.rules:
        lines += ["", "[[policy.allow]]", f"name = {_text(rule.name)}"]
        if rule.networks is not None:
            lines += _list("networks", rule.networks.cidrs())
        if rule.cookies:
            lines += _list("cookie", list(rule.cookies))
    return "\n".join(lines) + "\n"


def _otherwise(reading: Reading) -> str:
    address = reading.redirect or ""
    return f"{{ redirect = {_text(address)} }}" if address.lower().startswith(("http://", "https://")) else "403"


def _list(name: str, values: list[str]) -> list[str]:
    one = f"{name} = [{', '.join(map(_text, values))}]"
    if len(one) <= LINE:
        return [one]
    return [f"{name} = [", *(f"  {_text(value)}," for value in values), "]"]


def _text(value: str) -> str:
    """Write a text as TOML's basic string, which JSON's is but for two characters."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def as_dict(result: Imported) -> list[dict[str, Any]]:
    """Give the rules as JSON takes them."""
    return [
        {"name": rule.name}
        | ({"networks": rule.networks.cidrs()} if rule.networks is not None else {})
        | ({"cookie": list(rule.cookies)} if rule.cookies else {})
        for rule in result.rules
    ]
