"""A worker by itself: who is too slow is cut off. (Its life is told in test_supervisor.)"""

import pytest

from .conftest import JANE
from .house import get, read_all, until

SETTINGS = """[serve]
head_seconds = 0.5
idle_seconds = 0.7
send_seconds = 0.5
head_bytes = 2000
target_bytes = 500
"""


def test_a_head_that_does_not_end_is_cut_off(served):
    with served.connect() as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost:")
        assert b"200" not in read_all(sock)


def test_a_connection_with_nothing_asked_is_closed(served):
    with served.connect() as sock:
        assert read_all(sock) == b""


def test_a_reader_who_takes_nothing_is_cut_off(served):
    request = get(f"/v1.0/users/{JANE}/photo/$value", "Cookie: LtpaToken=x")
    with served.connect() as sock:
        sock.settimeout(20)

        def cut_off():
            try:
                sock.sendall(request * 50)
            except (ConnectionError, TimeoutError):
                return True
            return False

        until(cut_off, seconds=20)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (get("/" + "x" * 600), b"414"),
        (get("/", "X: " + "y" * 3000), b"431"),
        (b"GET /" + b"x" * 5000, b"414"),
        (get("/%zz"), b"400"),
        (get("/a%00"), b"400"),
        (get("/a\0b"), b"400"),
        (get("/", "Content-Length: 3", "Transfer-Encoding: chunked"), b"400"),
    ],
)
def test_what_is_too_large_or_has_no_one_meaning_is_refused_on_a_real_socket(served, raw, status):
    assert served.raw(raw).split()[1] == status
