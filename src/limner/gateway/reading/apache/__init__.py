"""Apache 2.2 and 2.4, and IBM HTTP Server, which is made of them: whom does a virtual host let in?

A policy of limner's is for all photos alike. So the file may decide for one place only: one virtual host, and of
directories and locations those that lie within one another. What decides for several places is refused by name.
"""

from __future__ import annotations

from limner.gateway.reading.apache import allow, require, rewrite
from limner.gateway.reading.apache.place import ACCESS, REWRITING, Place, find
from limner.gateway.reading.apache.text import Directive, Section, tree, words
from limner.gateway.reading.expression import TRUE, Expression, both
from limner.gateway.reading.reading import Reading, typographic

NAME = "apache"


def read(text: str, file: str) -> Reading:
    """Read a configuration. Raises NotReadError, which names what is not understood and its line."""
    reading = Reading(NAME, file)
    place = find(reading, tree(reading, text))
    for section in place.all():
        _remark_on_quotes(reading, section)
        for directive in section.directives():
            if directive.name == "errordocument":
                _error_document(reading, directive)
    reading.lets_in = both(_rewriting(reading, place), _access(reading, place))
    return reading


def _rewriting(reading: Reading, place: Place) -> Expression:
    outer = [item for item in place.server.directives() if item.name in REWRITING]
    found = rewrite.passes(reading, outer, in_folder=False)
    inner = next((s for s in reversed(place.sections) if any(d.name in REWRITING for d in s.directives())), None)
    if inner is None:
        return found
    rules = [item for item in inner.directives() if item.name in REWRITING]
    return both(found, rewrite.passes(reading, rules, in_folder=True))


def _access(reading: Reading, place: Place) -> Expression:
    """Give whom `Require` and `Allow` let in: the last section that has any of a kind counts alone."""
    variables = allow.variables_of(reading, [item for section in place.all() for item in section.directives()])
    by_require: Expression | None = None
    by_allow: Expression | None = None
    for section in place.sections:
        by_require = _later(require.grants(reading, section, variables), by_require)
        by_allow = _later(allow.grants(reading, section, variables), by_allow)
    return both(by_require or TRUE, by_allow or TRUE)


def _later(later: Expression | None, earlier: Expression | None) -> Expression | None:
    return earlier if later is None else later


def _error_document(reading: Reading, directive: Directive) -> None:
    """Note where refused visitors are sent."""
    args = words(directive.text) or []
    if len(args) == 2 and args[0] == "403" and args[1].lower().startswith(("http://", "https://")):
        reading.redirect = reading.redirect or args[1]


def _remark_on_quotes(reading: Reading, section: Section) -> None:
    for item in section.directives():
        if item.name not in (*REWRITING, *ACCESS) and (mark := typographic(item.text)):
            reading.remark(
                item.line,
                f"{mark} is a typographic quotation mark, as word processors and web pages make them; httpd takes it "
                f"for a letter of {item.name}'s value. Write \" instead",
            )
