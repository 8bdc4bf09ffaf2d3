"""The regular expressions find in a Cookie header what limner's own parser finds."""

import re

from hypothesis import given
from hypothesis import strategies as st
from tests.policy.strategies import cookie_lines, wanted_cookies

from limner.gateway.export.cookies import TOO_LONG, TOO_MANY, pattern, pattern_of_any
from limner.policy.by_cookie import ByCookie
from limner.policy.condition import Visitor

odd = st.from_regex(r"\A[!#$%&*+.^_|~0-9A-Za-z-]{1,4}(=[!#$%&()*+./0-9:<=>?@A-Z\[\]^_a-z{|}~-]{0,4})?\Z")
near = st.text('aA=; \t",.x', max_size=12).map(str.encode)


def found(expression, header):
    return re.search(expression, header.decode("latin-1")) is not None


@given(st.lists(wanted_cookies | odd, min_size=1, max_size=3), st.data())
def test_they_find_what_the_condition_finds(wanted, data):
    sent = data.draw(st.sampled_from(wanted).map(str.encode) | cookie_lines | near)
    header = data.draw(st.sampled_from([b"%s", b"a=b; %s", b"a=b;%s ;c", b" %s", b"x%s", b"%sx", b"a=1,%s"])) % sent
    header = header.replace(b"\n", b"").replace(b"\r", b"")  # no server lets a header have these
    right = ByCookie(wanted).admits(Visitor(headers=[(b"cookie", header)])) is not None
    assert any(found(pattern(cookie), header) for cookie in wanted) == right
    assert found(pattern_of_any(tuple(wanted)), header) == right


@given(st.integers(290, 310), st.sampled_from([65_530, 65_535, 65_536, 65_537, 65_600]))
def test_more_cookies_than_limner_reads_are_none(pieces, size):
    for header in (b"a=1;" * (pieces - 1) + b"k=1", b"k=1;x=" + b"y" * (size - 6)):
        read = ByCookie(["k"]).admits(Visitor(headers=[(b"cookie", header)])) is not None
        assert read == (not found(TOO_MANY, header) and not found(TOO_LONG, header))
