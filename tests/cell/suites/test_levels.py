"""Cipher levels are what the documents say, and open where a suite may be missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.suites import Jdk, Version, suites_of
from limner.cell.suites.suite import table

levels = st.sampled_from([None, Jdk(6), Jdk(7), Jdk(7, 1), Jdk(8), Jdk.parse("8.0.6.20"), Jdk.parse("8.0.6.25")])


@given(levels)
def test_high_is_112_bits_and_more_medium_less_and_low_nothing(jdk: Jdk | None) -> None:
    high, medium, low = (suites_of(level, (), jdk).listed for level in ("HIGH", "MEDIUM", "LOW"))
    assert min(each.bits for each in high) == 112
    assert {each.bits for each in medium} == {40, 56}
    assert {each.bits for each in low} == {0}


@given(levels)
def test_the_console_s_words_and_an_empty_level_are_understood(jdk: Jdk | None) -> None:
    assert suites_of("Strong", (), jdk) == suites_of("HIGH", (), jdk) == suites_of("", (), jdk)
    assert suites_of("weak", (), jdk) == suites_of("LOW", (), jdk)


@given(levels, st.sampled_from(["HIGH", "MEDIUM", "LOW"]))
def test_no_level_has_an_anonymous_suite(jdk: Jdk | None, level: str) -> None:
    assert all(each.key != "none" for each in suites_of(level, (), jdk).listed)


def test_every_sdk_has_one_suite_of_rsa_for_certain() -> None:
    assert any(each.key == "RSA" for each in suites_of("HIGH").sure)


def test_suites_of_tls_13_come_with_the_sdk_that_has_it() -> None:
    has = [Version.TLS13 in {each.first for each in suites_of("HIGH", (), Jdk.parse(level)).sure}
           for level in ("8.0.6.20", "8.0.6.25")]  # fmt: skip
    assert has == [False, True]
    assert Version.TLS13 in {each.first for each in suites_of("HIGH").maybe}


@given(st.lists(st.sampled_from(table()), min_size=1, max_size=8, unique=True))
def test_a_custom_list_is_that_list_in_its_order(chosen: list[object]) -> None:
    wanted = [each for each in table() if each in chosen]
    found = suites_of("CUSTOM", tuple(each.ibm for each in reversed(wanted)))
    assert list(found.listed) == wanted[::-1]


def test_a_list_beside_a_level_is_told_and_only_what_both_have_is_sure() -> None:
    found = suites_of("HIGH", ("SSL_RSA_WITH_AES_128_CBC_SHA",), Jdk(8))
    assert [each.openssl for each in found.sure] == ["AES128-SHA"]
    assert any("not documented" in note for note in found.notes)


def test_names_that_are_no_suite_are_told_and_signals_are_not() -> None:
    found = suites_of("CUSTOM", ("SSL_NO_SUCH", "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"))
    assert (found.listed, found.notes) == ((), ("no such cipher suite is known here: SSL_NO_SUCH",))
    assert suites_of("CUSTOM").notes == ("the level is CUSTOM and no cipher suite is listed",)


def test_a_level_that_websphere_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="'STRONGEST' is not a cipher level"):
        suites_of("STRONGEST")
