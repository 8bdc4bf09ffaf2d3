"""HAProxy's words and networks; what its exports decide is in test_kinds.py."""

import pytest

from limner.gateway.reading import haproxy
from limner.gateway.reading.expression import From, NotReadError, meaning_of
from limner.policy.networks import IPV4, Networks


def lets_in(text):
    return haproxy.read(f"frontend f\n  mode http\n{text}\n", "f").lets_in


def test_a_network_of_ipv4_holds_its_relatives():
    """The manual, 7.1.6; seen on 2.6."""
    said = lets_in("  acl in src 10.0.0.0/8\n  http-request deny unless in")
    assert said == From(Networks(["10.0.0.0/8", "2002:a00::/24", "::10.0.0.0/104"]))
    assert lets_in("  http-request deny unless { src ::/0 }") == From(~Networks() & (Networks(["::/0"]) | IPV4))


def test_words():
    said = lets_in("  acl in req.fhdr(cookie) -m reg -- '(^|; )k=' # it's\n  http-request deny if !in")
    assert meaning_of(said) == meaning_of(lets_in('  http-request deny unless { req.fhdr(cookie) -m reg "(^|; )k=" }'))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("  http-request tarpit", "line 3: http-request tarpit is not understood"),
        ("  use_backend x if y", "use_backend"),
        ("  bind :80 accept-proxy", "which proxies"),
        ("  http-request set-header Cookie x", "is not understood"),
        ("  acl a 'b", "is not closed"),
        ('  http-request deny if "$X"', "stands for is not known"),
        ("  http-request redirect prefix /x", "whether that refuses"),
        ("frontend g", "2 frontends"),
        ("backend b\n  http-request deny", "is not understood"),
    ],
)
def test_what_is_not_understood_is_named(text, what):
    with pytest.raises(NotReadError, match=what):
        lets_in(text)


def test_an_acl_that_is_not_known_has_no_meaning():
    with pytest.raises(NotReadError, match="line 3: http-request deny if x"):
        meaning_of(lets_in("  http-request deny if x"))
