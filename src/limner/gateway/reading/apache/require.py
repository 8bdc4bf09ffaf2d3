"""`Require` of Apache 2.4 and IHS 9: ip, env, expr, all, their negations, and RequireAny, RequireAll, RequireNone."""

from __future__ import annotations

from limner.gateway.reading.apache import expr
from limner.gateway.reading.apache.networks import network
from limner.gateway.reading.apache.text import Directive, Section, words
from limner.gateway.reading.expression import FALSE, TRUE, Expression, both, either, no
from limner.gateway.reading.reading import Reading

CONTAINERS = ("requireany", "requireall", "requirenone")


def grants(
    reading: Reading, section: Section, variables: dict[str, Expression], kind: str = "requireany"
) -> Expression | None:
    """Give whom the `Require` lines of a section let in; None: there are none. Raises NotReadError."""
    for_: list[Expression] = []
    against: list[Expression] = []
    for item in section.items:
        if isinstance(item, Section):
            if item.name not in CONTAINERS:
                continue
            inner = grants(reading, item, variables, item.name)
            if inner is None:
                raise reading.error(item.line, f"{item} is empty")
            (against if item.name == "requirenone" else for_).append(inner)
        elif item.name == "require":
            word, _, rest = item.text.partition(" ")
            negated = word.lower() == "not"
            found = _required(reading, item, rest.strip() if negated else item.text, variables)
            (against if negated else for_).append(found)
        elif section.name in CONTAINERS:
            raise reading.error(item.line, f"{item} cannot stand in {section}")
    if not for_ and not against:
        return None
    if against and kind != "requireall":
        raise reading.error(section.line, f"a negative Require does nothing outside of <RequireAll>; {section} has one")
    if kind == "requireall":
        if not for_:
            raise reading.error(section.line, f"{section} has only negative Require lines")
        return both(*for_, no(either(*against)))
    return either(*for_)  # for RequireNone: whom it keeps out


def _required(reading: Reading, item: Directive, text: str, variables: dict[str, Expression]) -> Expression:
    """Give what one line asks for, without its negation."""
    kind, _, rest = text.partition(" ")
    rest = rest.strip()
    match kind.lower():
        case "all" if rest.lower() == "granted":
            return TRUE
        case "all" if rest.lower() == "denied":
            return FALSE
        case "ip":
            return either(*(network_of(reading, item, text) for text in words(rest) or []))
        case "env":
            return either(*(env(reading, item, name, variables) for name in words(rest) or []))
        case "expr":
            quoted = len(rest) > 1 and rest[0] == rest[-1] == '"'
            inside = (words(rest) or [rest])[0] if quoted and len(words(rest) or []) == 1 else rest
            return expr.read(reading, item.line, inside, item.comment, variables)
    return reading.unknown(item.line, str(item))


def network_of(reading: Reading, item: Directive, text: str) -> Expression:
    """Give "the address is in this network"."""
    found = network(text)
    if found is None:
        return reading.unknown(item.line, f"the network {text}")
    return reading.part(item.line, item.comment, found)


def env(reading: Reading, item: Directive, name: str, variables: dict[str, Expression]) -> Expression:
    """Give when an environment variable is set."""
    return variables[name] if name in variables else reading.unknown(item.line, f"the variable {name}")
