import pytest

from limner.settings import Serve
from limner.web.head import HEADERS_LIMIT, Request

HOST = (b"host", b"a")
LIMITS = Serve()


def request(*headers, **other):
    return Request(**({"method": b"GET", "target": b"/", "headers": list(headers)} | other))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (request(HOST), None),
        (request(HOST, (b"content-length", b"3")), None),
        (request(HOST, (b"transfer-encoding", b" Chunked ")), None),
        (request(version="1.0"), None),
        (request(), 400),
        (request(HOST, HOST), 400),
        (request(HOST, HOST, version="1.0"), 400),
        (request(HOST, (b"content-length", b"3"), (b"content-length", b"3")), 400),
        (request(HOST, (b"content-length", b"3"), (b"transfer-encoding", b"chunked")), 400),
        (request(HOST, (b"transfer-encoding", b"chunked"), (b"transfer-encoding", b"chunked")), 400),
        (request((b"transfer-encoding", b"chunked"), version="1.0"), 400),
        (request(HOST, (b"x", b"a\0b")), 400),
        (request(HOST, (b"x", b"a\nb")), 400),
        (request(HOST, (b"x", b"a\rb")), 400),
        (request(HOST, (b"transfer-encoding", b"gzip, chunked")), 501),
        (request(HOST, method=b"TRACE"), 501),
        (request(HOST, version="0.9"), 505),
        (request(HOST, version="2.0"), 505),
        (request(HOST, target=b"/" * LIMITS.target_bytes), None),
        (request(HOST, target=b"/" * (LIMITS.target_bytes + 1)), 414),
        (request(HOST, *[(b"x", b"y")] * (HEADERS_LIMIT - 1)), None),
        (request(HOST, *[(b"x", b"y")] * HEADERS_LIMIT), 431),
        (request(HOST, (b"x", b"y" * LIMITS.head_bytes)), 431),
    ],
)
def test_a_head_is_taken_or_refused_with_the_status_that_fits(given, status):
    fault = given.fault(LIMITS)
    assert (fault[0] if fault else None) == status


def test_of_a_header_that_comes_twice_the_first_is_given():
    assert request((b"a", b"1"), (b"a", b"2")).header(b"a") == b"1"
    assert request().header(b"a") is None


def test_only_http_1_1_waits_for_a_100():
    line = (b"expect", b"100-Continue")
    assert request(line).expects
    assert not request(line, version="1.0").expects
    assert not request((b"expect", b"wonders")).expects
    assert not request().expects
