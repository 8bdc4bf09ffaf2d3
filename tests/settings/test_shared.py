"""Where a shared library is: what is taken, and what is a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner import settings
from limner.errors import SettingsError
from limner.settings import SharedPlace

DATABASE = 'library = "postgresql://limner@db1,db2/limner?target_session_attrs=any"\n'


def parse(text: str) -> settings.Settings:
    return settings.parse(text.encode(), Path("/etc/limner/limner.toml"))


def test_two_lines_make_a_library_shared() -> None:
    loaded = parse(DATABASE + 'pictures = "s3://photos/limner"')
    assert loaded.place == SharedPlace(str(loaded.library), "s3://photos/limner", loaded.shared)
    assert loaded.local == Path("/etc/limner/replica")
    assert parse(DATABASE).place.pictures == "postgresql"  # type: ignore[union-attr]


def test_a_folder_is_served_from_where_it_is() -> None:
    loaded = parse('library = "photos"')
    assert loaded.place == loaded.local == Path("/etc/limner/photos")


@pytest.mark.parametrize(
    "url", ["s3://b", "s3://b/p/q", "gs://b/p", "azure://account/container/p", "file:///srv/photos", "postgresql"]
)
def test_places_for_pictures(url: str) -> None:
    assert parse(DATABASE + f'pictures = "{url}"').pictures == url


@pytest.mark.parametrize(
    "text",
    [
        'library = "postgresql://limner:secret@db/limner"',
        'library = "postgresql://limner@db/limner?password=secret"',
        'library = "postgresql://limner@db"',
        'library = "postgresql://limner@db/x\\n"',
        "library = 5",
        'pictures = "s3://photos"',
        DATABASE + 'pictures = "ftp://photos"',
        DATABASE + 'pictures = "s3://key:secret@photos"',
        DATABASE + 'pictures = "s3://photos/../other"',
        DATABASE + 'pictures = "s3://photos?x=y"',
        DATABASE + 'pictures = "s3:///"',
        DATABASE + 'pictures = "file://host/folder"',
        DATABASE + 'pictures = "file:///"',
        DATABASE + '[shared]\npassword_file = "a"\npassword_env = "B"',
    ],
)
def test_what_is_no_place_is_a_mistake_that_tells_no_secret(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(text)
    assert "secret" not in caught.value.message.replace("a secret", "")
