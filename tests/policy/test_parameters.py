"""Parameters that hold credentials: found however their names are spelt, and never left in what is shown."""

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from limner.policy.parameters import PARAMETERS, parse_parameters, without_parameters

NAMES = frozenset((b"jwt", b"pass"))
pieces = st.lists(
    st.tuples(st.sampled_from([b"jwt", b"pass", b"s", b"%6awt", b"JWT", b""]), st.binary(max_size=6)), max_size=8
)


def test_names_are_decoded_and_values_are_not():
    assert parse_parameters(b"/a.jpg?%6Awt=a%2Fb&s=80&flag&=x") == [
        (b"jwt", b"a%2Fb", b"%6Awt=a%2Fb"),
        (b"s", b"80", b"s=80"),
        (b"", b"x", b"=x"),
    ]
    assert parse_parameters(b"/a.jpg") == []


def test_other_parameters_stay_as_they_were_sent():
    assert without_parameters(b"/avatar/0?s=8%30&jwt=secret&d=404", NAMES) == b"/avatar/0?s=8%30&d=404"
    assert without_parameters(b"/a.jpg?jwt=secret", NAMES) == b"/a.jpg"
    assert without_parameters(b"/a.jpg?s=1", NAMES) == b"/a.jpg?s=1"
    assert without_parameters(b"/a.jpg?s=1&jwt=x", frozenset()) == b"/a.jpg?s=1&jwt=x"


def test_of_too_many_parameters_none_is_read_and_none_is_shown():
    target = b"/a.jpg?" + b"&".join([b"jwt=secret"] * (PARAMETERS + 1))
    assert parse_parameters(target) == []
    assert without_parameters(target, NAMES) == b"/a.jpg"


@given(pieces)
def test_whatever_is_read_as_a_credential_is_gone_from_what_is_shown(pairs):
    query = b"&".join(name + b"=" + quote(value, safe="").encode() for name, value in pairs)
    shown = without_parameters(b"/x?" + query, NAMES)
    assert not [name for name, _, _ in parse_parameters(shown) if name in NAMES]
    kept = [pair for pair in parse_parameters(b"/x?" + query) if pair[0] not in NAMES]
    assert parse_parameters(shown) == kept
    assert without_parameters(shown, NAMES) == shown
