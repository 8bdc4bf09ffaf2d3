from __future__ import annotations

from xml.etree import ElementTree

from limner.publish.paste import Site
from limner.publish.paste.sametime import SAMETIME_9, SAMETIME_12
from limner.publish.paste.user_info import check

PLAIN = Site("http://photos.acme.example", "labeledURI")
SECURE = Site("https://photos.acme.example", "labeledURI")


def named(tool, site, name):
    return next(each for each in tool.fill(site) if each.name == name)


def test_what_is_pasted_into_the_business_card_is_what_the_check_asks_for() -> None:
    """The details and the sets are well-formed XML, and a file with them lacks nothing."""
    lines = named(SAMETIME_9, PLAIN, "business-card").text.splitlines()
    details = [line for line in lines if line.startswith("<Detail ")]
    sets = [line for line in lines if line.startswith("<Set ")]
    text = (
        f'<UserInformation><Resources><Storage type="LDAP"><Details>{"".join(details)}</Details></Storage></Resources>'
        f"<ParamsSets>{''.join(sets)}</ParamsSets></UserInformation>"
    )
    assert len(ElementTree.fromstring(text).findall(".//Detail")) == 2
    assert all(each.note for each in check(text.encode(), "labeledURI"))


def test_https_is_warned_of_where_one_address_serves_all_clients() -> None:
    def warned(site: Site) -> bool:
        return any("must be http, not https" in note for note in named(SAMETIME_12, site, "business-card").notes)

    assert warned(SECURE)
    assert not warned(PLAIN)


def test_the_proxy_needs_a_trust_store_for_https_only() -> None:
    def told(site: Site) -> bool:
        return any("trust store" in note for note in named(SAMETIME_9, site, "proxy").notes)

    assert told(SECURE)
    assert not told(PLAIN)


def test_what_is_not_known_is_said_and_not_made_up() -> None:
    proxy, meetings = named(SAMETIME_9, PLAIN, "proxy"), named(SAMETIME_9, PLAIN, "meetings")
    assert proxy.text == ""
    assert "the exact XML of the element proxyServerURL" in proxy.unknown
    assert "<USER>" in meetings.text
    assert meetings.unknown == ("the literal placeholder for the user in userInfoUrlTemplate",)
