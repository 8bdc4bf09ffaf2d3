"""What Apache's dialects share: words, redirects, the virtual host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.export.words import hostile

from limner import settings
from limner.gateway.export import ExportError, Listen, Site, apache, export
from limner.policy.networks import Networks


def read_word(text):
    """Read one word as Apache's ap_getword_conf does."""
    if not text.startswith('"'):
        assert not set(text) & set(" \t\"'\\<>#")
        return text
    out, at = "", 1
    while text[at] != '"':
        if text[at] == "\\" and text[at + 1] in '"\\':
            at += 1
        out += text[at]
        at += 1
    assert at == len(text) - 1
    return out


@given(hostile | st.text('\\"x', max_size=8))
def test_a_word_is_read_as_it_was_meant(text):
    assert read_word(apache.quote(text)) == text


def test_what_apache_would_read_into_a_redirect_is_refused():
    policy = settings.Policy.model_validate({"otherwise": {"redirect": "https://www.example.com/$1"}})
    for target in ("apache22", "apache24"):
        with pytest.raises(ExportError, match=r"leave \$1 out of the redirect"):
            export(target, settings.Settings(policy=policy), Site(root="/srv"))


@pytest.mark.parametrize("target", ["apache22", "apache24"])
def test_it_listens_where_it_is_told_and_gives_out_what_limner_gives(target):
    site = Site(
        name="photos.example.com", limner="http://127.0.0.1:8080", listen=(Listen("*", 81), Listen("[::1]", 82))
    )
    text = export(target, settings.Settings(), site)
    assert "Listen 81\nListen [::1]:82\n<VirtualHost *:81 [::1]:82>\n    ServerName photos.example.com\n" in text
    assert "    ProxyPass / http://127.0.0.1:8080/\n    ProxyPassReverse / http://127.0.0.1:8080/\n" in text
    assert "Listen" not in export(target, settings.Settings(), Site(root="/srv"))  # it has port 80 already


def test_no_network_is_as_wide_as_apache_refuses_it():
    everything = Networks(["0.0.0.0/0", "::/0"])
    cut = list(apache.cidrs(everything))
    assert Networks(cut) == everything
    assert not [text for text in cut if text.endswith("/0")]
