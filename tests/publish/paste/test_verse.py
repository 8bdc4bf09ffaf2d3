from __future__ import annotations

from limner.publish.paste import Site
from limner.publish.paste.verse import VERSE


def test_the_photo_service_may_fetch_from_this_host_without_its_port() -> None:
    (snippet,) = VERSE.fill(Site("https://photos.acme.example:8443", "photoURL"))
    assert "resolvePhotoUrlDomains=photos.acme.example\n" in snippet.text + "\n"


def test_gravatar_is_not_turned_on() -> None:
    """It would always come first."""
    (snippet,) = VERSE.fill(Site("https://photos.acme.example", "photoURL"))
    assert "182" not in snippet.text
