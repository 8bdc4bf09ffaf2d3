"""mod_rewrite: whom do the rules of a server let pass? (mod_rewrite.c of 2.4; 2.2 reads them alike.)"""

from __future__ import annotations

import re
from dataclasses import dataclass

from limner.gateway.reading import regexes
from limner.gateway.reading.apache import expr
from limner.gateway.reading.apache.text import Directive, rewrite_words
from limner.gateway.reading.expression import FALSE, TRUE, Expression, both, either, no
from limner.gateway.reading.reading import Reading, typographic
from limner.policy.networks import Networks, parse_address

ANY_PATH = ("^", ".*", "(.*)", "^.*", "^(.*)", ".*$", "(.*)$", "^.*$", "^(.*)$", "^/?", "^/?(.*)$", "^/?.*$")
FROM_ROOT = ("/", "^/", ".", "^.", ".+", "(.+)", "^.+$", "^(.+)$", "^/.*", "^/(.*)", "^/.*$", "^/(.*)$", "^(/.*)$")
"""Patterns that fit every path of a server, where it begins with a slash."""

COND_FLAGS = {"nocase": "nc", "ornext": "or", "novary": "nv"}
RULE_FLAGS = {"last": "l", "redirect": "r", "forbidden": "f", "gone": "g", "nocase": "nc", "noescape": "ne"}
RULE_FLAGS |= {"qsappend": "qsa", "qsdiscard": "qsd", "passthrough": "pt", "nosubreq": "ns"}


@dataclass(slots=True)
class Cond:
    """A RewriteCond: what it says, and whether the next one is an alternative to it."""

    says: Expression
    or_next: bool
    line: int


def passes(reading: Reading, directives: list[Directive], *, in_folder: bool) -> Expression:
    """Give whom the rules of a server let pass, or those of a <Directory> or <Location>. Raises NotReadError."""
    waiting: list[Cond] = []
    lets_in, still = FALSE, TRUE
    on = False
    for directive in directives:
        if directive.name == "rewriteengine":
            on = directive.text.lower() == "on"
        elif directive.name == "rewritecond":
            waiting.append(_cond(reading, directive))
        elif directive.name == "rewriterule":
            reading.step(directive.line)
            hit = _all_of(reading, waiting)
            waiting = []
            does = _does(reading, directive, in_folder=in_folder)
            if does == "refuses":
                still = both(still, no(hit))
            elif does == "passes":
                lets_in, still = either(lets_in, both(still, hit)), both(still, no(hit))
    if waiting:
        reading.remark(waiting[0].line, "there is no RewriteRule behind this RewriteCond, so it does nothing")
    if not on and any(directive.name == "rewriterule" for directive in directives):
        reading.remark(directives[0].line, "there is no RewriteEngine On beside the RewriteRules, so they do nothing")
        return TRUE
    return either(lets_in, still)


def _all_of(reading: Reading, conds: list[Cond]) -> Expression:
    """Put conditions together: [OR] binds to the next, and what is so bound must hold beside all else."""
    groups: list[Expression] = []
    group: list[Expression] = []
    for cond in conds:
        group.append(cond.says)
        if not cond.or_next:
            groups.append(either(*group))
            group = []
    if group:
        reading.remark(conds[-1].line, "[OR] at the last RewriteCond: the conditions that it binds always hold")
    return both(*groups)


def _cond(reading: Reading, directive: Directive) -> Cond:
    args = _args(reading, directive, 2)
    flags = _flags(args[2:], COND_FLAGS)
    if flags is None or not set(flags) <= {"nc", "or", "nv"}:
        raise reading.error(directive.line, f"the flags {args[2]} are not understood")
    pattern = args[1]
    negated = pattern.startswith("!")
    says = _tested(reading, directive, args[0], pattern[negated:], ignore_case="nc" in flags)
    return Cond(no(says) if negated else says, "or" in flags, directive.line)


