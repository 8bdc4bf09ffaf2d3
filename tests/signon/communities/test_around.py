from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.communities.around import folder, know_before, policy, preferences
from limner.signon.communities.compose import KINDS, Move
from limner.signon.communities.vocabulary import DOMINO
from limner.signon.errors import SignonError

SSO = {"loginByToken": "true", "authType": DOMINO}


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://www.acme.example/updates", "http://www.acme.example/updates"),
        ("http://www.acme.example/updates/", "http://www.acme.example/updates"),
        ("https://www.acme.example/u/managed-community-configs.xml", "https://www.acme.example/u"),
    ],
)
def test_the_policy_names_a_folder(url: str, site: str) -> None:
    assert folder(url) == site


@pytest.mark.parametrize(
    "url", ["www.acme.example", "ftp://x/y", "http://", "http://x/a b", "http://x/a&b", "http://x/a?b", "http://x/#b",
            "http://[x", "http://user@x/y", "http://x/'a'", ""]
)  # fmt: skip
def test_folders_that_clients_cannot_use(url: str) -> None:
    with pytest.raises(SignonError) as caught:
        folder(url)
    assert caught.value.hint


def test_the_two_attributes_of_the_policy_are_xml() -> None:
    site, default = policy("http://x/y")
    for line, name, value in ((site, "im.2012", "http://x/y"), (default, "im.2019", "1")):
        element = ElementTree.fromstring(line.replace("<p:", "<"))
        assert (element.get("id"), element.get("current-value"), element.get("default-value")) == (name, value, value)
        assert element.get("label") == f"{name}.label"


def test_preferences_of_first_time_users() -> None:
    group = "com.ibm.collaboration.realtime.community"
    assert preferences(Move("reset", new="a.example", settings={**SSO, "port": "1516"})) == [
        f"{group}/host=a.example",
        f"{group}/port=1516",
        f"{group}/loginByToken=true",
        f"{group}/defaultAuthType=ST-DOMINO-SSO",
    ]
    assert preferences(Move("add", new="a.example")) == [
        f"{group}/altCommunityConfig.managedIds=a.example",
        f"{group}/altCommunityConfig.a.example.host=a.example",
    ]
    assert preferences(Move("delete", ("a.example",))) == []
    assert preferences(Move("update", ("a.example",), settings={"port": "1"})) == []


def said(move: Move) -> str:
    return "\n".join(know_before(move))


def test_what_to_know_before_fits_the_move() -> None:
    update = said(Move("update", ("a.example",), "b.example"))
    assert "still log in to the old community" in update
    assert "ST_COMMUNITY_ID" in update
    reset = said(Move("reset", new="b.example", settings=SSO))
    assert "limner signon server-name b.example" in reset
    assert "may decline" in reset
    assert "map the names" in reset
    assert "map the names" not in said(Move("reset", new="b.example"))
    assert "ST_COMMUNITY_ID" not in reset
    assert "reset people at every log-in" in said(Move("reset", new="b.example", anew=True))
    assert "server-name" not in said(Move("reset", new="b", settings={**SSO, "authServerUrl": "https://c"}))
    assert "only secondary" in said(Move("add", new="b.example"))


@given(st.text(max_size=60), st.sampled_from(KINDS))
def test_any_text(text: str, kind: str) -> None:
    try:
        assert folder(text).startswith(("http://", "https://"))
    except SignonError as why:
        assert why.hint  # noqa: PT017 - either is fine
    assert said(Move(kind, ("a",), text))
