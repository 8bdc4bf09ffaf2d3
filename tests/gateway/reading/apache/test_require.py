"""`Require` and its containers."""

import pytest
from tests.gateway.reading.apache.cases import inside, nets

from limner.gateway.reading.expression import FALSE, TRUE, NotReadError, both, closed, leaves, no

TEN = nets("10.0.0.0/8")
NONE_OF_TEN = "<RequireNone>\nRequire ip 10\n</RequireNone>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Require all granted", TRUE),
        ("Require all denied", FALSE),
        ("Require ip 10.1 192.0.2.0/24\nRequire ip 10.2", nets("10.1.0.0/16", "10.2.0.0/16", "192.0.2.0/24")),
        (
            "<RequireAll>\nRequire ip 10\nRequire not ip 10.1\n</RequireAll>",
            both(nets("10.0.0.0/8"), no(nets("10.1.0.0/16"))),
        ),
        (
            "<RequireAll>\nRequire all granted\n<RequireNone>\nRequire ip 10\n</RequireNone>\n</RequireAll>",
            no(nets("10.0.0.0/8")),
        ),
        ("Require expr \"-R '10.1.0.0/16'\"", nets("10.1.0.0/16")),
        ("Require expr -R '10.1.0.0/16'", nets("10.1.0.0/16")),
    ],
)
def test_who_is_let_in(text, says):
    assert inside(text) == says


def test_what_is_not_understood_lets_nobody_in():
    said = inside("Require ip 10.1\nRequire valid-user\nRequire host example.com")
    assert closed(said) == nets("10.1.0.0/16")
    assert "line 3: require valid-user" in str(list(leaves(said)))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Require not ip 10.1", "does nothing outside"),
        ("<RequireAll>\nRequire not ip 10.1\n</RequireAll>", "only negative"),
        ("Require ip 10\n<RequireAny>\n</RequireAny>", "is empty"),
        ("<RequireAll>\nAllow from all\n</RequireAll>", "cannot stand in"),
    ],
)
def test_what_httpd_does_not_take_either_is_named(text, what):
    with pytest.raises(NotReadError, match=what):
        inside(text)
