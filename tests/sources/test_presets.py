"""Who is taken: filters for enabled accounts, and text that goes into them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.directory import check_filter
from limner.settings import LdapSource
from limner.sources.ldap.mapping import Mapping
from limner.sources.ldap.presets import PRESETS, any_of, expired_filter, filetime, people_filter


def settings(**changes: Any) -> LdapSource:
    return LdapSource(**{"kind": "ldap", "servers": "ldaps://dc1", "base": "dc=acme"} | changes)


@pytest.mark.parametrize("directory", PRESETS)
def test_every_kind_has_a_filter_and_attributes(directory: str) -> None:
    kind = settings(directory=directory)
    check_filter(people_filter(kind, 0))
    assert Mapping(kind).attributes


def test_active_directorys_disabled_and_expired_accounts_are_left_out_whatever_the_filter() -> None:
    text = people_filter(settings(directory="ad", filter="(department=Sales)"), 1_700_000_000)
    assert "(department=Sales)" in text
    assert "(!(userAccountControl:1.2.840.113556.1.4.803:=2))" in text
    assert "(accountExpires>=133444736000000001)" in text
    check_filter(text)
    assert people_filter(settings(directory="ad", filter="(a=b)", disabled=True), 0) == "(a=b)"
    assert people_filter(settings(directory="openldap", filter="(a=b)"), 0) == "(a=b)"


def test_windows_time() -> None:
    """Its own documentation: 116444736000000000 is 1970-01-01 (FILETIME structure)."""
    assert filetime(0) == 116_444_736_000_000_000
    assert filetime(datetime(2001, 1, 1, tzinfo=UTC).timestamp()) == 126_227_808_000_000_000


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=20))
def test_identifiers_of_any_bytes_make_a_filter(values: list[bytes]) -> None:
    check_filter(any_of("objectGUID", values))
    assert any_of("objectGUID", values).count("(objectGUID=") == len(values)


def test_the_filter_of_those_who_expired() -> None:
    check_filter(expired_filter(0, 1_700_000_000))
