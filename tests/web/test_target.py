from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.web.target import BadTargetError, parse, without_server

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)


@given(st.lists(TEXT, min_size=1, max_size=4), st.dictionaries(TEXT.filter(bool), TEXT, max_size=4))
def test_what_is_encoded_by_the_book_is_read_back(segments, query):
    path = "/" + "/".join(quote(segment, safe="") for segment in segments)
    pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items())
    target = parse(f"{path}?{pairs}".encode())
    assert target.segments == tuple(segments)
    assert target.query == query


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30))
def test_a_path_is_either_refused_or_read_as_the_standard_library_reads_it(text):
    raw = "/" + text.replace("?", "")
    try:
        target = parse(raw.encode())
    except BadTargetError:
        return
    assert target.segments == tuple(unquote(segment, errors="strict") for segment in raw[1:].split("/"))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw):
    try:
        target = parse(raw)
    except BadTargetError:
        return
    assert not any(char < " " or "\x7f" <= char < "\xa0" for segment in target.segments for char in segment)


@pytest.mark.parametrize(
    "raw",
    [
        *("", "a", "*", "a.jpg", "/%", "/%4", "/%zz", "/%4g?x", "/a?%", "/a?b=%f", "/%00", "/a?b=%00", "/%0d%0a"),
        *("/a?b=%0A", "/%7f", "/%C2%85", "/%ff", "/a?b=%e4", "/%c0%af", "/%ed%a0%80", "/a#b", "/a b", "/a\\b"),
        *("/a?b\\c", "/\x00", "/\n", "/a?b\r", "ftp://x/a", "http:///a", "http://", "/é"),
    ],
)
def test_a_target_without_one_meaning_is_refused(raw):
    with pytest.raises(BadTargetError):
        parse(raw.encode("latin-1"))


def test_an_encoded_slash_is_part_of_a_name():
    assert parse(b"/uid/a%2fb.jpg").segments == ("uid", "a/b.jpg")
    assert parse(b"//a").segments == ("", "a")


def test_of_a_parameter_that_comes_twice_the_first_counts():
    assert parse(b"/a?s=1&s=2&d&+=%2B+").query == {"s": "1", "d": "", "+": "+ "}


def test_parameters_are_bounded():
    assert len(parse(b"/a?" + b"&".join(b"%d" % i for i in range(64))).query) == 64
    with pytest.raises(BadTargetError):
        parse(b"/a?" + b"&" * 64)


@pytest.mark.parametrize("server", [b"http://a.example", b"HTTPS://a.example:443", b"http://u@a"])
def test_the_server_in_an_absolute_address_is_left_out(server):
    assert without_server(server + b"/b/c?d") == b"/b/c?d"
    assert parse(server + b"/b/c?d=e") == parse(b"/b/c?d=e")
    assert parse(server).segments == ("",)
    assert parse(server + b"?d=e").query == {"d": "e"}
