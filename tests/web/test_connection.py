"""Bytes in, answers out: the protocol, on a fake transport."""

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from limner.web.connection import BODY_LIMIT, LINGER, WAITING

from .conftest import ANNA, JANE, JOHN, NOBODY, fill
from .house import IN, House, get, read_replies, settings_text

PHOTO = f"/{JANE}.jpg"
JPEG = "image/jpeg"


def statuses(raw, methods=None):
    return [reply.status for reply in read_replies(raw, methods)]


def test_a_connection_is_kept_open_and_answers_each_request(house):
    house = house()
    connection = house.connect()
    for target in (PHOTO, f"/{NOBODY}.jpg", PHOTO, f"/{JOHN}.jpg", "/people.json", PHOTO):
        alone = house.ask(target, IN)
        (reply,) = read_replies(house.send(connection, get(target, IN)))
        assert reply == alone
    assert not connection.transport.hung_up


PIPELINE = [
    get(PHOTO, IN),
    get("/people.json?limit=1", IN),
    get(f"/photos/{JOHN}.jpg?s=48", IN, method="HEAD"),
    get(f"/avatar/{'0' * 32}?d=initials&name=Jo", IN),
    get(PHOTO, IN, "Content-Length: 4") + b"GET ",
    get(PHOTO, IN, "Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\nX: y\r\n\r\n",
    b"\r\n" + get(f"/uid/{'x' * 40}.jpg", IN),
    get(PHOTO),
    get(PHOTO, IN),
]
METHODS = ["GET", "GET", "HEAD", *["GET"] * 6]


def test_a_pipeline_is_answered_in_order_and_as_its_requests_one_by_one(house):
    """Photos, drawings and pages: those that take time hold back those behind them."""
    house = house()
    one_by_one = b"".join(house.send(house.connect(), request) for request in PIPELINE)
    together = house.send(house.connect(), b"".join(PIPELINE))
    assert together == one_by_one
    assert statuses(together, METHODS) == [200, 200, 200, 200, 200, 200, 404, 302, 200]


def test_it_does_not_matter_where_the_bytes_are_cut(house):
    house = house()
    requests = [PIPELINE[0], PIPELINE[0], *PIPELINE[4:]]
    raw = b"".join(requests)
    whole = house.send(house.connect(), raw)
    for at in range(1, len(raw)):
        assert house.send(house.connect(), raw[:at], raw[at:]) == whole
    assert house.send(house.connect(), *(raw[at : at + 1] for at in range(len(raw)))) == whole


@given(st.data())
@hypothesis_settings(max_examples=30)
def test_nor_into_how_many_pieces_they_are_cut(shared, data):
    raw = b"".join(PIPELINE)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(raw) - 1), max_size=8)))
    pieces = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    assert shared.send(shared.connect(), *pieces) == shared.send(shared.connect(), raw)


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory):
    library = fill(tmp_path_factory.mktemp("shared") / "library")
    yield library
    library.close()


@pytest.fixture(scope="module")
def shared(shared_library):
    house = House(shared_library.folder.parent, settings_text(), shared_library)
    yield house
    house.close()


@pytest.fixture(scope="module")
def strict(shared_library):
    """A door that our visitors cannot talk their way through: no cookie counts here, and no proxy is trusted."""
    policy = '[policy]\notherwise = { redirect = "https://a.example/" }\n'
    policy += '[[policy.allow]]\nname = "a"\nnetworks = ["192.0.2.1"]\n'
    house = House(shared_library.folder.parent, settings_text(policy), shared_library)
    yield house
    house.close()


def test_more_requests_than_may_wait_are_answered_all_the_same(house):
    house = house()
    count = 3 * WAITING
    reply = house.send(house.connect(), get("/people.json", IN) + get(PHOTO, IN) * count)
    assert statuses(reply) == [200] * (count + 1)


def test_while_many_wait_no_more_is_read(house):
    house = house()
    connection = house.connect()
    seen = []
    slow = house.door.app

    async def app(*scope):
        seen.append(connection.transport.reading_paused)
        await slow(*scope)
        seen.append(connection.transport.reading_paused)

    house.door.app = app
    house.send(connection, get("/", IN) + get(PHOTO, IN) * WAITING)
    assert seen == [True, True]
    assert not connection.transport.reading_paused


