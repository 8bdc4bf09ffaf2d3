"""`library = "postgresql://..."`, `pictures` and `[shared]`: a library that many machines share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BeforeValidator, Field, model_validator

from limner.settings.section import Section, shown
from limner.settings.values import BREAK, File, HttpUrl, Name, path

IN_DATABASE = "postgresql"
"""The value of `pictures` that keeps them in the database itself."""

_STORES = ("s3", "azure", "gs", "file")
_SCHEMES = ("postgresql", "postgres")


def library_place(value: object) -> Path | str:
    """Take a folder, or the address of a PostgreSQL database without a password in it. Raises ValueError."""
    if not isinstance(value, str) or value.partition("://")[0] not in _SCHEMES:
        return path(value)
    if BREAK.search(value) or len(value) > 2000:
        raise ValueError(f'{shown(value)} is not an address, such as "postgresql://limner@db.example.com/limner"')
    parts = urlsplit(value)
    if ":" in parts.netloc.rpartition("@")[0] or {"password", "sslpassword"} & dict(parse_qsl(parts.query)).keys():
        raise ValueError("the address of a library must not hold a password: [shared] names its file or variable")
    if not parts.path.strip("/"):
        raise ValueError(f"{shown(value)} names no database: postgresql://user@host/database")
    return value


def pictures_place(value: object) -> str:
    """Take a place for pictures, without a key in it. Raises ValueError."""
    if isinstance(value, str) and value in ("", IN_DATABASE):
        return value
    if isinstance(value, str) and len(value) <= 1000 and not BREAK.search(value):
        parts = urlsplit(value)
        place = unquote(parts.path) if parts.scheme == "file" else parts.netloc
        plain = not (parts.query or parts.fragment or "@" in parts.netloc or ".." in parts.path.split("/"))
        if (
            parts.scheme in _STORES
            and plain
            and re.search("[^/]", place)
            and (parts.scheme != "file" or not parts.netloc)
        ):
            return value
    told = "what stands there" if "@" in str(value) else shown(value)  # a key may stand before the @
    raise ValueError(
        f'{told} is no place for pictures; write "s3://bucket/prefix", "azure://account/container/prefix", '
        '"gs://bucket/prefix", "file:///folder" or "postgresql"'
    )


LibraryPlace = Annotated[Path | str, BeforeValidator(library_place)]
PicturesPlace = Annotated[str, BeforeValidator(pictures_place)]


class Shared(Section):
    """`[shared]`: how to get at a library in PostgreSQL, and at its pictures."""

    password_file: File | None = Field(
        default=None, description="File whose first line is the database's password. libpq's own ways work as well."
    )
    password_env: Name = Field(default="", description="Variable of the environment that holds it instead.")
    endpoint: HttpUrl | None = Field(
        default=None,
        description="Address of an S3-compatible store that is not Amazon's, such as "
        '"https://s3.example.com:9000". An http address is for this machine or a network of your own.',
    )
    region: Name = Field(default="", description="The store's region; most that are not Amazon's take any.")
    wait_seconds: float = Field(
        default=5, ge=0.5, le=120, description="Seconds within which the database has to take a connection."
    )

    work: bool = Field(
        default=False,
        description="Whether `limner serve` makes pictures for syncs on other machines too, as `limner work` does, "
        "with `sync.workers` processes of low priority.",
    )

    @model_validator(mode="after")
    def _one_password(self) -> Shared:
        if self.password_file is not None and self.password_env:
            raise ValueError("write `password_file` or `password_env`, not both")
        return self


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """Where a shared library is: the database's address, where its pictures are, and how to get at both."""

    url: str
    pictures: str
    access: Shared
