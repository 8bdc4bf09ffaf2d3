"""Versions are ordered; a set of them may be one of several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.suites import Version, Versions

worlds = st.sets(st.frozensets(st.sampled_from(Version)), min_size=1)


def test_later_versions_are_greater() -> None:
    assert max(Version) is Version.TLS13
    assert Version.SSL3 < Version.TLS10 < Version.TLS13


@given(worlds)
def test_what_is_sure_is_in_every_world_and_what_may_be_is_in_some(found: set[frozenset[Version]]) -> None:
    versions = Versions.any_of(found)
    for version in Version:
        holding = sum(version in world for world in found)
        assert (version in versions.sure) == (holding == len(found))
        assert (version in versions.maybe) == (0 < holding < len(found))


def test_a_set_that_is_nothing_at_all_is_no_set() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Versions.any_of([])


def test_the_words_mark_what_is_open() -> None:
    assert Versions.any_of([{Version.TLS12}, {Version.TLS12, Version.TLS13}]).words == "TLSv1.2 (TLSv1.3?)"
    assert Versions.known().words == "none"
