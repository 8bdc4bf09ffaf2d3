"""What the tables of a change and of a plan are made of, and how their mistakes are told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

MOST = 100  # mistakes that are told
_WORDS = {
    "missing": "it is needed",
    "extra_forbidden": "there is no such setting",
    "string_type": 'write a text in quotation marks: "..."',
    "bool_type": "write true or false, without quotation marks",
    "list_type": "write a list: [...]",
    "model_type": "write a table",
    "string_too_short": "the text is empty",
    "too_short": "the list is empty",
}


class Part(BaseModel):
    """A table: unknown names are mistakes, types are taken strictly, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def mistakes(why: ValidationError) -> list[str]:
    """Give all mistakes, each with its place as TOML readers count: `protocol[2].processes`."""
    told = [_mistake(each) for each in why.errors(include_url=False)[:MOST]]
    more = why.error_count() - len(told)
    return [*told, f"and {more} more mistakes"] if more else told


def _mistake(found: ErrorDetails) -> str:
    place = ""
    for step in found["loc"]:
        place += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if place else step[:60]
    if found["type"] == "literal_error":
        text = f"write {found['ctx']['expected']}".replace("'", '"')
    else:
        text = _WORDS.get(found["type"]) or found["msg"].removeprefix("Value error, ")
    return f"{place}: {text}" if place else text
