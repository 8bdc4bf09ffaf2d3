"""`[[source]]` with `kind = "connections"`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from limner.settings.section import Section
from limner.settings.sources.kind import SCHEDULE
from limner.settings.values import File, HttpUrl, Name, Schedule


class ConnectionsSource(Section):
    """`[[source]]` with `kind = "connections"`: the Profiles of HCL Connections."""

    kind: Literal["connections"] = Field(description='"connections".')
    url: HttpUrl = Field(description='Where Profiles is: "https://connections.example.com/profiles".')
    name: Name = Field(default="", max_length=100, description="What reports call this source; its `url`, if not set.")
    user: Name = Field(default="", max_length=200, description="Who signs on (basic authentication).")
    password_file: File | None = Field(default=None, description="The file that holds the user's password.")
    password_env: Name = Field(default="", description="The environment variable that holds it instead.")
    cookie: Name = Field(
        default="",
        max_length=100,
        description="Name of a cookie that is sent instead, such as LtpaToken2; its value is in `password_file` or "
        "`password_env`.",
    )
    feed: Name = Field(
        default="/admin/atom/profiles.do",
        min_length=1,
        max_length=1000,
        description="The feed of people, below `url`. The one of the Administration API needs an administrator of "
        'Profiles; "/atom/search.do?organization=Acme" and the like do not.',
    )
    page: int = Field(default=100, ge=1, le=1000, description="People that are asked for at once (the feed's `ps`).")
    parallel: int = Field(default=4, ge=1, le=32, description="Photos that are fetched at once.")
    no_photo: list[File] = Field(
        default=[],
        description="Pictures that Connections shows for people without a photo, as files; they are nobody's photo. "
        "The one that it shows for people who do not exist is found out by itself.",
    )
    schedule: Schedule | None = SCHEDULE

    @model_validator(mode="after")
    def _one_way_in(self) -> ConnectionsSource:
        if self.password_file and self.password_env:
            raise ValueError("`password_file` and `password_env` both say where the password is; leave one out")
        if self.user and self.cookie:
            raise ValueError("`user` and `cookie` are two ways to sign on; leave one out")
        secret = bool(self.password_file or self.password_env)
        if secret != bool(self.user or self.cookie):
            raise ValueError(
                "who signs on, and with what? write `user` (or `cookie`) and `password_file` (or `password_env`)"
            )
        return self

    @property
    def label(self) -> str:
        """The source's name in reports and in the library."""
        return self.name or self.url
