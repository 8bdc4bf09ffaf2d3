"""nginx's dialect: words, long lists of rules, and where it listens."""

from hypothesis import given
from tests.gateway.export.words import hostile
from tests.gateway.servers import check

from limner import settings
from limner.gateway.export import Listen, Site, export, nginx


def read_word(text):
    """Read one word as nginx's ngx_conf_read_token does."""
    if not text.startswith('"'):
        assert not set(text) & set(" \t;{}\"'\\#$")
        return text
    out, at = "", 1
    while text[at] != '"':
        if text[at] == "\\" and text[at + 1] in "\"'\\":
            at += 1
        elif text[at] == "\\" and text[at + 1] in "trn":
            return None  # a control character
        out += text[at]
        at += 1
    assert at == len(text) - 1
    return out


@given(hostile)
def test_a_word_is_read_as_it_was_meant(text):
    assert read_word(nginx.quote(text)) == text


def test_many_rules_are_looked_at_in_several_maps(tmp_path):
    rules = [settings.Rule(name=f"rule {at}", networks=[f"10.{at}.0.0/16"]) for at in range(120)]
    text = export("nginx", settings.Settings(policy=settings.Policy(allow=rules)), Site(root="/srv"))
    assert '$limner_from_50" $limner_in_1 {' in text
    assert 'map "$limner_in_1$limner_in_2$limner_in_3" $limner_in {' in text
    check("nginx", tmp_path, text)


def test_it_listens_on_both_families_or_where_it_is_told():
    policy = settings.Settings()
    assert "listen 80;\n    listen [::]:80;\n" in export("nginx", policy, Site(root="/srv"))
    site = Site(name="photos.example.com", root="/srv", listen=(Listen("127.0.0.1", 81), Listen("[::1]", 82)))
    text = export("nginx", policy, site)
    assert "    listen 127.0.0.1:81;\n    listen [::1]:82;\n    server_name photos.example.com;\n" in text
