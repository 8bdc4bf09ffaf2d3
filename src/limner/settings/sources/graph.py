"""`[[source]]` with `kind = "graph"`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from limner.settings.section import Section
from limner.settings.sources.kind import SCHEDULE
from limner.settings.values import File, HttpUrl, Name, Schedule


class GraphSource(Section):
    """`[[source]]` with `kind = "graph"`: the people of Microsoft Entra ID, by Microsoft Graph."""

    kind: Literal["graph"] = Field(description='"graph".')
    tenant: Name = Field(
        min_length=1,
        max_length=200,
        pattern=r"^[0-9A-Za-z.-]+$",
        description='The directory: its id, or one of its domains ("acme.onmicrosoft.com").',
    )
    client: Name = Field(min_length=1, max_length=100, description="The application (client) id of the registration.")
    name: Name = Field(default="", max_length=100, description="What reports call this source; its tenant, if not set.")
    secret_file: File | None = Field(default=None, description="The file that holds the application's client secret.")
    secret_env: Name = Field(default="", description="The environment variable that holds it instead.")
    certificate: File | None = Field(
        default=None,
        description="PEM file with the application's certificate and its private key, instead of a secret.",
    )
    cloud: Literal["global", "us-government", "us-government-dod", "china"] = Field(
        default="global", description="Which of Microsoft's clouds the directory is in."
    )
    graph_url: HttpUrl | None = Field(default=None, description="Where Graph is, if not where `cloud` says.")
    login_url: HttpUrl | None = Field(default=None, description="Where tokens come from, if not where `cloud` says.")
    filter: Name = Field(
        default="",
        max_length=2000,
        description="Who is taken, as OData: \"userType eq 'Member'\". With a filter there is no reading of changes.",
    )
    size: Literal[48, 64, 96, 120, 240, 360, 432, 504, 648] = Field(
        default=648, description="The size of photo that is asked for; where there is none of it, the next smaller one."
    )
    recheck_hours: float = Field(
        default=24,
        ge=0,
        le=24 * 7,
        description="Hours after which every photo is looked at again. In between only people who changed are looked "
        "at: Graph does not tell that a photo changed.",
    )
    parallel: int = Field(default=4, ge=1, le=32, description="Photos that are fetched at once.")
    schedule: Schedule | None = SCHEDULE

    @model_validator(mode="after")
    def _one_way_in(self) -> GraphSource:
        if sum(map(bool, (self.secret_file, self.secret_env, self.certificate))) != 1:
            raise ValueError("how does limner prove who it is? write one of `secret_file`, `secret_env`, `certificate`")
        return self

    @property
    def label(self) -> str:
        """The source's name in reports and in the library."""
        return self.name or self.tenant