def _tested(reading: Reading, directive: Directive, what: str, pattern: str, *, ignore_case: bool) -> Expression:
    """Give what a condition says, without its negation."""
    line = directive.line
    if what.lower() == "expr":
        return expr.read(reading, line, pattern, directive.comment)
    if "%{" in pattern or "${" in directive.text or "$" in what or not pattern or pattern[0] in "<>-":
        return reading.unknown(line, str(directive))
    equal = pattern[1:] if pattern.startswith("=") else None
    match what.upper():
        case "%{REMOTE_ADDR}" if equal is not None:
            known = parse_address(equal) is not None
            return reading.part(line, directive.comment, Networks([equal])) if known else FALSE
        case "%{REMOTE_ADDR}":
            return regexes.addresses(reading, line, pattern, directive.comment, ignore_case=ignore_case)
        case "%{HTTP_COOKIE}" | "%{HTTP:COOKIE}" if equal is None:
            return regexes.cookies(reading, line, pattern, ignore_case=ignore_case)
    return reading.unknown(line, str(directive))


def _does(reading: Reading, directive: Directive, *, in_folder: bool) -> str:
    """Give what a rule does with whom its conditions hold for: "refuses", "passes" or "nothing"."""
    args = _args(reading, directive, 2)
    line, target = directive.line, args[1]
    if re.fullmatch(r"\[[A-Za-z0-9=,]+\]", target) and len(args) == 2:
        raise reading.error(
            line,
            f"{target} stands where RewriteRule has the new address, so httpd takes it for one and redirects nobody",
            hint="write the address before the flags: RewriteRule ^(.*)$ https://www.example.com/ [R,L]",
        )
    if args[0] not in (ANY_PATH if in_folder else (*ANY_PATH, *FROM_ROOT)):
        raise reading.error(
            line,
            f"the rule is only for some paths ({args[0]}); a policy of limner's is for all of them",
            hint="give the file with the photos' own rules only, whose pattern is ^",
        )
    flags = _flags(args[2:], RULE_FLAGS)
    if flags is None or not set(flags) <= {"l", "end", "r", "f", "g", "nc", "ne", "qsa", "qsd", "pt", "ns"}:
        raise reading.error(line, f"the flags {args[2]} are not understood")
    if "f" in flags or "g" in flags or flags.get("r", "302")[:1] in ("4", "5"):
        return "refuses"
    if target == "-":
        return "passes" if "l" in flags or "end" in flags else "nothing"
    if (
        target.startswith("/")
        and not re.search("[$%]", target)
        and ("l" in flags or "end" in flags)
        and "r" not in flags
    ):
        reading.remark(line, f"refused visitors get {target}, whatever they ask for", doubtful=False)
        return "refuses"
    if re.search(r"(?<!\\)[$%][0-9{]", target) or not (re.match("https?://", target, re.IGNORECASE) or "r" in flags):
        raise reading.error(
            line,
            f"the rule sends visitors to {target}; whether that refuses them is not known",
            hint='what refuses is [F], or [R] to one address; what lets in is "-" with [L]',
        )
    if mark := typographic(target):
        reading.remark(line, f"{mark} is a typographic quotation mark, and so a part of the address {target}")
    reading.redirect = reading.redirect or re.sub(r"\\([$%\\])", r"\1", target)
    return "refuses"


def _args(reading: Reading, directive: Directive, least: int) -> list[str]:
    args = rewrite_words(directive.text)
    if args is None or not least <= len(args) <= 3:
        mark = typographic(directive.text)
        hint = f'{mark} is a typographic quotation mark, for httpd a letter; write " instead' if mark else None
        raise reading.error(directive.line, f"{directive} is not read: httpd takes two words and flags", hint)
    return args


def _flags(args: list[str], names: dict[str, str]) -> dict[str, str] | None:
    """Give flags by their short names; None: these are no flags."""
    if not args:
        return {}
    if not (args[0].startswith("[") and args[0].endswith("]")):
        return None
    found = {}
    for flag in args[0][1:-1].split(","):
        name, _, value = flag.strip().lower().partition("=")
        found[names.get(name, name)] = value or "302"
    return found
