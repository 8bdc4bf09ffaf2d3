"""RewriteCond and RewriteRule: what is taken for a refusal, and what is named instead."""

import pytest
from tests.gateway.reading.apache.cases import nets, read

from limner.gateway.reading.expression import TRUE, NotReadError

ON = "RewriteEngine On\n"
SEED = "RewriteCond %{REMOTE_ADDR} !^10\\.1\\.\nRewriteRule ^(.*)$ "


@pytest.mark.parametrize("does", ["- [F]", "- [R=403]", "https://www.example.com/ [R,L]", "/no.jpg [L]", "- [G,L]"])
def test_refusals(does):
    assert read(ON + SEED + does).lets_in == nets("10.1.0.0/16")


def test_the_address_of_a_redirect():
    assert read(ON + SEED + "https://www.example.com/ [R=302,L]").redirect == "https://www.example.com/"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (SEED + "[R,L]", "redirects nobody"),
        (SEED + "https://%{HTTP_HOST}/$1 [R,L]", "whether that refuses them is not known"),
        (SEED + "- [F,S=1]", "the flags"),
        ("RewriteRule ^/private/ - [F]", "only for some paths"),
        ("RewriteCond %{REMOTE_ADDR} a b c d\nRewriteRule ^ - [F]", "is not read"),
        ("RewriteCond %{REMOTE_ADDR} ${map:x}\nRewriteRule ^ - [F]", "what .* stands for is not known"),
        ("RewriteCond %{REMOTE_ADDR} ^1 [XX]\nRewriteRule ^ - [F]", "the flags"),
    ],
)
def test_what_is_not_known_to_refuse_is_named(text, what):
    with pytest.raises(NotReadError, match=what) as why:
        read(ON + text)
    assert "httpd.conf, line " in why.value.message


def test_typographic_quotation_marks_are_called_so():
    with pytest.raises(NotReadError) as why:
        read(ON + "RewriteCond expr “-R ‘10.1.0.0/16‘” x y\nRewriteRule ^ - [F]")
    assert "“ is a typographic quotation mark" in why.value.hint


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (SEED + "- [F]", "no RewriteEngine On"),
        (ON + "RewriteCond %{REMOTE_ADDR} ^10", "no RewriteRule behind"),
        (ON + "RewriteCond %{REMOTE_ADDR} !^10\\. [OR]\nRewriteRule ^ - [L]", "[OR] at the last RewriteCond"),
    ],
)
def test_rules_that_do_nothing_are_remarked_on(text, what):
    reading = read(text)
    assert reading.lets_in == TRUE
    assert any(what in remark.message for remark in reading.remarks)
