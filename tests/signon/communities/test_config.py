from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.communities import check, evidence, parse_config, read_config, recognise, simulate
from limner.signon.communities.simulate import Client, Member
from signon.conftest import Put, dxl

from .samples import CONSOLIDATION, SAMPLE, community, files, read, wrap


def test_hcls_sample_is_read() -> None:
    config = read(SAMPLE)
    first, second, third = config.communities
    assert (first.id, first.host, first.line) == ("sales.usma.example.com", "sales.usma.example.com", 3)
    assert first.attributes["connectionType"] == "reverse-proxy"  # of the element within
    assert second.new_host == "sametimenew.example.com"
    assert third.new_host is None
    assert [(each.type, each.id, each.line) for each in config.actions][2] == ("add", "sametimenew.example.com", 11)
    assert config.of(config.actions[0]) == first


def test_overlapping_may_be_said_in_two_places() -> None:
    assert read(CONSOLIDATION).deletes_overlapping
    assert read(wrap(community("a", 'deleteOverlappingCommunities="true"'))).deletes_overlapping
    assert not read(SAMPLE).deletes_overlapping


def test_what_stands_before_the_damage_is_read(put: Put) -> None:
    config = read_config(put("m.xml", SAMPLE[:500]))
    assert config.broken is not None
    assert len(config.communities) == 2


def test_the_attributes_of_a_community_win_over_its_connection() -> None:
    row = '<managed-community id="a" host="a" port="1"><connection port="2" proxyPort="3"/></managed-community>'
    (only,) = read(wrap(row)).communities
    assert (only.attributes["port"], only.attributes["proxyPort"]) == ("1", "3")


def test_a_flood_of_elements_is_cut_and_said() -> None:
    config = read(wrap(*["<a/>"] * 6000))
    assert config.cut
    assert len(config.elements) == 5000


@pytest.mark.parametrize(
    ("head", "name", "is_one"),
    [
        (SAMPLE.encode(), "x", True),
        (b"\xef\xbb\xbf" + SAMPLE.encode(), "x", True),
        (SAMPLE.encode("utf-16"), "x", True),
        (dxl(), "x.xml", False),
        (b"<ManagedSettings/>", "managed-settings.xml", False),
    ],
)
def test_it_is_recognised(head: bytes, name: str, is_one: bool) -> None:
    assert recognise(head, name) is is_one


pieces = st.lists(st.sampled_from([*SAMPLE.split("\n"), "#define", "“", "<managed-community", "&", "]]>"]), max_size=15)


@given(st.binary(max_size=300) | pieces.map("\n".join).map(str.encode) | files().map(str.encode))
def test_any_bytes_are_read_checked_and_simulated(raw: bytes) -> None:
    config = parse_config(raw, "m.xml")
    assert all(each.message and each.fix for each in check(config))
    evidence(config)
    assert simulate(config, Client((Member("a.example"),))).after.communities
