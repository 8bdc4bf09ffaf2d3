"""`[[publish]]` with `kind = "thumbnails"`."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from limner.settings import Thumbnails


def table(**settings: Any) -> Thumbnails:
    return Thumbnails(**{"kind": "thumbnails", "servers": "ldaps://dc1", "base": "dc=acme"} | settings)


@pytest.mark.parametrize(
    ("settings", "attribute"),
    [
        ({"directory": "ad"}, "thumbnailPhoto"),
        ({"directory": "openldap"}, "jpegPhoto"),
        ({}, "jpegPhoto"),
        ({"directory": "ad", "attribute": "jpegPhoto"}, "jpegPhoto"),
    ],
)
def test_each_directory_has_its_attribute(settings: dict[str, Any], attribute: str) -> None:
    assert table(**settings).written_to == attribute


def test_defaults_are_safe() -> None:
    assert (table().size, table().bytes, table().overwrite) == (96, 10_000, False)


def test_no_more_than_active_directory_takes() -> None:
    assert table(directory="ad", bytes=102_400).bytes == 102_400
    assert table(directory="ad", attribute="jpegPhoto", bytes=102_401).bytes == 102_401
    for settings in ({"directory": "ad"}, {"attribute": "ThumbnailPhoto"}):
        with pytest.raises(ValidationError, match="thumbnailPhoto holds at most 102400"):
            table(bytes=102_401, **settings)
