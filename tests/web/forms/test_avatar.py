"""The Gravatar and Libravatar form."""

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner import people, settings
from limner.web.forms import avatar
from limner.web.target import parse

ALLOWED = '[serve]\ndefault_urls = ["https://img.example.com/faces/", "https://one.example/a.png"]\n'


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    loaded = settings.parse(ALLOWED.encode(), tmp_path_factory.mktemp("x") / "limner.toml")
    form = avatar.reader(loaded)
    return lambda target: form(parse(target.encode()))


MAIL = "jane@example.com"
MD5 = hashlib.md5(MAIL.encode()).hexdigest()
SHA256 = hashlib.sha256(MAIL.encode()).hexdigest()


@pytest.mark.parametrize("suffix", ["", ".jpg", ".PNG", ".webp"])
@pytest.mark.parametrize("digest", [MD5, MD5.upper(), SHA256, SHA256.upper()])
def test_a_hash_of_any_kind_and_case_leads_to_the_mails_key(read, digest, suffix):
    keys = people.Person.of(mails=[MAIL]).index_keys()
    (key,) = read(f"/avatar/{digest}{suffix}").keys
    assert key in keys


@pytest.mark.parametrize("text", ["", "x", MD5[:-1], SHA256 + "0", MD5[:-1] + "g"])
def test_what_is_no_hash_is_nobodys(read, text):
    assert read(f"/avatar/{text}").keys == ()


@pytest.mark.parametrize(
    ("query", "size"),
    [("", 80), ("?s=1", 1), ("?size=200", 200), ("?s=2048", 2048), ("?s=9999", 2048), ("?s=0", 80), ("?s=-1", 80),
     ("?s=abc", 80), ("?s=80x80", 80), ("?s=1&s=500", 1)],
)  # fmt: skip
def test_sizes(read, query, size):
    assert read(f"/avatar/{MD5}{query}").size == size


@pytest.mark.parametrize(
    ("asked", "given_"),
    [("404", "404"), ("mp", "silhouette"), ("mm", "silhouette"), ("MP", "silhouette"), ("initials", "initials"),
     ("identicon", "identicon"), ("blank", "blank"), ("robohash", "silhouette"), ("", "silhouette")],
)  # fmt: skip
def test_defaults(read, asked, given_):
    assert read(f"/avatar/{MD5}?d={asked}").missing == given_
    assert read(f"/avatar/{MD5}?default={asked}").missing == given_


@pytest.mark.parametrize(
    "url",
    ["https://img.example.com/faces/a.png", "https://img.example.com/faces/b/c.png?x=1", "https://one.example/a.png"],
)
def test_an_allowed_address_is_a_default(read, url):
    assert read(f"/avatar/{MD5}?d={quote(url, safe='')}").missing == url


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "http://img.example.com/faces/a", "https://img.example.com.evil.example/faces/a",
        "https://img.example.com@evil.example/faces/a", "https://a:b@img.example.com/faces/a", "//evil.example/",
        "https://img.example.com:444/faces/a", "https://img.example.com/faces/../x", "https://img.example.com/facesx",
        "https://img.example.com/faces/%2e%2e/x", "https://img.example.com\\@evil.example/faces/",
        "javascript:alert(1)",
        "https://img.example.com/faces/a\r\nX: y", "https://img.example.com/faces/a b", "https://one.example/a.png2",
        "https://[", "https://img.example.com:x/faces/a",
    ],
)  # fmt: skip
def test_any_other_address_is_not_redirected_to(url):
    loaded = settings.parse(ALLOWED.encode(), Path("limner.toml"))
    allowed = [avatar.urlsplit(entry) for entry in loaded.serve.default_urls]
    assert avatar._default(url, allowed) == "silhouette"


@given(st.text(max_size=60))
def test_whatever_is_asked_a_redirect_stays_below_what_is_allowed(text):
    allowed = [avatar.urlsplit("https://img.example.com/faces/")]
    for url in (text, "https://img.example.com" + text, "https://img.example.com/faces/" + text):
        found = avatar._default(url, allowed)
        assert found in avatar.DEFAULTS.values() or found.startswith("https://img.example.com/faces")


def test_force_default_and_rating(read):
    assert read(f"/avatar/{MD5}?f=y").forced
    assert read(f"/avatar/{MD5}?forcedefault=y").forced
    assert not read(f"/avatar/{MD5}?f=n&r=x").forced
