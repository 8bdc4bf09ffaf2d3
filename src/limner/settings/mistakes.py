"""Mistakes in the settings file, in the words of whoever writes it: the place, what is wrong, what would be right."""

from __future__ import annotations

import difflib
import re

from pydantic_core import ErrorDetails

from limner.settings import policy, sync
from limner.settings.section import Section, shown
from limner.settings.sources.kind import kind_in, kind_of
from limner.settings.whole import Settings, sections_in, tables

KINDS = {
    table: [kind for section in sections_in(Settings.model_fields[table].annotation) if (kind := kind_of(section))]
    for table in ("source", "publish")
}
TAGS = {*policy.TAGS, *sync.TAGS, *(f"{{{kind}}}" for kinds in KINDS.values() for kind in kinds)}
"""What pydantic puts into a place to say which of several things a value was taken for."""

# pydantic's kinds of mistake in the words of whoever writes the file
_WORDS = {
    "missing": "this setting is needed",
    "int_type": "write a whole number, without quotation marks",
    "int_from_float": "write a whole number",
    "float_type": "write a number, without quotation marks",
    "finite_number": "write a finite number",
    "bool_type": "write true or false, without quotation marks",
    "string_type": 'write a text in quotation marks: "..."',
    "list_type": "write a list: [...]",
    "model_type": "write a table",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "the list is empty",
    "string_too_short": "the text is empty",
    "string_too_long": "must be at most {max_length} characters long",
}


def mistake(found: ErrorDetails) -> str:
    """Write one mistake: its place, what is wrong there, what would be right."""
    loc, kind, given = found["loc"], found["type"], found["input"]
    place = _place(loc)
    table = re.sub(r"\[\d+\]", "", place)
    if kind == "extra_forbidden":
        text = f"there is no such setting{_meant(loc)}"
    elif kind == "literal_error":
        text = f"there is no {shown(given)}; write {found['ctx']['expected']}".replace("'", '"')
    elif kind == "list_type" and isinstance(given, str):
        text = f"write a list: [{shown(given)}]"
    elif kind == "list_type" and isinstance(given, dict):
        text = f"there can be several, so write [[{table}]] in double brackets"
    elif kind == "model_type" and isinstance(given, list):
        text = f"there is only one, so write [{table}] in single brackets"
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        return _no_such_kind(place, given)
    elif kind in _WORDS:
        bounds = found.get("ctx", {}).items()
        text = _WORDS[kind].format(
            **{name: f"{bound:.10g}" for name, bound in bounds if isinstance(bound, int | float)}
        )
    else:
        text = found["msg"].removeprefix("Value error, ")
    return f"{place}: {text}" if place else text


def _no_such_kind(place: str, table: object) -> str:
    if not isinstance(table, dict):
        return f"{place}: {_WORDS['model_type']}"
    kind, kinds = kind_in(table), KINDS[place.partition("[")[0]]
    if kind is None:
        close = difflib.get_close_matches("kind", table, n=1)
        if close:
            return f'{place}.{close[0]}: there is no such setting; did you mean "kind"?'
        return f"{place}.kind: {_WORDS['missing']}; {_either(kinds)}"
    close = difflib.get_close_matches(str(kind), kinds, n=1)
    meant = f'; did you mean "{close[0]}"?' if close else f"; {_either(kinds)}"
    return f"{place}.kind: there is no {shown(kind)}{meant}"


def _either(kinds: list[str]) -> str:
    *most, last = map(shown, kinds)
    return f"write {', '.join(most)} or {last}" if most else f"write {last}"


def _place(loc: tuple[int | str, ...]) -> str:
    """Write a place as TOML readers do: `policy.allow[2].networks[1]`, counting from 1."""
    text = ""
    for step in loc:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        elif step not in TAGS:
            name = step if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", step) else shown(step)
            text += f".{name}" if text else name
    return text


def _meant(loc: tuple[int | str, ...]) -> str:
    """Say what an unknown name may have been meant for: a name like it here, or the same name elsewhere."""
    *parents, name = (step for step in loc if isinstance(step, str))
    section: type[Section] = Settings
    choice: list[type[Section]] = []
    for step in parents:
        if step in section.named():
            choice = sections_in(section.named()[step].annotation)
            section = choice[0] if choice else section
        elif step in TAGS:
            section = next((each for each in choice if step == f"{{{kind_of(each)}}}"), section)
    close = difflib.get_close_matches(name, section.named(), n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    homes = dict.fromkeys(
        f"[{home}]" if home else "the top of the file" for home, there in tables() if name in there.named()
    )
    return f"; it belongs to {' or '.join(homes)}" if 0 < len(homes) <= 3 else ""
