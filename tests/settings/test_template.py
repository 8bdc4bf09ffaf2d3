"""Templates of addresses: one place at least, and a host that nobody's name can change."""

from __future__ import annotations

import pytest

from limner.settings.template import PLACES, check_template


@pytest.mark.parametrize("place", PLACES)
def test_each_place_will_do(place: str) -> None:
    assert check_template(f"https://p.example/{{{place}}}.jpg")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("ftp://p.example/{mail}", "not an http or https address"),
        ("https:///{mail}", "not an http or https address"),
        ("https://user@p.example/{mail}", "not an http or https address"),
        ("https://p.example/{mail} x", "not an http or https address"),
        ("https://{mail}.example/", "the host of a template is fixed"),
        ("https://p.example/photo.jpg", "needs one of {mail}, {uid}, {key}, {md5}, {sha256}"),
        ("https://p.example/{mail}/{name}", "needs one of"),
        ("https://p.example/{mail}{", "needs one of"),
    ],
)
def test_what_is_none_is_called_so(template: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("{", r"\{")):
        check_template(template)
