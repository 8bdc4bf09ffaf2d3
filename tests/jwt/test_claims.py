"""What a token has to say; times that are no times; what else the settings want."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.jwt.claims import Expected, check, find, holds
from limner.jwt.errors import RefusedError

from .maker import AUDIENCE, ISSUER, NOW, claims

FINE = Expected(frozenset([ISSUER, "second"]), frozenset([AUDIENCE, "photos"]))


def refusal(expected: Expected = FINE, now: float = NOW, **more: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        check(claims(**more), expected, now)
    return str(caught.value)


@pytest.mark.parametrize("aud", ["limner", "photos", ["x", "limner"], ["photos"]])
def test_one_of_the_audiences_is_enough(aud: Any) -> None:
    assert check(claims(aud=aud), FINE, NOW) == NOW + 630


@pytest.mark.parametrize(
    "aud", ["", "Limner", "limner ", [], ["x"], {"limner": 1}, 1, True, [["limner"]], ["limner", 1]]
)
def test_other_audiences(aud: Any) -> None:
    assert refusal(aud=aud) == "it is for another audience"
    assert refusal(aud=None) == "it does not say whom it is for (aud)"


@pytest.mark.parametrize(
    "iss", ["", "https://login.example.com", "HTTPS://login.example.com/", ISSUER + "x", 1, [ISSUER], {}]
)
def test_the_issuer_is_compared_exactly(iss: Any) -> None:
    assert refusal(iss=iss) == "it is of another issuer"
    assert refusal(iss=None) == "it names no issuer"
    assert check(claims(iss="second"), FINE, NOW)


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize(
    "value", ["1800000600", True, False, [], {}, -1, -0.5, 1e300, float("inf"), float("nan"), 1 << 80]
)
def test_times_that_are_no_times(name: str, value: Any) -> None:
    assert refusal(**{name: value}) == f"its {name} is not a time"


def test_times_may_have_parts_of_seconds() -> None:
    assert check(claims(exp=NOW + 0.5, nbf=NOW - 0.5, iat=NOW - 0.25), FINE, NOW) == NOW + 30.5


def test_each_time_is_kept_to_and_clocks_may_differ() -> None:
    assert check(claims(exp=NOW - 29), FINE, NOW)
    assert refusal(exp=NOW - 30) == "it has expired"
    assert check(claims(nbf=NOW + 30, iat=NOW + 30), FINE, NOW)
    assert refusal(nbf=NOW + 31) == "it is not valid yet"
    assert refusal(iat=NOW + 31) == "it was made in the future"
    assert refusal(exp=None) == "it has no exp: nobody knows when it ends"
    assert check(claims(iat=None), FINE, NOW)


def test_a_token_must_not_last_too_long() -> None:
    short = Expected(frozenset([ISSUER]), frozenset([AUDIENCE]), longest=600)
    assert check(claims(exp=NOW + 600), short, NOW)
    assert refusal(short, exp=NOW + 601) == "it lasts longer than the settings allow"


WANTED = Expected(frozenset([ISSUER]), frozenset([AUDIENCE]), require={"groups": ["staff", "guests"], "a.b": [1, True]})


@pytest.mark.parametrize("groups", ["staff", ["x", "guests"], ["staff", {"odd": 1}, None]])
@pytest.mark.parametrize("inner", [{"b": 1}, {"b": True}, {"b": [2, 1]}])
def test_required_claims(groups: Any, inner: Any) -> None:
    assert check(claims(groups=groups, a=inner), WANTED, NOW)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"groups": "staff"},
        {"groups": "staff", "a": {"b": "1"}},
        {"groups": "staff", "a": {"b": 1.0}},
        {"groups": "staff", "a": [{"b": 1}]},
        {"groups": "staff ", "a": {"b": 1}},
        {"groups": {"staff": 1}, "a": {"b": 1}},
        {"groups": [["staff"]], "a": {"b": 1}},
    ],
)
def test_required_claims_that_are_not_there(more: dict[str, Any]) -> None:
    assert "is not what the settings ask for" in refusal(WANTED, **more)


def test_one_is_not_true() -> None:
    assert not holds(1, [True])
    assert not holds(True, [1])
    assert not holds(None, ["None"])


def test_a_claim_is_found_by_its_name_or_by_the_way_to_it() -> None:
    there = {"a": {"b": {"c": 1}}, "a.b": 2, "https://example.com/groups": ["x"]}
    assert find(there, "a.b.c") == 1
    assert find(there, "a.b") == 2
    assert find(there, "https://example.com/groups") == ["x"]
    assert find(there, "a.x.c") is None
    assert find(there, ".") is None


@given(
    st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("ab."), inner)),
    st.text("ab.", max_size=30),
)
def test_no_way_leads_to_an_exception(there: Any, name: str) -> None:
    if isinstance(there, dict):
        find(there, name)
