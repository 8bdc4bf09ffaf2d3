"""Caddy's words and blocks; what its exports decide is in test_kinds.py."""

import pytest

from limner.gateway.reading import caddy
from limner.gateway.reading.expression import From, NotReadError, meaning_of
from limner.policy.networks import Networks

SITE = """
:80 {{
    {matcher}
    route {{
        handle @in {{
            file_server
        }}
        handle {{
            {others}
        }}
    }}
}}
"""
IN = "@in {\nremote_ip 10.1.0.0/16\n}"


def lets_in(matcher=IN, others="respond 403"):
    return caddy.read(SITE.format(matcher=matcher, others=others), "f").lets_in


def test_a_site():
    assert lets_in() == From(Networks(["10.1.0.0/16"]))
    assert lets_in("@in {\nremote_ip 10.0.0.0/8 # all\nnot remote_ip 10.1.0.0/16\n}") == From(
        Networks(["10.0.0.0/8"]) - Networks(["10.1.0.0/16"])
    )


def test_words():
    quoted = lets_in('@in {\nheader_regexp Cookie "(^|; )k\\\\."\n}')
    assert meaning_of(quoted) == meaning_of(lets_in("@in {\nheader_regexp Cookie `(^|; )k\\.`\n}"))


@pytest.mark.parametrize(
    ("matcher", "others", "what"),
    [
        (IN, "php_fastcgi x", "is not understood"),
        (IN, "redir {http.request.uri} 302", "is not understood"),
        ("basicauth {\nx y\n}\n" + IN, "respond 403", "basicauth"),
        (IN + "\n}", "respond 403", "closes nothing|route"),
        (IN, "", "does nothing"),
        ("@other {\nremote_ip 10.1.0.0/16\n}", "respond 403", "no matcher @in"),
        ('@in {\nheader_regexp Cookie "x\n}', "respond 403", "is not closed"),
    ],
)
def test_what_is_not_understood_is_named(matcher, others, what):
    with pytest.raises(NotReadError, match=what):
        lets_in(matcher, others)


@pytest.mark.parametrize("matcher", ["@in {\npath /x\n}", "@in {\nremote_ip private_ranges\n}"])
def test_a_matcher_that_is_not_known_has_no_meaning(matcher):
    with pytest.raises(NotReadError, match="is not understood"):
        meaning_of(lets_in(matcher))
