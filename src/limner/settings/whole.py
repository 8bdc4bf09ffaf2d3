"""The whole file as typed settings, and the tables in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import Field, model_validator

from limner.settings.auth import Auth
from limner.settings.fetch import Fetch
from limner.settings.forms import Forms
from limner.settings.log import Log
from limner.settings.passes import Passes
from limner.settings.policy import Policy
from limner.settings.publish import Publish
from limner.settings.section import Section, shown
from limner.settings.serve import Serve
from limner.settings.sign_in import SignIn
from limner.settings.sources import Source, UrlSource
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
    publish: list[Publish] = Field(default=[], description="Where photos, or their addresses, are written to.")
    fetch: Fetch = Field(default=Fetch(), description="How other servers are asked over HTTP.")
    policy: Policy = Field(default=Policy(), description="Who may see.")
    auth: Auth = Field(default=Auth(), description="The forward-auth door, for other web servers.")
    sign_in: SignIn | None = Field(default=None, description="Signing in at an OpenID provider.")
    passes: Passes = Field(default=Passes(), description="How meeting passes are issued, and what their links do.")

    @model_validator(mode="after")
    def _sources_differ(self) -> Settings:
        if doubled := twice(source.label for source in self.source):
            raise ValueError(f"two sources have the same name: {doubled}")
        for source in self.source:
            others = {other.label for other in self.source if not (isinstance(other, UrlSource) and other.people)}
            if isinstance(source, UrlSource) and source.people and source.people not in others:
                raise ValueError(
                    f"source {shown(source.label)} takes the people of {shown(source.people)}, "
                    "but there is no such source"
                )
        return self

    @model_validator(mode="after")
    def _publishing_differs(self) -> Settings:
        if doubled := twice(table.label for table in self.publish):
            raise ValueError(f"two [[publish]] tables have the same name: {doubled}")
        return self

    @model_validator(mode="after")
    def _signs_in(self) -> Settings:
        if self.sign_in is None:
            if self.policy.otherwise == "sign-in":
                raise ValueError('`otherwise = "sign-in"` needs a table [sign_in]')
            for rule in self.policy.allow:
                if rule.session is not None:
                    raise ValueError(f"the rule {shown(rule.name)} asks for a `session`, which needs a table [sign_in]")
        return self


def tables(section: type[Section] | None = None, place: str = "") -> Iterator[tuple[str, type[Section]]]:
    """Yield every table of the file with its name, outer ones first: "", "serve", "serve.tls", "[source]", ...

    A table of several kinds comes once for each.
    """
    section = section or Settings
    yield place, section
    for name, field in section.named().items():
        for inner in sections_in(field.annotation):
            path = f"{place.strip('[]')}.{name}".removeprefix(".")
            yield from tables(inner, f"[{path}]" if get_origin(field.annotation) is list else path)


def sections_in(annotation: Any) -> list[type[Section]]:
    """Give the sections that a field may hold: itself, in a list, or as a choice."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return [annotation]
    return [section for inner in get_args(annotation) for section in sections_in(inner)]
