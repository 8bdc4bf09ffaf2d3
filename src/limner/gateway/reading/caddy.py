"""Caddy, as `limner policy export caddy` writes it: one site, whose matchers open a `handle` of its `route`.

Words as its documentation has them: quotation marks ("), backquotes, comments behind #, braces at the end of a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from limner.errors import SettingsError
from limner.gateway.reading import regexes
from limner.gateway.reading.expression import FALSE, TRUE, Expression, both, either, no
from limner.gateway.reading.reading import Reading, shortened
from limner.policy.networks import IPV4, Networks

NAME = "caddy"
MOST_DEPTH = 20
HARMLESS = ("bind", "root", "encode", "log", "header", "tls")
SERVES = ("reverse_proxy", "root", "file_server")


@dataclass(slots=True)
class Item:
    """A line: its words, the lines of its block, and the comment above it."""

    number: int
    words: list[str]
    comment: str = ""
    block: list[Item] | None = None

    def __str__(self) -> str:
        return shortened(" ".join(self.words)) or "the options"


def read(text: str, file: str) -> Reading:
    """Read a Caddyfile. Raises NotReadError, which names what is not understood and its line."""
    reading = Reading(NAME, file)
    items = _tree(reading, text)
    sites = []
    serving = set()
    for item in items:
        if not item.words and item is items[0]:
            _see_options(reading, item)
        elif item.words and item.words[0].startswith("(") and item.words[0].endswith(")"):
            if all(inner.words and inner.words[0] in SERVES for inner in item.block or ()):
                serving.add(item.words[0][1:-1])
        else:
            sites.append(item)
    if len(sites) != 1 or sites[0].block is None:
        raise reading.error(1, f"there are {len(sites)} sites", hint="give a Caddyfile with one site")
    reading.lets_in = _site(reading, sites[0].block, serving)
    return reading


def _see_options(reading: Reading, item: Item) -> None:
    for option in item.block or ():
        known = option.words[0] in ("admin", "auto_https", "http_port", "https_port", "order")
        if option.words == ["servers"]:
            known = all(inner.words[0] in ("max_header_size", "timeouts", "protocols") for inner in option.block or ())
        if not known:
            raise reading.error(option.number, f"the option {option} is not understood")


def _site(reading: Reading, items: list[Item], serving: set[str]) -> Expression:
    matchers: dict[str, Expression] = {}
    lets_in: Expression | None = None
    for item in items:
        name = item.words[0] if item.words else ""
        if name.startswith("@"):
            if name in matchers or item.block is None or len(item.words) != 1:
                raise reading.error(item.number, f"{item} is not understood")
            matchers[name] = both(*_tests(reading, item.block))
        elif name == "route" and item.block is not None and len(item.words) == 1 and lets_in is None:
            lets_in = _route(reading, item.block, matchers, serving)
        elif name not in HARMLESS:
            raise reading.error(item.number, f"{item} is not understood")
    if lets_in is None:
        raise reading.error(items[0].number if items else 1, "the site has no route", hint="only such sites are read")
    return lets_in


def _tests(reading: Reading, items: list[Item]) -> Iterator[Expression]:
    """Yield what a matcher asks for: all of it, but networks and texts of a kind are alternatives."""
    networks: list[Expression] = []
    for item in items:
        match item.words:
            case ["remote_ip", *texts] if texts:
                networks += [_network(reading, item, text) for text in texts]
            case ["header_regexp", header, regex] if header.lower() == "cookie":
                yield regexes.cookies(reading, item.number, regex, ignore_case=False)
            case ["not", "header_regexp", header, regex] if header.lower() == "cookie":
                yield no(regexes.cookies(reading, item.number, regex, ignore_case=False))
            case ["not", "remote_ip", *texts] if texts:
                yield no(either(*(_network(reading, item, text) for text in texts)))
            case _:
                yield reading.unknown(item.number, str(item))
    if networks:
        yield either(*networks)


def _network(reading: Reading, item: Item, text: str) -> Expression:
    try:
        found = Networks([text])
    except SettingsError:
        return reading.unknown(item.number, f"the network {text}")
    if ":" in text and found & IPV4:
        return reading.unknown(item.number, f"the network {text}")
    return reading.part(item.number, item.comment, found)


def _route(reading: Reading, items: list[Item], matchers: dict[str, Expression], serving: set[str]) -> Expression:
    """Give whom a route lets in: the first `handle` that is for a visitor counts."""
    lets_in, still = FALSE, TRUE
    for item in items:
        if not item.words or item.words[0] != "handle" or item.block is None or len(item.words) > 2:
            raise reading.error(item.number, f"{item} is not understood")
        if item.words[1:] and item.words[1] not in matchers:
            raise reading.error(item.number, f"there is no matcher {item.words[1]} above")
        reading.step(item.number)
        when = matchers[item.words[1]] if item.words[1:] else TRUE
        lets_in = either(lets_in, both(still, when, _handled(reading, item, serving)))
        still = both(still, no(when))
    return lets_in if still == FALSE else either(lets_in, both(still, reading.unknown(items[-1].number, "no handle")))


def _handled(reading: Reading, handle: Item, serving: set[str]) -> Expression:
    for item in handle.block or ():
        match item.words:
            case ["respond", code] if code[:1] in ("4", "5"):
                return FALSE
            case ["redir", address, "302"] if "{" not in address:
                reading.redirect = reading.redirect or address
                return FALSE
            case ["forward_auth", *_]:
                return reading.unknown(item.number, f"what {item} finds")
            case ["import", name] if name in serving:
                return TRUE
            case [name, *_] if name in SERVES and name != "root":
                return TRUE
            case ["rewrite", "*", path] if "{" not in path:
                reading.remark(item.number, f"refused visitors get {path}, whatever they ask for", doubtful=False)
                return FALSE
            case ["root", *_]:
                continue
        raise reading.error(item.number, f"{item} is not understood")
    raise reading.error(handle.number, f"{handle} does nothing")


def _tree(reading: Reading, text: str) -> list[Item]:
    whole = Item(0, [], block=[])
    opened = [whole]
    comment = ""
    for number, raw in enumerate(text.split("\n"), 1):
        words, said = _words(reading, number, raw)
        if not words:
            comment = f"{comment} {said}".strip() if said else ""
            continue
        if words == ["}"]:
            if len(opened) == 1:
                raise reading.error(number, "this } closes nothing")
            opened.pop()
        else:
            opens = words[-1] == "{"
            item = Item(number, words[:-1] if opens else words, comment, [] if opens else None)
            inside = opened[-1].block
            assert inside is not None
            inside.append(item)
            if opens:
                opened.append(item)
            if len(opened) > MOST_DEPTH:
                raise reading.error(number, "blocks are nested too deeply")
        comment = ""
    if len(opened) > 1:
        raise reading.error(opened[-1].number, f"the block of {opened[-1]} is not closed")
    return whole.block or []


def _words(reading: Reading, number: int, raw: str) -> tuple[list[str], str]:
    """Give the words of a line and the comment behind them."""
    found: list[str] = []
    raw = raw.strip()
    while raw:
        if raw[0] == "#":
            return found, raw.strip("# \t")
        if raw[0] in '"`':
            at = 1
            word: list[str] = []
            while at < len(raw) and raw[at] != raw[0]:
                at += raw[0] == '"' and raw[at : at + 2] in ('\\"', "\\\\")
                word.append(raw[at : at + 1])
                at += 1
            if at >= len(raw):
                raise reading.error(number, f"this {raw[0]} is not closed on its line")
            found.append("".join(word))
            raw = raw[at + 1 :].lstrip()
        else:
            plain, _, raw = raw.partition(" ") if "\t" not in raw else raw.replace("\t", " ").partition(" ")
            found.append(plain)
            raw = raw.lstrip()
    return found, ""
