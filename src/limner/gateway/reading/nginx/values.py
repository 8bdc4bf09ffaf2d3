"""nginx's variables: which value one has for which visitor. `geo`, `map`, `set`, and what `if` asks of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from limner.errors import SettingsError
from limner.gateway.reading import regexes
from limner.gateway.reading.expression import FALSE, TRUE, Expression, From, both, either, no
from limner.gateway.reading.nginx.text import Directive
from limner.gateway.reading.reading import Reading
from limner.policy.networks import EVERYWHERE, Network, Networks, parse_address, parse_network, spans

Cases = dict[str, Expression]
"""The values that a variable may have, each with when it has it; one of them always holds."""

MOST_VALUES = 64
ADDRESS = "$remote_addr"
COOKIE = "$http_cookie"

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")


@dataclass(slots=True)
class Variables:
    """The variables of a server, by their names without the $: those of `geo` and `map`, and those that `set` makes."""

    reading: Reading
    known: dict[str, Cases]
    named: dict[str, Directive]
    open: set[str]
    assigned: dict[str, Cases | None] = field(default_factory=dict)

    def of(self, name: str) -> Cases | None:
        """Give the values of a variable; None: they are not known. Raises NotReadError."""
        if name in self.assigned:
            return None if self.open else self.assigned[name]  # a `map` may be asked before `set` does its work
        if name in self.known:
            return self.known[name]
        if name not in self.named or name in self.open:
            return None
        self.open.add(name)
        directive = self.named[name]
        self.known[name] = found = _geo(self, directive) if directive.name == "geo" else _map(self, directive)
        self.open.discard(name)
        return found

    def text(self, text: str) -> Cases | None:
        """Give the values of a text with variables in it; None: they are not known. Raises NotReadError."""
        found: Cases = {"": TRUE}
        at = 0
        for match in [*_VARIABLE.finditer(text), None]:
            plain = text[at : match.start() if match else len(text)]
            if "$" in plain:
                return None
            found = _joined(found, {plain: TRUE})
            if match:
                at = match.end()
                parts = self.of(match[1] or match[2])
                if parts is None:
                    return None
                found = _joined(found, parts)
            if len(found) > MOST_VALUES:
                return None
        return found

    def condition(self, directive: Directive, words: list[str]) -> Expression:
        """Give when the condition of an `if` holds; `words` stand between its parentheses. Raises NotReadError."""
        line = directive.line
        match words:
            case [text] if text.startswith("$"):
                cases = self.text(text)
                if cases is not None:
                    return either(*(when for value, when in cases.items() if value not in ("", "0")))
            case [text, "=" | "!=" as op, wanted]:
                found = self.equals(directive, text, wanted)
                if found is not None:
                    return no(found) if op == "!=" else found
            case [text, "~" | "~*" | "!~" | "!~*" as op, regex]:
                found = self.matches(directive, text, regex, ignore_case=op.endswith("*"))
                if found is not None:
                    return no(found) if op.startswith("!") else found
        return self.reading.unknown(line, str(directive))

    def equals(self, directive: Directive, text: str, wanted: str) -> Expression | None:
        """Give when a text is another; None: that is not known. Raises NotReadError."""
        if "$" in wanted:
            return None
        if text == ADDRESS:
            here = Networks([wanted] if parse_address(wanted) is not None else [])
            return self.reading.part(directive.line, directive.comment, here)
        cases = self.text(text)
        return None if cases is None else cases.get(wanted, FALSE)

    def matches(self, directive: Directive, text: str, regex: str, *, ignore_case: bool) -> Expression | None:
        """Give when a text matches an expression; None: that is not known."""
        reading, line = self.reading, directive.line
        if text == ADDRESS:
            return regexes.addresses(reading, line, regex, directive.comment, ignore_case=ignore_case)
        if text == COOKIE:
            return regexes.cookies(reading, line, regex, ignore_case=ignore_case)
        return None


def _joined(before: Cases, after: Cases) -> Cases:
    found: dict[str, list[Expression]] = defaultdict(list)
    for (one, when), (other, then) in product(before.items(), after.items()):
        found[one + other].append(both(when, then))
    return {text: when for text, parts in found.items() if (when := either(*parts)) != FALSE}


def network(text: str) -> Network | None:
    """Give a network as `geo` and `allow` read it; None: it is none, or one that is not read for certain."""
    mask = text.partition("/")[2]
    if not (mask.isdigit() or mask == ""):
        return None  # 10.0.0.0/255.0.0.0 is for `allow` what it is for `geo` not
    try:
        return parse_network(text)
    except SettingsError:
        return None


def _geo(variables: Variables, directive: Directive) -> Cases:
    """`geo $variable { ... }`: the most specific network counts."""
    reading, line = variables.reading, directive.line
    if len(directive.words) != 2 and (len(directive.words) != 3 or directive.words[1] != ADDRESS):
        raise reading.error(line, f"{directive}: the address of another variable is not read")
    default = ""
    by_length: dict[int, dict[str, list[Network]]] = defaultdict(lambda: defaultdict(list))
    values: dict[Network, str] = {}
    labels: dict[str, list[Network]] = defaultdict(list)
    for item in directive.block or ():
        if item.block is not None or len(item.words) != 2 or item.name in ("proxy", "include", "delete", "ranges"):
            raise reading.error(item.line, f"{item} in {directive} is not understood")
        value = item.words[1]
        if item.name == "default":
            default = value
            continue
        found = network(item.name)
        if found is None:
            raise reading.error(item.line, f"{item.name} is not a network, as {directive} has it")
        if values.setdefault(found, value) != value:
            raise reading.error(item.line, f"{item.name} has two values")
        by_length[found.prefixlen + (96 if found.version == 4 else 0)][value].append(found)
        labels[item.comment].append(found)
    for label, named in labels.items():
        reading.part(line, label or directive.comment, united(named))
    where: dict[str, Networks] = {default: EVERYWHERE}
    for _, longer in sorted(by_length.items()):
        for value, found_ in longer.items():
            reading.step(line)
            networks = united(found_)
            where = {other: there - networks for other, there in where.items()}
            where[value] = where.get(value, Networks()) | networks
    return {value: From(networks) for value, networks in where.items() if networks}


def united(networks: Iterable[Network]) -> Networks:
    """Give the set that some networks are together."""
    return Networks.of_intervals(span for each in networks for span in spans(each))


def _map(variables: Variables, directive: Directive) -> Cases:
    """`map source $variable { ... }`: equal texts first, then expressions in their order, then the default."""
    reading = variables.reading
    if len(directive.words) != 3:
        raise reading.error(directive.line, f"{directive} is not understood")
    source = directive.words[1]
    default = ""
    texts: list[tuple[Directive, str]] = []
    patterns: list[Directive] = []
    for item in directive.block or ():
        if item.block is not None or len(item.words) != 2 or item.name in ("hostnames", "include", "volatile"):
            raise reading.error(item.line, f"{item} in {directive} is not understood")
        if item.name == "default":
            default = item.words[1]
        elif item.name.startswith("~"):
            patterns.append(item)
        else:
            texts.append((item, item.name.removeprefix("\\")))
    taken: dict[str, list[Expression]] = defaultdict(list)
    still = TRUE
    asked = [(item, _text_is(variables, item, source, text)) for item, text in texts]
    asked += [(item, _matches(variables, item, source)) for item in patterns]
    for item, when in asked:
        value = variables.text(item.words[1])
        if value is None:
            raise reading.error(item.line, f"the value {item.words[1]} in {directive} is not known")
        for text, then in value.items():
            taken[text].append(both(still, when, then))
        still = both(still, no(when))
    value = variables.text(default)
    if value is None:
        raise reading.error(directive.line, f"the default {default} of {directive} is not known")
    for text, then in value.items():
        taken[text].append(both(still, then))
    return {text: when for text, parts in taken.items() if (when := either(*parts)) != FALSE}


def _text_is(variables: Variables, item: Directive, source: str, text: str) -> Expression:
    cases = variables.text(source)
    if cases is not None:  # nginx compares these in any case
        return either(*(when for value, when in cases.items() if value.lower() == text.lower()))
    if source == ADDRESS:
        found = variables.equals(item, source, text)
        return FALSE if found is None else found
    return variables.reading.unknown(item.line, f"{source} is {text}")


def _matches(variables: Variables, item: Directive, source: str) -> Expression:
    ignore_case = item.name.startswith("~*")
    regex = item.name[2 if ignore_case else 1 :]
    if re.fullmatch("[0-9A-Za-z]", regex) and not ignore_case and (holds := _some_has(variables, source, regex)):
        return holds
    found = variables.matches(item, source, regex, ignore_case=ignore_case)
    return variables.reading.unknown(item.line, f"{source} matches {regex}") if found is None else found


def _some_has(variables: Variables, source: str, char: str) -> Expression | None:
    """Give when a character is in one of the variables of a text, or in the text; None: that is not known."""
    found: list[Expression] = [TRUE] if char in _VARIABLE.sub("", source) else []
    for match in _VARIABLE.finditer(source):
        cases = variables.of(match[1] or match[2])
        if cases is None:
            return None
        found += (when for value, when in cases.items() if char in value)
    return either(*found)
