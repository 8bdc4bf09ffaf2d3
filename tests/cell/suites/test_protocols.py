"""Names of protocols become sets of versions, as IBM's documents have it, and open where these are silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.suites import Jdk, Version, Versions, versions_of
from limner.cell.suites.protocols import NAMES

T10, T11, T12, T13 = Version.TLS10, Version.TLS11, Version.TLS12, Version.TLS13
levels = st.one_of(
    st.none(),
    st.builds(Jdk, st.sampled_from([6, 7, 8])),
    st.builds(Jdk, st.just(7), st.just(1)),
    st.builds(lambda refresh, fix: Jdk(8, 0, (refresh, fix)), st.integers(0, 9), st.integers(0, 90)),
)
values = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)


@pytest.mark.parametrize(
    ("value", "level", "sure", "maybe"),
    [
        ("SSL_TLS", "8.0.6.20", {T10}, set()),
        ("SSL_TLS", "8.0.6.30", set(), set()),
        ("SSL_TLSv2", "8.0.6.20", {T10, T11, T12}, set()),
        ("SSL_TLSv2", "8.0.6.25", {T10, T11, T12}, {T13}),
        ("SSL_TLSv2", "8.0.6.30", {T12}, {T13}),
        ("SSL_TLSv2", "8", {T12}, {T10, T11, T13}),
        ("SSL", "8.0.6.20", {T10, T11, T12}, set()),
        ("TLS", "8.0.8.40", {T12, T13}, set()),
        ("TLS", "8.0.7.0", {T12}, set()),
        ("TLS", "8.0.6.20", {T10}, {T11, T12}),
        ("TLSv1.2", "8.0.6.30", {T12}, set()),
        ("TLSv1.3", "8.0.6.20", set(), set()),
        ("TLSv1.2,TLSv1.3", "8.0.6.25", {T12, T13}, set()),
        ("SSLv3", "8", set(), set()),
        ("SSL_TLSv2", "7.1", {T12}, {Version.SSL3, T10, T11}),
        ("SSL_TLSv2", "7.1.4.85", {T12}, set()),
        ("TLSv1", "7.0.10.85", set(), set()),
    ],
)
def test_the_table_of_the_documents(value: str, level: str, sure: set[Version], maybe: set[Version]) -> None:
    found = versions_of(value, Jdk.parse(level))
    assert (set(found.sure), set(found.maybe)) == (sure, maybe)


def test_a_protocol_that_lets_nobody_in_is_told() -> None:
    notes = versions_of("SSL_TLS", Jdk.parse("8.0.6.30")).notes
    assert any("nobody can connect" in note for note in notes)
    assert any("java.security" in note for note in notes)


def test_a_protocol_that_websphere_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'TLSv1\.4' is not a protocol"):
        versions_of("TLSv1.2,TLSv1.4")


def test_without_a_protocol_all_is_open() -> None:
    assert versions_of("").sure == frozenset()
    assert versions_of(" , ").notes


@given(values, levels)
def test_order_and_separator_of_a_list_do_not_matter(names: list[str], level: Jdk | None) -> None:
    assert versions_of(",".join(names), level).worlds == versions_of(" ".join(reversed(names)), level).worlds


@given(
    st.sampled_from(NAMES), st.sampled_from([(6, 0), (7, 0), (7, 1), (8, 0)]), st.integers(0, 12), st.integers(0, 99)
)
def test_what_is_known_of_a_version_holds_for_each_of_its_service_levels(
    name: str, version: tuple[int, int], refresh: int, fix: int
) -> None:
    """Knowing more never adds a world: a level is one of those that its version may be."""
    exact = versions_of(name, Jdk(*version, (refresh, fix)))
    assert exact.worlds <= versions_of(name, Jdk(*version)).worlds <= versions_of(name).worlds


@given(values, st.sampled_from(NAMES), levels)
def test_a_longer_list_enables_no_less(names: list[str], more: str, level: Jdk | None) -> None:
    assert versions_of(",".join(names), level).sure <= versions_of(",".join([*names, more]), level).sure


@given(values, levels)
def test_an_open_set_says_so(names: list[str], level: Jdk | None) -> None:
    found: Versions = versions_of(",".join(names), level)
    assert not found.maybe or any("open" in note for note in found.notes)
