"""`[[publish]]` with `kind = "s3"`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from limner.settings.publish.files import Files
from limner.settings.section import shown
from limner.settings.values import File, HttpUrl, Name


def _bucket(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(
        r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]{0,500})?", value
    ):
        return value.rstrip("/")
    raise ValueError(f'{shown(value)} is no place in a store, such as "s3://bucket/photos"')


Bucket = Annotated[str, BeforeValidator(_bucket)]


class S3Files(Files):
    """`[[publish]]` with `kind = "s3"`: objects in a store that speaks S3."""

    kind: Literal["s3"] = Field(description='"s3".')
    url: Bucket = Field(description='Bucket and prefix: "s3://bucket/photos".')
    endpoint: HttpUrl | None = Field(
        default=None, description="The store's address, if it is not Amazon's. http: only in a network of your own."
    )
    region: Name = Field(default="us-east-1", description="The store's region; most that are not Amazon's take any.")
    access_key: Name = Field(
        default="", description="The access key's id; else what AWS_ACCESS_KEY_ID in the environment says."
    )
    secret_file: File | None = Field(
        default=None,
        description="File whose first line is the secret key; else AWS_SECRET_ACCESS_KEY in the environment.",
    )

    @model_validator(mode="after")
    def _whole_key(self) -> S3Files:
        if bool(self.access_key) != (self.secret_file is not None):
            raise ValueError("`access_key` and `secret_file` go together")
        return self

    @property
    def place(self) -> str:
        return self.url
