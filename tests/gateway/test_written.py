"""What is written decides as what was read; what cannot be written is said."""

import tomllib

import pytest

from limner.gateway import written
from limner.gateway.reading import apache
from limner.gateway.reading.expression import NotReadError


def imported(text, **options):
    reading = apache.read(f"RewriteEngine On\n{text}\nRewriteRule ^ - [F]\n", "httpd.conf")
    result = written.imported(reading, exact_cookies=options.get("exact", False))
    return result, tomllib.loads(written.toml(reading, result))["policy"]


def test_comments_name_the_rules():
    lines = [
        '# UK "and" more',
        "RewriteCond %{REMOTE_ADDR} !^10\\.1\\.",
        "# India",
        "RewriteCond %{REMOTE_ADDR} !^10\\.2\\.",
    ]
    _, policy = imported("\n".join(lines))
    assert [(rule["name"], rule["networks"]) for rule in policy["allow"]] == [
        ('UK "and" more', ["10.1.0.0/16"]),
        ("India", ["10.2.0.0/16"]),
    ]
    assert policy["otherwise"] == 403


def test_cookies_with_and_without_networks():
    _, policy = imported("RewriteCond %{HTTP_COOKIE} !(^|;\\s*)k=\nRewriteCond %{REMOTE_ADDR} !^10\\.1\\.")
    assert policy["allow"][1] == {"name": "a cookie", "cookie": ["k"]}
    _, policy = imported("RewriteCond %{HTTP_COOKIE} !(^|;\\s*)k= [OR]\nRewriteCond %{REMOTE_ADDR} !^10\\.1\\.")
    assert policy["allow"] == [{"name": "a cookie, from some addresses", "networks": ["10.1.0.0/16"], "cookie": ["k"]}]


def test_a_wider_test_is_only_narrowed_when_asked_to():
    text = "RewriteCond %{HTTP_COOKIE} !LtpaToken= [NC]"
    with pytest.raises(NotReadError, match=r"line 2: .* lets in, so 'xLtpaToken=x' too") as why:
        imported(text)
    assert why.value.hint == "--exact-cookies takes 'LtpaToken' in their place"
    result, policy = imported(text, exact=True)
    assert policy["allow"][0]["cookie"] == ["LtpaToken"]
    assert [each.cookie for each in result.narrowed] == ["LtpaToken"]


def test_what_is_closed_is_said_and_nothing_is_written_where_all_is():
    result, policy = imported("RewriteCond %{REMOTE_ADDR} !^10\\.1\\.\nRewriteCond %{HTTP_REFERER} !example")
    assert len(policy["allow"]) == 1
    assert "line 3" in result.closed[0]
    with pytest.raises(NotReadError, match="is not understood"):
        imported("RewriteCond %{HTTP_REFERER} !example")


def test_two_cookies_together_cannot_be_written():
    with pytest.raises(NotReadError, match="'j' and 'k' together"):
        imported("RewriteCond %{HTTP_COOKIE} !(^|;\\s*)k= [OR]\nRewriteCond %{HTTP_COOKIE} !(^|;\\s*)j=")
