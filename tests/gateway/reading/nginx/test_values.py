"""The values of nginx's variables."""

import pytest

from limner.gateway.reading import nginx
from limner.gateway.reading.expression import From, NotReadError, Unknown, leaves
from limner.policy.networks import Networks


def lets_in(text, asked="$a"):
    return nginx.read(f"{text}\nserver {{ if ({asked}) {{ return 204; }} return 403; }}", "f").lets_in


def nets(*texts):
    return From(Networks(texts))


def test_the_most_specific_network_of_a_geo_counts():
    assert lets_in("geo $a { 10.1.0.0/16 0; 10.0.0.0/15 1; 10.1.2.0/24 1; }") == nets("10.0.0.0/16", "10.1.2.0/24")


def test_a_map_of_maps():
    text = "geo $x { default 0; 10.0.0.0/8 1; } geo $y { default 0; 10.1.0.0/16 1; }"
    assert lets_in(text + ' map "$x$y" $a { 10 1; }') == From(Networks(["10.0.0.0/8"]) - Networks(["10.1.0.0/16"]))
    assert lets_in(text + ' map "$y$x" $a { default 0; ~1 1; }') == nets("10.0.0.0/8")


def test_set_under_a_condition():
    text = "geo $x { default 0; 10.0.0.0/8 1; } server { set $a 0; if ($x) { set $a 1; } if ($a = 0) { return 403; } }"
    assert nginx.read(text, "f").lets_in == nets("10.0.0.0/8")


@pytest.mark.parametrize("text", ["", "map $uri $a { /x 1; }", "map $a $a { 1 1; }", "map $cookie_k $a { 1 1; }"])
def test_what_is_not_known_is_unknown(text):
    assert any(isinstance(leaf, Unknown) for leaf in leaves(lets_in(text)))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("geo $a { 10.0.0.0/8 1; 10.0.0.0/8 0; }", "has two values"),
        ("geo $a { ranges; 10.0.0.0-10.0.0.9 1; }", "is not understood"),
        ("geo $a { 10.0.0.0/99 1; }", "is not a network"),
        ("geo $http_x $a { 10.0.0.0/8 1; }", "address of another variable"),
        ("map $http_cookie $a { include x; }", "is not understood"),
        ("map $http_cookie $a { ~x $unknown; }", "the value .unknown"),
    ],
)
def test_what_is_not_understood_is_named(text, what):
    with pytest.raises(NotReadError, match=what):
        lets_in(text)
