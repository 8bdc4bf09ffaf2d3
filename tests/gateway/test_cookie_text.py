"""Tests of cookies: what implies what, and a cookie that shows it."""

from hypothesis import given
from hypothesis import strategies as st

from limner.gateway.cookie_text import KIND, CookieText

places = st.sampled_from(["contains", "begins with", "ends with", "is"])
names = st.sampled_from(["k", "K", "LtpaToken", "ltpatoken", "LtpaToken2", "a"])
values = st.sampled_from(["", "1", "12", "x", "stMeetingroom"])


def made(place, name, equals, value, any_case):
    text = f"{name}={value}" if place == "is" or equals else name
    return CookieText(place, text, any_case)


tests = st.builds(made, places, names, st.booleans(), values, st.booleans())
pairs = st.builds("{}{}={}{}".format, st.sampled_from(["", "x"]), names, values, st.sampled_from(["", "x", "k=1"]))


@given(tests, tests, pairs)
def test_what_passes_a_test_passes_all_that_it_implies(one, other, pair):
    assert other.holds(pair) or not (one.implies(other) and one.holds(pair))


@given(tests, tests)
def test_where_nothing_is_implied_a_cookie_shows_it(one, other):
    pair = one.sent([other])
    assert pair is not None
    assert one.holds(pair)
    assert one.implies(other) or not other.holds(pair)
    assert "=" in pair


@given(tests)
def test_an_atom_is_its_test(test):
    kind, what = test.atom
    back = CookieText.of(kind, what)
    assert back.implies(test)
    assert test.implies(back)


def test_limners_own_cookies_are_known_by_their_names():
    assert CookieText("begins with", "k=").atom == ("cookie", "k")
    assert CookieText("is", "k=1").atom == ("cookie", "k=1")
    assert CookieText("contains", "k=").atom == (KIND, "contains:this case:k=")
    assert CookieText("contains", "LtpaToken=").exact == "LtpaToken"
    assert str(CookieText("contains", "k=", any_case=True)) == "a cookie that contains 'k=' in any case"
