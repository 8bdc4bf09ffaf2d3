"""Stamps of changes, and the naming contexts that bases lie in."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.directory import Entry
from limner.errors import DirectoryError
from limner.sources.ldap.stamps import UNKNOWN, contexts, digest, is_vague


@given(st.text(min_size=1), st.text(min_size=1))
def test_what_is_remembered_of_two_stamps_differs_as_they_do(one: str, other: str) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert len(digest(one)) == len(UNKNOWN)


def test_no_stamp_is_unknown() -> None:
    assert digest("") == UNKNOWN


@pytest.mark.parametrize(
    ("stamp", "vague"),
    [
        ("20261124193012Z", True),
        ("20261124193012.0Z", True),
        ("20261124193012.123456Z#000000#001#000000", False),
        ("20261124193012.5Z", False),
        ("12345", False),
        ("", False),
    ],
)
def test_a_time_in_whole_seconds_is_vague(stamp: str, vague: bool) -> None:
    assert is_vague(stamp) is vague


def people(bases: list[str], contexts: list[str]) -> SimpleNamespace:
    root = Entry("", {"namingcontexts": [context.encode() for context in contexts]})
    return SimpleNamespace(
        settings=SimpleNamespace(base=bases), directory=SimpleNamespace(root=root, server="ldaps://dc1")
    )


def test_the_naming_context_is_the_nearest_above() -> None:
    forest = ["DC=acme,DC=example", "CN=Configuration,DC=acme,DC=example", "DC=emea,DC=acme,DC=example"]
    bases = ["OU=People, dc=emea, dc=acme,dc=example", "ou=x,DC=ACME,dc=example", "OU=y,DC=acme,DC=example"]
    assert contexts(people(bases, forest)) == ["DC=emea,DC=acme,DC=example", "DC=acme,DC=example"]


def test_a_base_outside_of_all_is_named_with_what_there_is() -> None:
    with pytest.raises(DirectoryError, match="'dc=other'") as why:
        contexts(people(["dc=other"], ["dc=acme"]))
    assert "dc=acme" in str(why.value.hint)
