"""`[[publish]]` with `kind = "photo-url"`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from limner.settings.directory import Attribute
from limner.settings.publish.write_back import WriteBack
from limner.settings.template import check_template
from limner.settings.values import Name


class PhotoUrl(WriteBack):
    """`[[publish]]` with `kind = "photo-url"`: the address of everybody's photo, in an attribute of their entry."""

    kind: Literal["photo-url"] = Field(description='"photo-url".')
    template: Name = Field(
        max_length=2000,
        description="The address, with `{mail}`, `{uid}`, `{key}`, `{md5}` or `{sha256}` in it: "
        '"http://photos.example.com/photos/{mail}.jpg".',
    )
    attribute: Attribute = Field(
        default="photoURL",
        description="The attribute that the address is written to; it must be one that the people's object classes "
        "allow.",
    )

    @field_validator("template")
    @classmethod
    def _is_template(cls, value: str) -> str:
        return check_template(value)
