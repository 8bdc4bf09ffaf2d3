"""How `kind` chooses what a `[[source]]` table is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from limner.settings.section import Section

SCHEDULE = Field(
    default=None,
    description='When `limner serve` syncs this source by itself, if not by `[sync] schedule`; `""`: never.',
)
"""The setting `schedule`, which every kind has."""


def kind_of(section: type[Section]) -> str | None:
    """Give the `kind` of a section that is one of several kinds, None for any other section."""
    field = section.model_fields.get("kind")
    return str(get_args(field.annotation)[0]) if field is not None else None


@dataclass(frozen=True)
class ByKind:
    """The annotation of a union of sections, of which a table's `kind` chooses one."""

    sections: tuple[type[Section], ...]

    def __init__(self, *sections: type[Section]) -> None:
        object.__setattr__(self, "sections", sections)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Write the choice as pydantic has it; the tags stand in braces, as everything that is not a place does."""
        return core_schema.tagged_union_schema(
            {f"{{{kind_of(section)}}}": handler.generate_schema(section) for section in self.sections}, _tag
        )


def kind_in(table: object) -> object:
    """Give the `kind` that a table of the file, or a section made of one, says; None if it says none."""
    return table.get("kind") if isinstance(table, Mapping) else getattr(table, "kind", None)


def _tag(table: object) -> str | None:
    kind = kind_in(table)
    return None if kind is None else f"{{{kind}}}"
