"""The settings files in docs/examples, and what the virtual host that started it all makes of the same visits."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner import settings
from limner.policy import Policy, Visit, check

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SEED = Policy(settings.load(EXAMPLES / "seed.toml").policy)
PAGE = (EXAMPLES.parent / "policy.md").read_text("utf-8")
CONTRACT = settings.load(EXAMPLES / "contract.toml")

# RewriteCond %{HTTP_COOKIE} !... [NC] and RewriteCond %{REMOTE_ADDR} !...: Apache redirects when none is found.
COOKIE_CONDITIONS = ["LtpaToken2=.*$", "LtpaToken=.*$", "STPluginActivePage=stMeetingroom"]
ADDRESS_CONDITIONS = [
    r"^192\.0\.2\.([0-9]|[1-9][0-9]|1([0-1][0-9])|1(2[0-7]))$",
    r"^198\.51\.100\.([0-9]|[1-9][0-9]|1([0-9][0-9])|2([0-4][0-9]|5[0-5]))$",
    r"^203\.0\.113\.(6[4-9]|[7-9][0-9]|1([0-1][0-9]|2[0-7]))$",
    r"^192\.0\.2\.200$",
]


def apache_allows(address: str, cookie_header: str) -> bool:
    return any(re.search(pattern, cookie_header, re.IGNORECASE) for pattern in COOKIE_CONDITIONS) or any(
        re.search(pattern, address) for pattern in ADDRESS_CONDITIONS
    )


def limner_allows(address: str, cookie_header: str) -> bool:
    headers = [(b"cookie", cookie_header.encode())] if cookie_header else []
    return SEED.decide(Visit(address, headers)).allowed


prefixes = st.sampled_from(["192.0.2", "192.0.3", "198.51.100", "198.51.1", "203.0.113", "203.0.11", "10.0.0"])
addresses = st.builds(
    "{}.{}".format, prefixes, st.integers(0, 255) | st.sampled_from([63, 64, 127, 128, 199, 200, 201])
)

token = st.text("abcdefgh0123456789+/=", max_size=12)
tame_cookies = st.one_of(
    st.builds("LtpaToken2={}".format, token),
    st.builds("LtpaToken={}".format, token),
    st.sampled_from(["STPluginActivePage=stMeetingroom", "STPluginActivePage=stHome", "LtpaToken3=x", "LtpaToken"]),
    st.builds("theme={}".format, token),
)
wild_cookies = tame_cookies | st.one_of(
    st.sampled_from(
        [
            *("ltpatoken=x", "XLtpaToken=x", "stpluginactivepage=stMeetingroom", "STPluginActivePage=stMeetingroom2"),
            *(
                "theme=LtpaToken=x",
                "LtpaToken =x",
                "LtpaToken2 = x",
                "=LtpaToken2=x",
                "STPluginActivePage=STMEETINGROOM",
            ),
        ]
    ),
    st.text("LtpaToken2=; x", max_size=20),
)


def headers(cookies: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(cookies, max_size=4).map("; ".join)


@given(addresses, headers(tame_cookies))
def test_the_seeds_virtual_host_and_its_settings_file_agree(address: str, cookie_header: str) -> None:
    """On every address, and on cookies whose names are spelt as they are meant."""
    assert limner_allows(address, cookie_header) == apache_allows(address, cookie_header)


@pytest.mark.parametrize(
    "cookie_header",
    [
        "ltpatoken=x",  # [NC]: Apache takes a name in any case; names of cookies differ by case
        "STPluginActivePage=STMEETINGROOM",  # the same for the value
        "XLtpaToken=x",  # no anchor: the name may have anything before it
        "theme=LtpaToken=x",  # no anchor: it may stand in another cookie's value
        "STPluginActivePage=stMeetingroom2",  # no anchor: the value may have anything behind it
        "=LtpaToken=x",  # no anchor: a cookie without a name
    ],
)
def test_where_the_settings_file_is_stricter(cookie_header: str) -> None:
    assert apache_allows("10.0.0.1", cookie_header)
    assert not limner_allows("10.0.0.1", cookie_header)


def test_where_white_space_makes_the_settings_file_more_exact() -> None:
    """RFC 6265 lets white space stand around a name; the regex does not find it. No client writes it."""
    assert limner_allows("10.0.0.1", "LtpaToken =x")
    assert not apache_allows("10.0.0.1", "LtpaToken =x")


@given(addresses, headers(wild_cookies))
def test_whatever_is_sent_the_settings_file_lets_in_nobody_whom_apache_would_not(address: str, cookies: str) -> None:
    tidy = re.sub(r"\s*=\s*", "=", cookies)
    assert apache_allows(address, tidy) or not limner_allows(address, cookies)


def test_the_seeds_rules_are_named_as_forgeable_and_nothing_else_is_wrong() -> None:
    found = check(settings.load(EXAMPLES / "seed.toml").policy)
    assert [(each.severity, each.rule) for each in found] == [("warning", "signed in, or in a meeting room")]


@pytest.mark.parametrize(
    ("visit", "rule"),
    [
        (Visit("10.1.2.3"), "offices"),
        (Visit("2001:db8::1"), "offices"),
        (Visit("192.0.2.1"), None),
        (Visit("127.0.0.1", [(b"x-forwarded-for", b"10.1.2.3")]), "offices"),
        (Visit("127.0.0.1", [(b"x-forwarded-for", b"10.1.2.3, 192.0.2.1")]), None),
        (Visit("192.0.2.1", [(b"x-forwarded-for", b"10.1.2.3")]), None),
        (Visit("127.0.0.1"), None),
        (Visit("192.0.2.1", [(b"cookie", b"theme=dark; LtpaToken2=x")]), "the seed's cookies"),
        (Visit("192.0.2.1", [(b"cookie", b"STPluginActivePage=stMeetingroom")]), "the seed's cookies"),
        (Visit("192.0.2.1", [(b"cookie", b"STPluginActivePage=stHome")]), None),
    ],
)
def test_the_contract_file_lets_in_whom_it_should(visit: Visit, rule: str | None) -> None:
    verdict = Policy(CONTRACT.policy).decide(visit)
    assert (verdict.allowed, verdict.rule) == (rule is not None, rule)


def test_the_page_shows_the_seeds_settings_and_its_virtual_host_as_they_are() -> None:
    (block,) = (text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "Sametime Proxy" in text)
    example = tomllib.loads((EXAMPLES / "seed.toml").read_text("utf-8"))
    assert tomllib.loads(block)["policy"] == example["policy"]
    shown = re.findall(r"^RewriteCond \S+ !(\S+)", PAGE, re.MULTILINE)
    assert shown == COOKIE_CONDITIONS + ADDRESS_CONDITIONS


def test_the_page_shows_an_explanation_as_it_is() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    shown, real = json.loads(block), SEED.explain(Visit("203.0.113.9", [(b"cookie", b"LtpaToken=x")])).as_dict()
    assert shown | {"rules": None} == real | {"rules": None}
    assert [rule for rule in real["rules"] if rule in shown["rules"]] == shown["rules"] != []


def test_the_page_shows_the_finding_as_it_is() -> None:
    (found,) = check(settings.load(EXAMPLES / "seed.toml").policy)
    words = " ".join(PAGE.split())
    assert f"message {found.message}" in words
    assert f"fix {found.fix}" in words


@pytest.mark.parametrize(
    ("cookie_header", "apache", "limner"),
    [
        (sent, apache == "in", limner == "in")
        for sent, apache, limner in re.findall(r"^\| `(.*=.*)` \| (in|out) \| (in|out) \|", PAGE, re.MULTILINE)
    ],
)
def test_the_differences_on_the_page_are_real(cookie_header: str, apache: bool, limner: bool) -> None:
    assert (apache_allows("10.0.0.1", cookie_header), limner_allows("10.0.0.1", cookie_header)) == (apache, limner)