# -- what is no request, or has no one meaning -------------------------------------------------------------------


def head(*lines, target=PHOTO):
    return get(target, IN, *lines)


BAD = {
    "both lengths": (400, head("Content-Length: 3", "Transfer-Encoding: chunked") + b"0\r\n\r\n"),
    "both lengths, turned": (400, head("Transfer-Encoding: chunked", "Content-Length: 3") + b"0\r\n\r\n"),
    "two lengths": (400, head("Content-Length: 3", "Content-Length: 4") + b"abcd"),
    "the same length twice": (400, head("Content-Length: 3", "Content-Length: 3") + b"abc"),
    "a list of lengths": (400, head("Content-Length: 3, 3") + b"abc"),
    "a signed length": (400, head("Content-Length: +3") + b"abc"),
    "a negative length": (400, head("Content-Length: -3") + b"abc"),
    "a length in hex": (400, head("Content-Length: 0x3") + b"abc"),
    "a huge length": (400, head("Content-Length: 99999999999999999999999") + b"abc"),
    "chunked twice": (400, head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + b"0\r\n\r\n"),
    "an unknown coding": (501, head("Transfer-Encoding: gzip")),
    "a coding before chunked": (501, head("Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n"),
    "chunked not last": (400, head("Transfer-Encoding: chunked, gzip") + b"0\r\n\r\n"),
    "chunked in HTTP/1.0": (400, get(PHOTO, IN, "Transfer-Encoding: chunked", version="1.0") + b"0\r\n\r\n"),
    "a bad chunk": (400, head("Transfer-Encoding: chunked") + b"zz\r\n"),
    "a chunk longer than it says": (400, head("Transfer-Encoding: chunked") + b"1\r\nabc\r\n0\r\n\r\n"),
    "a chunk size with bare LF": (400, head("Transfer-Encoding: chunked") + b"3\nabc\n0\n\n"),
    "no host": (400, get(PHOTO, IN, host=None)),
    "two hosts": (400, head("Host: photos.example.com")),
    "no blank before the value, but before the colon": (400, head("X : y")),
    "a folded line": (400, head("X: y\r\n z")),
    "a folded first line": (400, b"GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    "bare LF": (400, head().replace(b"\r\n", b"\n")),
    "bare LF behind the request line": (400, head().replace(b"\r\n", b"\n", 1)),
    "bare LF at the end": (400, head()[:-2] + b"\n"),
    "bare CR": (400, head("X: a\rb")),
    "NUL in a header": (400, head("X: a\0b")),
    "a control character in a header": (400, head("X: a\x01b")),
    "a header without a colon": (400, head("nonsense")),
    "NUL in the target": (400, head(target=f"/\0{JANE}.jpg")),
    "NUL, encoded": (400, head(target=f"/{JANE}.jpg%00")),
    "bad percent-encoding": (400, head(target=f"/%zz{JANE}.jpg")),
    "bad percent-encoding at the end": (400, head(target=f"/{JANE}.jpg?s=%4")),
    "a fragment": (400, head(target=f"{PHOTO}#x")),
    "a backslash": (400, head(target=f"\\{JANE}.jpg")),
    "bytes beyond ASCII in the target": (400, head(target=f"/\xe9{JANE}.jpg")),
    "no slash": (400, head(target=f"{JANE}.jpg")),
    "a blank in the target": (400, head(target=f"/a {JANE}.jpg")),
    "a method in lower case": (400, head().replace(b"GET", b"get", 1)),
    "an unknown method": (400, head().replace(b"GET", b"FETCH", 1)),
    "a method of other servers": (501, head().replace(b"GET", b"PROPFIND", 1)),
    "CONNECT": (501, b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"),
    "CONNECT without a host": (400, b"CONNECT a.example:443 HTTP/1.1\r\n\r\n"),
    "another protocol, without a host": (400, b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"),
    "OPTIONS *": (400, b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
    "HTTP/0.9": (505, b"GET /\r\n\r\n"),
    "HTTP/2 with a head of HTTP/1": (505, get(PHOTO, IN, version="2.0")),
    "HTTP/1.2": (400, get(PHOTO, IN, version="1.2")),
    "the preface of HTTP/2": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\4\0\0\0\0\0"),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256))),
    "nothing that we know": (400, b"\x80\xff\0SSH-2.0-OpenSSH_9.2\r\n"),
    "a target that is too long": (414, head(target="/" + "a" * 4096)),
    "a target without an end": (414, b"GET /" + b"a" * 20_000),
    "a head that is too large": (431, head("X: " + "a" * 16_384)),
    "a head without an end": (431, head()[:-2] + b"X: " + b"a" * 20_000),
    "a header name without an end": (431, head()[:-2] + b"X" * 20_000),
    "too many header lines": (431, head(*["X: y"] * 100)),
}


@pytest.mark.parametrize("name", BAD)
def test_what_has_no_one_meaning_is_refused_and_the_connection_closed(house, name):
    """Never a photo, and nothing that stands behind it is taken for a request."""
    status, raw = BAD[name]
    house = house()
    connection = house.connect()
    replies = read_replies(house.send(connection, raw if "without an end" in name else raw + get(PHOTO, IN)))
    assert [reply.status for reply in replies] == [status]
    assert replies[0].headers["connection"] == "close"
    assert replies[0].headers["content-type"] == "text/plain; charset=utf-8"
    assert connection.transport.hung_up
    assert house.send(connection, get(PHOTO, IN)) == b""
    assert house.count("bad") == 1
    assert house.count("photos") == 0


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_in_pieces_too_and_behind_a_good_request(house, name):
    status, raw = BAD[name]
    house = house()
    connection = house.connect()
    pieces = [raw[at : at + 7] for at in range(0, len(raw), 7)]
    assert statuses(house.send(connection, get(PHOTO, IN), *pieces)) == [200, status]
    assert connection.transport.hung_up
    connection = house.connect()
    before = get("/people.json", IN) + get(PHOTO, IN)
    segments = [before, raw] if "without an end" in name else [before + raw]
    assert statuses(house.send(connection, *segments)) == [200, 200, status]
    assert connection.transport.hung_up


@given(st.binary(max_size=200) | st.sampled_from([raw for _, raw in BAD.values()]), st.data())
def test_any_bytes_are_answered_without_an_exception_and_never_with_a_photo(strict, raw, data):
    """Whoever is refused sees no photo, whatever is sent before, behind and around the request."""
    assume(b"Token" not in raw and b"STPlugin" not in raw)  # a cookie that the policy asks for may be found by chance
    connection = strict.connect()
    request = get(PHOTO)
    at = data.draw(st.integers(0, len(request)))
    out = strict.send(connection, request[:at] + raw + request[at:], raw, request)
    assert b"image/jpeg" not in out
    assert b"ETag" not in out
    if out:
        assert set(statuses(out)) <= {100, 302, 400, 413, 414, 431, 501, 505}


TOKENS = [
    b"GET ",
    b"/",
    PHOTO.encode(),
    b" HTTP/1.1",
    b"\r\n",
    b"\n",
    b": ",
    b"Host: a",
    b"Content-Length: ",
    b"5",
    b"0",
]
TOKENS += [b"Transfer-Encoding: chunked", b"Connection: close", b"Expect: 100-continue", b"Upgrade: h2c", b"\r\n\r\n"]
TOKENS += [
    b"HEAD ",
    b"?s=",
    b"%41",
    b"\0",
    get(PHOTO),
    get(PHOTO, "Connection: upgrade", "Upgrade: h2c"),
    b"X-Forwarded-For: 1.2.3.4",
]


@given(st.lists(st.lists(st.sampled_from(TOKENS), max_size=12).map(b"".join), max_size=4))
def test_nor_do_bytes_that_look_like_requests(strict, segments):
    out = strict.send(strict.connect(), *segments)
    assert b"image/jpeg" not in out
    assert b"ETag" not in out


# -- lengths, bodies, versions -----------------------------------------------------------------------------------


def test_the_longest_target_and_the_most_header_lines_are_taken(house):
    house = house()
    assert house.ask(f"{PHOTO}?x=" + "a" * (4096 - len(PHOTO) - 3), IN).status == 200
    assert house.ask(PHOTO, IN, *["X: y"] * 98).status == 200


def test_the_limits_are_those_of_the_settings(house):
    house = house("[serve]\ntarget_bytes = 256\nhead_bytes = 1024\n")
    assert house.ask("/" + "a" * 255, IN).status == 404
    assert house.ask("/" + "a" * 256, IN).status == 414
    assert house.ask("/", IN, "X: " + "a" * 1024).status == 431


def test_a_body_is_read_and_dropped(house):
    house = house()
    connection = house.connect()
    body = get(f"/{JOHN}.jpg", IN)
    request = get(PHOTO, IN, f"Content-Length: {len(body)}")
    replies = read_replies(house.send(connection, request + body, get(PHOTO, IN)))
    assert [reply.status for reply in replies] == [200, 200]
    assert replies[0].body == replies[1].body


def test_a_body_that_looks_like_a_request_is_not_taken_for_one(house):
    """Not even when its bytes are those of a request that was answered on this connection a moment ago."""
    house = house()
    connection = house.connect()
    known = get(PHOTO, IN)
    assert statuses(house.send(connection, known)) == [200]
    assert connection.known is not None
    length = f"Content-Length: {len(known)}"
    assert house.send(connection, get("/people.json", IN, length, method="POST")) == b""
    (reply,) = read_replies(house.send(connection, known))
    assert reply.status == 405
    assert house.send(connection, get(PHOTO, IN, length)[:-2]) == b""
    assert house.send(connection, b"\r\n") == b""
    assert statuses(house.send(connection, known)) == [200]
    assert statuses(house.send(connection, known)) == [200]


def test_only_a_head_that_came_by_itself_is_known(house):
    """Where a request is not all that came, it is not clear which bytes are its head."""
    house = house()
    request = get(PHOTO, IN)
    for segments in (
        [b"\r\n" + request],
        [request * 2],
        [request[:9], request[9:]],
        [request.replace(b"GET", b"HEAD")],
    ):
        connection = house.connect()
        assert house.send(connection, *segments).startswith(b"HTTP/1.1 200 OK")
        assert connection.known is None
    connection = house.connect()
    house.send(connection, request)
    assert connection.known is not None


def test_a_body_is_bounded(house):
    house = house()
    connection = house.connect()
    request = get("/", IN, f"Content-Length: {10 * BODY_LIMIT}", method="POST")
    pieces = [b"a" * 65_536] * (BODY_LIMIT // 65_536 + 2)
    assert statuses(house.send(connection, request, *pieces)) == [413]
    assert connection.transport.hung_up


def test_chunks_of_a_body_are_bounded_and_so_are_trailers(house):
    house = house()
    start = get("/", IN, "Transfer-Encoding: chunked", method="POST")
    chunks = [b"1;" + b"x" * 65_536 + b"\r\na\r\n"] * (BODY_LIMIT // 65_536 + 2)
    assert statuses(house.send(house.connect(), start, *chunks)) == [413]
    trailers = [b"0\r\n"] + [b"X: y\r\n" * 10_000] * (BODY_LIMIT // 60_000 + 2)
    connection = house.connect()
    assert statuses(house.send(connection, start, *trailers)) == [413]


def test_a_trailer_is_no_header(house):
    """A proxy has seen to X-Forwarded-For and the like in the head, and in the head only."""
    house = house()
    start = get(PHOTO, "X-Forwarded-For: 203.0.113.9", "Transfer-Encoding: chunked")
    for trailer in (b"X-Forwarded-For: 10.1.2.3", b"Cookie: LtpaToken=x"):
        (reply,) = read_replies(house.send(house.connect(), start + b"0\r\n" + trailer + b"\r\n\r\n"))
        assert reply.status == 302


def test_who_waits_for_a_100_gets_it_before_the_body(house):
    house = house()
    connection = house.connect()
    expecting = get("/people.json", IN, "Content-Length: 3", "Expect: 100-Continue", method="POST")
    assert house.send(connection, expecting) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert statuses(house.send(connection, b"abc")) == [405]
    assert statuses(house.send(house.connect(), expecting[:-2] + b"X : y\r\n\r\n")) == [400]
    old = get("/people.json", IN, "Content-Length: 3", "Expect: 100-continue", method="POST", version="1.0")
    assert house.send(house.connect(), old) == b""


def test_no_other_protocol_is_spoken(house):
    """The request itself is answered, and the connection closed: what follows is another protocol's."""
    house = house()
    for lines in (
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AA"],
        ["Connection: upgrade", "Upgrade: websocket"],
    ):
        connection = house.connect()
        (reply,) = read_replies(house.send(connection, get(PHOTO, IN, *lines) + get(PHOTO, IN)))
        assert (reply.status, reply.headers["connection"]) == (200, "close")
        assert connection.transport.hung_up


def test_http_1_0_closes_unless_it_asks_for_more(house):
    house = house()
    connection = house.connect()
    (reply,) = read_replies(house.send(connection, get(PHOTO, IN, version="1.0", host=None)))
    assert (reply.status, reply.headers["connection"]) == (200, "close")
    assert connection.transport.closed
    connection = house.connect()
    for _ in range(2):
        request = get(PHOTO, IN, "Connection: keep-alive", version="1.0", host=None)
        (reply,) = read_replies(house.send(connection, request))
        assert (reply.status, reply.headers["connection"]) == (200, "keep-alive")
        assert not connection.transport.hung_up


def test_connection_close_is_obeyed_and_what_follows_is_dropped(house):
    house = house()
    connection = house.connect()
    (reply,) = read_replies(house.send(connection, get(PHOTO, IN, "Connection: close") + get(PHOTO, IN)))
    assert (reply.status, reply.headers["connection"]) == (200, "close")
    assert connection.transport.closed


def test_something_that_breaks_is_a_500_and_the_door_goes_on(house, caplog):
    house = house()

    async def broken(*scope):
        raise ZeroDivisionError

    house.door.app = broken
    connection = house.connect()
    assert statuses(house.send(connection, get(PHOTO, IN) + get("/", IN))) == [200, 500]
    assert connection.transport.hung_up
    house.door.lane.ask = lambda target: 1 // 0  # not even an answer to wait for
    assert statuses(house.send(house.connect(), get(PHOTO, IN))) == [500]
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError] * 2


# -- who is slow -------------------------------------------------------------------------------------------------

SLOW = "[serve]\nhead_seconds = 2\nidle_seconds = 5\nsend_seconds = 3\n"


def sweep(house, seconds, step=0.5):
    for _ in range(int(seconds / step)):
        house.wait(step)
        house.door.sweep()


def test_a_head_that_does_not_come_is_cut_off_however_it_trickles(house):
    house = house(SLOW)
    connection = house.connect()
    for byte in get(PHOTO, IN)[:20]:
        house.send(connection, bytes([byte]))
        sweep(house, 0.5)
        if connection.transport.closed:
            break
    assert connection.transport.aborted
    assert house.now - 1_800_000_000 <= 3
    assert house.count("bad") == 1
    assert connection.transport.out == b""


def test_so_is_a_body(house):
    house = house(SLOW)
    connection = house.connect()
    house.send(connection, get(PHOTO, IN, "Content-Length: 5"), b"abc")
    sweep(house, 1.5)
    assert not connection.transport.closed
    sweep(house, 1)
    assert connection.transport.aborted


def test_who_sends_request_after_request_without_a_pause_is_not_slow(house):
    """Even if each segment ends within a request."""
    house = house(SLOW)
    connection = house.connect()
    request = get(PHOTO, IN)
    house.send(connection, request[:10])
    for _ in range(20):
        assert statuses(house.send(connection, request[10:] + request[:10])) == [200]
        sweep(house, 1)
    assert not connection.transport.hung_up


def test_an_idle_connection_is_closed_and_every_request_begins_the_time_anew(house):
    house = house(SLOW)
    connection = house.connect()
    for _ in range(3):
        sweep(house, 4)
        assert statuses(house.send(connection, get(PHOTO, IN))) == [200]
    sweep(house, 4.5)
    assert not connection.transport.closed
    sweep(house, 1)
    assert connection.transport.closed
    assert not connection.transport.aborted
    assert house.count("bad") == 0


def test_a_connection_that_never_asks_is_closed(house):
    house = house(SLOW)
    connection = house.connect()
    sweep(house, 6)
    assert connection.transport.closed


def test_a_reader_that_takes_nothing_is_cut_off_and_one_that_takes_a_little_is_not(house):
    house = house(SLOW)
    connection = house.connect()
    house.send(connection, get(PHOTO, IN))
    connection.transport.unsent = 100_000
    connection.pause_writing()
    assert connection.transport.reading_paused
    for _ in range(10):
        sweep(house, 2)
        connection.transport.unsent -= 1
    assert not connection.transport.closed
    sweep(house, 4)
    assert connection.transport.aborted
    assert house.count("bad") == 1


def test_so_is_one_that_hung_up_half_and_takes_nothing(house):
    """Closing waits for what was written; that must not take for ever."""
    house = house(SLOW)
    connection = house.connect()
    connection.transport.unsent = 1000
    house.send(connection, get(PHOTO, IN, "Connection: close"))
    assert connection.transport.closed
    sweep(house, 4)
    assert connection.transport.aborted


def test_the_rest_of_a_request_is_not_late_while_we_do_not_read(house):
    house = house(SLOW)
    connection = house.connect()
    house.send(connection, get(PHOTO, IN) + b"GET /")
    connection.transport.unsent = 100_000
    connection.pause_writing()
    sweep(house, 2.5)
    assert not connection.transport.closed
    connection.transport.unsent = 0
    connection.resume_writing()
    assert not connection.transport.reading_paused


def test_who_is_refused_may_still_be_sending_and_can_read_why(house):
    """Our side ends; theirs is read and dropped for a while."""
    house = house(SLOW)
    connection = house.connect()
    house.send(connection, b"GET /" + b"a" * 20_000)
    assert connection.transport.write_ended
    assert not connection.transport.closed
    assert house.send(connection, b"a" * 100_000) == b""
    sweep(house, LINGER + 1)
    assert connection.transport.aborted
    assert house.count("bad") == 1


def test_who_has_sent_all_still_gets_the_answers(house):
    house = house()
    connection = house.connect()
    kept = []

    def ask_and_end():
        connection.data_received(get("/people.json", IN) + get(PHOTO, IN))
        kept.append(connection.eof_received())

    run_in_loop(ask_and_end, connection)
    assert kept == [True]
    assert statuses(bytes(connection.transport.out)) == [200, 200]
    assert connection.transport.closed  # and nobody is left waiting


def test_room_is_made_by_who_leaves(house):
    house = house("[serve]\nconnections = 2\n")
    first, second, third = house.connect(), house.connect(), house.connect()
    assert not first.transport.closed
    assert not second.transport.closed
    assert third.transport.closed
    assert house.count("turned_away") == 1
    third.connection_lost(None)
    first.connection_lost(None)
    assert house.count("open") == 1
    assert statuses(house.send(house.connect(), get(PHOTO, IN))) == [200]


def test_a_visitor_who_leaves_in_the_middle_does_no_harm(house, recwarn):
    house = house()
    for request in (get("/people.json", IN), get(f"/{ANNA}.jpg?d=x", IN), get(PHOTO, IN)):
        connection = house.connect()
        request = request + get(PHOTO, IN)

        def leave(connection=connection, request=request):
            connection.data_received(request)
            connection.connection_lost(None)

        run_in_loop(leave, connection)
    assert not recwarn.list


def run_in_loop(act, connection):
    import asyncio

    async def run():
        act()
        while connection._task is not None:
            await asyncio.sleep(0)

    asyncio.run(run())
