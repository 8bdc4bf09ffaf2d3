"""What a table of the settings file is, and how a value from it is shown in a mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo


class Section(BaseModel):
    """A table of the settings file: unknown names are mistakes, types are taken strictly, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def named(cls) -> dict[str, FieldInfo]:
        """Give the fields by the names that the file has for them: `pass` is a word of Python, and `pass_` here."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}

    def from_folder(self, folder: Path) -> Self:
        """Give the section with every relative path in it, and in those below it, taken from `folder`."""
        changed: dict[str, Any] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Path):
                changed[name] = folder / value.expanduser()
            elif isinstance(value, Section):
                changed[name] = value.from_folder(folder)
            elif isinstance(value, list) and value and isinstance(value[0], Section):
                changed[name] = [item.from_folder(folder) for item in value]
            elif isinstance(value, list) and value and isinstance(value[0], Path):
                changed[name] = [folder / item.expanduser() for item in value]
        copy = self.model_copy(update=changed | self.others_from_folder(folder))
        copy.__pydantic_fields_set__ = self.model_fields_set  # what the file names, not what was made absolute
        return copy

    def others_from_folder(self, folder: Path) -> dict[str, Any]:
        """Give the fields that hold a path in a way of their own, with it taken from `folder`."""
        return {}


def shown(value: object) -> str:
    """Show a value from the file in a mistake: a text as TOML writes it and not too long, a table by its name."""
    if isinstance(value, str):
        short = value if len(value) <= 80 else f"{value[:80]}..."
        return json.dumps(short, ensure_ascii=not short.isprintable())
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return str(value) if not isinstance(value, int) or abs(value) < 1 << 64 else "a very long number"
