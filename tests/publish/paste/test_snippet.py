from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import LimnerError
from limner.publish.paste import TOOLS, Site, tools_of
from limner.publish.paste.snippet import Strength
from limner.settings import Settings
from limner.settings.forms import Forms
from limner.web.forms import reader
from limner.web.target import parse

SITE = Site("https://photos.acme.example", "photoURL")
snippets = pytest.mark.parametrize(
    "snippet", [each for tool in TOOLS for each in tool.fill(SITE)], ids=lambda each: f"{each.tool}"
)
PLACEHOLDERS = {
    "%{hash}": "0" * 32,
    "%1$s": "0" * 32,
    "%{size}": "80",
    "%2$d": "80",
    "{username}": "jane",
    "{size}": "80",
    "${user}": "jane",
    "%%sAMAccountName%%": "jane",
    "<USER>": "jane@acme.example",
}


def test_a_site_is_an_origin_in_its_one_spelling() -> None:
    assert Site("HTTPS://Photos.Acme.example:443", "photoURL").origin == "https://photos.acme.example"
    assert Site("http://photos.acme.example:8080", "photoURL").host == "photos.acme.example:8080"


@pytest.mark.parametrize(
    "origin", ["", "photos.acme.example", "ftp://a.example", "https://a.example/x", "https://a.example'", "https://a b"]
)
def test_what_is_no_origin_is_refused_with_an_example(origin: str) -> None:
    with pytest.raises(LimnerError, match="address of the site") as refused:
        Site(origin, "photoURL")
    assert "https://photos.example.com" in (refused.value.hint or "")


@given(st.text())
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    """No character that means something in XML, in a shell, to Ruby or in an ini file gets in."""
    for make in (lambda: Site(f"https://a.example{text}", "photoURL"), lambda: Site("https://a.example", text)):
        try:
            site = make()
        except LimnerError:
            continue
        assert re.fullmatch(r"https://[a-z0-9_.:-]+", site.origin)
        assert re.fullmatch(r"[A-Za-z0-9-]+", site.attribute)


@snippets
def test_every_address_that_is_pasted_is_one_that_limner_answers(snippet) -> None:
    """The tool's placeholders filled in as the tool does it; the form is the one that the snippet names."""
    text = snippet.text
    for placeholder, value in PLACEHOLDERS.items():
        text = text.replace(placeholder, value)
    for url in re.findall(r"https://photos\.acme\.example(/[^\s'\"<]+)", text):
        if url.endswith("/avatar/"):
            url += "0" * 32  # the tool puts the hash behind it
        others = {form: {"enabled": False} for form in Forms.model_fields if form != snippet.form}
        settings = Settings.model_validate({"forms": others})
        ask = reader(settings)(parse(url.encode()))
        assert ask is not None, url


@snippets
def test_every_snippet_says_where_it_goes_and_how_sure_it_is(snippet) -> None:
    assert snippet.where
    assert snippet.source
    assert snippet.text or snippet.unknown, "nothing to paste needs its reason"
    if snippet.strength is Strength.UNCONFIRMED:
        assert snippet.unknown or "not confirmed" in snippet.source
    assert snippet.as_dict()["strength"] == snippet.strength.value


def test_tools_are_found_by_name_once_each_and_all_without_one() -> None:
    assert [tool.name for tool in tools_of(["gitea", "gitlab", "gitea"])] == ["gitea", "gitlab"]
    assert tools_of([]) == list(TOOLS)
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
    with pytest.raises(LimnerError, match="no tool 'gitlb'"):
        tools_of(["gitlb"])
