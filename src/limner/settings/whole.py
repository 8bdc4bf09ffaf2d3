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
from limner.settings.replica import Replica
from limner.settings.section import Section, shown
from limner.settings.serve import Serve
from limner.settings.shared import IN_DATABASE, LibraryPlace, PicturesPlace, Shared, SharedPlace
from limner.settings.sign_in import SignIn
from limner.settings.sources import Source, UrlSource
from limner.settings.sync import Sync
from limner.settings.values import twice


class Settings(Section):
    """The whole file."""

    library: LibraryPlace = Field(
        default=Path("library"),
        description="The folder that holds the library; or, for many machines, the address of a PostgreSQL database: "
        "postgresql://user@host/database, without a password. See docs/scale.md.",
    )
    pictures: PicturesPlace = Field(
        default="",
        description='Where a library in PostgreSQL has its pictures: "s3://bucket/prefix", '
        '"azure://account/container/prefix", "gs://bucket/prefix", "file:///folder"; "postgresql", or nothing, is the '
        "database itself.",
    )
    shared: Shared = Field(default=Shared(), description="How to get at a library in PostgreSQL, and at its pictures.")
    replica: Replica = Field(
        default=Replica(), description="The copy of a library in PostgreSQL from which this machine serves."
    )
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

    @model_validator(mode="after")
    def _pictures_fit(self) -> Settings:
        if self.pictures and isinstance(self.library, Path):
            raise ValueError('`pictures` is for a library in PostgreSQL: library = "postgresql://user@host/database"')
        return self

    @property
    def place(self) -> Path | SharedPlace:
        """Where the library is, as `limner.library.open_library` takes it."""
        if isinstance(self.library, Path):
            return self.library
        return SharedPlace(self.library, self.pictures or IN_DATABASE, self.shared)

    @property
    def local(self) -> Path:
        """The folder from which this machine serves: the library, or the replica of a shared one."""
        return self.library if isinstance(self.library, Path) else self.replica.folder


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
