"""`[[publish]]` with `kind = "thumbnails"`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from limner.settings.directory import Attribute
from limner.settings.publish.write_back import WriteBack

THUMBNAIL_BYTES = 102_400
"""What Active Directory's thumbnailPhoto holds at most: its rangeUpper (MS-ADA3 2.307)."""


class Thumbnails(WriteBack):
    """`[[publish]]` with `kind = "thumbnails"`: photos, for the people of a directory who have none there."""

    kind: Literal["thumbnails"] = Field(description='"thumbnails".')
    attribute: Attribute | None = Field(
        default=None,
        description="The attribute that photos are written to; if not set, `thumbnailPhoto` in Active Directory, "
        "`jpegPhoto` elsewhere.",
    )
    size: int = Field(
        default=96,
        ge=48,
        le=648,
        description="Pixels of a side, at most. 96 pixels and 10 KB are what Exchange recommends for Active Directory.",
    )
    bytes: int = Field(
        default=10_000,
        ge=1000,
        le=1_000_000,
        description="Bytes of a photo, at most; a smaller size is taken where one is too heavy. `thumbnailPhoto` of "
        "Active Directory holds 102,400.",
    )
    overwrite: bool = Field(
        default=False, description="Also replace photos that are there already and differ from the library's."
    )

    @model_validator(mode="after")
    def _fits(self) -> Thumbnails:
        if self.written_to.lower() == "thumbnailphoto" and self.bytes > THUMBNAIL_BYTES:
            raise ValueError(f"`bytes`: thumbnailPhoto holds at most {THUMBNAIL_BYTES}")
        return self

    @property
    def written_to(self) -> str:
        """The attribute that photos are written to."""
        return self.attribute or ("thumbnailPhoto" if self.directory == "ad" else "jpegPhoto")
