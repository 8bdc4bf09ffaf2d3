"""Levels of IBM's SDK are read in the spellings that people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.suites.jdk import Jdk, of_websphere


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("8", Jdk(8)),
        ("1.8", Jdk(8)),
        ("8.0", Jdk(8)),
        ("8.0.6.30", Jdk(8, 0, (6, 30))),
        ("8.0 SR6 FP30", Jdk(8, 0, (6, 30))),
        ("8 sr6fp30", Jdk(8, 0, (6, 30))),
        ("8.0 SR7", Jdk(8, 0, (7, 0))),
        ("7.1.4.85", Jdk(7, 1, (4, 85))),
    ],
)
def test_spellings(text: str, level: Jdk) -> None:
    assert Jdk.parse(text) == level


@pytest.mark.parametrize("text", ["", "11", "8.0.6", "8.2", "SR6", "8.0.6.30.1", "eight"])
def test_what_is_no_level_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a level of IBM's SDK"):
        Jdk.parse(text)


@given(st.integers(0, 20), st.integers(0, 99), st.integers(0, 20), st.integers(0, 99))
def test_reaching_is_the_order_of_service(refresh: int, fix: int, other: int, other_fix: int) -> None:
    assert Jdk.parse(f"8.0.{refresh}.{fix}").reaches(other, other_fix) == ((refresh, fix) >= (other, other_fix))


def test_nobody_knows_what_an_unknown_service_reaches() -> None:
    assert Jdk(8).reaches(6, 30) is None
    assert "not known" in Jdk(8).words
    assert Jdk.parse("8.0.6.30").words == "SDK 8.0 SR6 FP30"


def test_only_websphere_9_says_its_sdk() -> None:
    assert of_websphere("9.0.5.6") == Jdk(8)
    assert of_websphere("8.5.5.7") is None
    assert of_websphere("") is None
