"""The whole file as typed settings, and the tables in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import Field, model_validator

from limner.settings.forms import Forms
from limner.settings.log import Log
from limner.settings.passes import Passes
from limner.settings.policy import Policy
from limner.settings.section import Section
from limner.settings.serve import Serve
from limner.settings.sources import Source
from limner.settings.sync import Sync
from limner.settings.values import File, twice


class Settings(Section):
    """The whole file."""

    library: File = Field(default=Path("library"), description="The folder that holds the library.")
    serve: Serve = Field(default=Serve(), description="The door.")
    forms: Forms = Field(default=Forms(), description="The address forms.")
    log: Log = Field(default=Log(), description="Access log and audit trail.")
    source: list[Source] = Field(default=[], description="Where photos come from.")
    sync: Sync = Field(default=Sync(), description="How photos come in.")
    policy: Policy = Field(default=Policy(), description="Who may see.")
    passes: Passes = Field(default=Passes(), description="How meeting passes are issued, and what their links do.")

    @model_validator(mode="after")
    def _sources_differ(self) -> Settings:
        if doubled := twice(source.label for source in self.source):
            raise ValueError(f"two sources have the same name: {doubled}")
        return self


def tables(section: type[Section] | None = None, place: str = "") -> Iterator[tuple[str, type[Section]]]:
    """Yield every table of the file with its name, outer ones first: "", "serve", "serve.tls", "[source]", ..."""
    section = section or Settings
    yield place, section
    for name, field in section.named().items():
        inner = section_in(field.annotation)
        if inner is not None:
            path = f"{place.strip('[]')}.{name}".removeprefix(".")
            yield from tables(inner, f"[{path}]" if get_origin(field.annotation) is list else path)


def section_in(annotation: Any) -> type[Section] | None:
    """Give the section that a field holds: itself, in a list, or as a choice; None if it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(section_in, get_args(annotation))), None)
