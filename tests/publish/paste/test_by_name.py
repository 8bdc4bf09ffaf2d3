from __future__ import annotations

from xml.etree import ElementTree

from limner.publish.paste import Site
from limner.publish.paste.by_name import DISCOURSE, JABBER, ROCKET_CHAT

SITE = Site("https://photos.acme.example", "photoURL")


def test_jabbers_elements_are_well_formed_and_its_token_is_in_its_address() -> None:
    read = ElementTree.fromstring(f"<Directory>{JABBER.fill(SITE)[0].text}</Directory>")
    assert read.findtext("PhotoUriSubstitutionToken", "") in read.findtext("PhotoUriWithToken", "")


def test_placeholders_are_left_for_the_tool_to_fill() -> None:
    assert ROCKET_CHAT.fill(SITE)[0].text == "https://photos.acme.example/uid/{username}.jpg"
    assert DISCOURSE.fill(SITE)[0].text == "https://photos.acme.example/uid/{username}.jpg?s={size}"
