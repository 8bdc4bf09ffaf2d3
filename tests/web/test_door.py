"""Who is let in, and what is answered: on a door in this process."""

import json

import pytest

from limner import settings
from limner.people import Person, hashes
from limner.policy.condition import Grant
from limner.web.answers import plain
from limner.web.forms import FORMS
from limner.web.opened import SECONDS as TARGET_SECONDS

from .conftest import ANNA, JANE, NOBODY, add, portrait
from .house import IN, get, read_replies, settings_text

PHOTO = f"/photos/{JANE}.jpg"


def faces(mail):
    """All addresses of somebody's photo."""
    md5, sha256 = sorted(hashes(mail), key=len)
    names = {"{mail}": mail, "{md5}": md5, "{sha256}": sha256, "{uid}": mail.partition("@")[0], "{id}": mail}
    names |= {"{key}": mail[:4], "{dn}": "CN=" + mail[:4], "{W}": "48", "{H}": "48"}
    for form in FORMS:
        for address in form.ADDRESSES:
            for name, value in names.items():
                address = address.replace(name, value)
            yield address


OTHERWISE = ['{ redirect = "https://www.example.com/" }', "403", '"placeholder"']


@pytest.mark.parametrize("otherwise", OTHERWISE)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_refused_visitor_cannot_tell_who_exists_and_the_library_is_not_asked(house, library, otherwise, method):
    class Spy:
        """A library that nobody may ask."""

        reader = library.reader

        def __getattr__(self, name):
            raise AssertionError(f"the library was asked: {name}")

    house = house(f'[policy]\notherwise = {otherwise}\n[[policy.allow]]\nname = "x"\nnetworks = ["10.0.0.0/8"]\n')
    house.door.library = house.door.lane.library = Spy()
    for there, not_there in zip(faces(JANE), faces(NOBODY), strict=True):
        one, other = house.ask(there, method=method), house.ask(not_there, method=method)
        assert one == other
        assert one.headers["cache-control"] == "no-store"
        assert one.status in (200, 302, 403)
    assert house.count("refused") == 2 * len(list(faces(JANE)))
    house.door.library = library


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((), 302),
        (("Cookie: LtpaToken=x",), 200),
        (("Cookie: a=b; LtpaToken2=",), 200),
        (("Cookie: STPluginActivePage=stMeetingroom",), 200),
        (("Cookie: STPluginActivePage=other",), 302),
        (("Cookie: XLtpaToken=x",), 302),
        (("X-Forwarded-For: 10.1.2.3",), 200),
        (("X-Forwarded-For: 2001:db8::1",), 200),
        (("X-Forwarded-For: 10.1.2.3, 192.0.2.1",), 302),
        (("X-Forwarded-For: 192.0.2.1, 10.1.2.3",), 200),
        (("X_Forwarded-For: 10.1.2.3",), 302),
        (("X-Forwarded-For: 10.1.2.3", "X-Forwarded-For: 192.0.2.1"), 302),
        (("X-Forwarded-For: rubbish, 127.0.0.1",), 302),
    ],
)
def test_the_contracts_policy(house, headers, status):
    assert house().ask(PHOTO, *headers).status == status


def test_a_visitor_who_is_no_trusted_proxy_cannot_say_where_he_comes_from(house):
    assert house().ask(PHOTO, "X-Forwarded-For: 10.1.2.3", peer=("192.0.2.7", 1)).status == 302
    assert house().ask(PHOTO, peer=("10.9.9.9", 1)).status == 200


def test_a_head_that_is_known_is_not_taken_for_another(house):
    """On one connection: each request with another head is judged by its own."""
    house = house()
    connection = house.connect()

    def status(*headers):
        (reply,) = read_replies(house.send(connection, get(PHOTO, *headers)))
        return reply.status

    for _ in range(2):
        assert status(IN) == 200
        assert connection.known is not None
        assert status() == 302
        assert status(IN) == 200
        assert status("X-Forwarded-For: 192.0.2.1") == 302
        assert status("X-Forwarded-For: 10.0.0.1") == 200


def test_a_new_policy_counts_for_connections_that_are_open(house, tmp_path):
    house = house()
    connection = house.connect()
    assert read_replies(house.send(connection, get(PHOTO, IN)))[0].status == 200
    text = settings_text("[policy]\notherwise = 403\n")
    house.door.reload(settings.parse(text.encode(), tmp_path / "limner.toml"))
    house.door.tick(house.now)
    assert read_replies(house.send(connection, get(PHOTO, IN)))[0].status == 403


def test_a_verdict_that_ends_is_asked_for_again(house):
    house = house()
    connection = house.connect()
    house.send(connection, get(PHOTO, IN))
    connection.until = house.now + 5
    assert house.door.short(connection, PHOTO.encode())
    house.wait(5)
    assert not house.door.short(connection, PHOTO.encode())


def test_get_and_head_have_the_same_headers(house):
    house = house()
    for target in [*faces(JANE), f"/{ANNA}.jpg", "/", "/people.json", "/nix"]:
        got, head = house.ask(target, IN), house.ask(target, IN, method="HEAD")
        assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")


def test_a_photo_has_what_caches_need(house):
    reply = house().ask(PHOTO, IN)
    assert reply.headers["cache-control"] == "private, max-age=600"
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert reply.headers["etag"].strip('"')


def test_who_has_the_photo_is_told_so(house):
    house = house()
    etag = house.ask(PHOTO, IN).headers["etag"]
    for condition, status in [
        (f"If-None-Match: {etag}", 304),
        (f"If-None-Match: W/{etag}", 304),
        (f'If-None-Match: "other", {etag}', 304),
        ("If-None-Match: *", 304),
        ('If-None-Match: "other"', 200),
        ("If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT", 304),
        ("If-Modified-Since: Tue, 14 Nov 2023 22:13:19 GMT", 200),
        ("If-Modified-Since: rubbish", 200),
    ]:
        reply = house.ask(PHOTO, IN, condition)
        assert reply.status == status, condition
        if status == 304:
            assert reply.headers["etag"] == etag
            assert "content-length" not in reply.headers
    # If-None-Match rules where both are sent (RFC 9110 section 13.2.2)
    both = ('If-None-Match: "other"', "If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT")
    assert house.ask(PHOTO, IN, *both).status == 200


def test_only_origins_that_are_named_may_read(house):
    house = house('[serve]\ncors = ["https://meet.example.com"]\n')
    named = house.ask(PHOTO, IN, "Origin: https://meet.example.com")
    other = house.ask(PHOTO, IN, "Origin: https://evil.example")
    assert named.headers["access-control-allow-origin"] == "https://meet.example.com"
    assert "access-control-allow-origin" not in other.headers
    assert named.headers["vary"] == other.headers["vary"] == "Origin"


def test_a_photo_cannot_be_posted(house):
    reply = house().ask(PHOTO, IN, method="POST")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")


def test_a_photo_that_comes_shows_at_the_next_tick(house, library):
    house = house()
    connection = house.connect()
    assert read_replies(house.send(connection, get(f"/{ANNA}.jpg", IN)))[0].status == 404
    add(library, "anna", portrait("anna", 160), mails=[ANNA], uid="anna")
    house.wait(0.1)
    assert read_replies(house.send(connection, get(f"/{ANNA}.jpg", IN)))[0].status == 200


def test_connections_beyond_the_limit_are_turned_away(house):
    house = house("[serve]\nconnections = 2\n")
    connections = [house.connect() for _ in range(3)]
    assert [connection.transport.closed for connection in connections] == [False, False, True]
    assert house.count("turned_away") == 1
    assert house.count("open") == 2


def test_what_is_sent_is_counted(house):
    house = house()
    connection = house.connect()
    for _ in range(3):
        house.send(connection, get(PHOTO, IN))
    house.ask(f"/{ANNA}.jpg", IN)
    house.ask("/", IN)
    house.ask("/%zz", IN)
    house.wait(0.1)
    found = {name: house.count(name) for name in ("photos", "missing", "pages", "bad")}
    assert found == {"photos": 3, "missing": 1, "pages": 1, "bad": 1}


# -- rules that open some faces, or rest on something in the address ------------------------------------------------


class Ticket:
    """A stand-in for such a rule: `?ticket=jane` opens Jane's face; a cookie of that name opens it too."""

    name, each_face, parameters = "tickets", True, frozenset((b"ticket",))
    stale, guests, budget = False, False, None

    def admits(self, visitor):
        by_address = (b"ticket", b"jane") in visitor.parameters
        if not by_address and (b"ticket", b"jane") not in visitor.cookies:
            return None
        mine = visitor.face in Person.of(mails=[JANE], uid="jroe").index_keys()
        return Grant("guest", by_address=by_address) if mine else None

    def refresh(self):
        stale, self.stale = self.stale, False
        return stale


@pytest.fixture
def ticketed(house, tmp_path):
    house = house(f"[log]\naccess = '{tmp_path}/access'\naudit = '{tmp_path}/audit'\n[serve]\n")
    house.door.policy.rules = (Ticket(),)
    house.door.policy.each_face, house.door.policy.parameters = True, Ticket.parameters
    return house


def test_a_visitor_with_some_faces_sees_those_and_no_page(ticketed):
    for target, status in ((PHOTO, 200), ("/uid/jroe.jpg", 200), ("/photos/john@example.com.jpg", 302), ("/", 302)):
        for _ in range(2):
            assert ticketed.ask(target, "Cookie: ticket=jane").status == status


def test_of_several_keys_only_those_that_are_open_count(ticketed):
    mixed = "/profiles/photo.do?email=john@example.com&uid=jroe"
    shown = ticketed.ask(mixed, "Cookie: ticket=jane")
    assert shown.status == 200
    assert shown.body == ticketed.ask("/uid/jroe.jpg", "Cookie: ticket=jane").body
    assert ticketed.ask("/profiles/photo.do?email=john@example.com&uid=john", "Cookie: ticket=jane").status == 302


@pytest.mark.parametrize("how", ["cookie", "query"])
def test_the_short_way_takes_only_addresses_that_were_judged(ticketed, how):
    connection = ticketed.connect()
    lines = ["Cookie: ticket=jane"] if how == "cookie" else []
    query = "?ticket=jane" if how == "query" else ""

    def status(target):
        return read_replies(ticketed.send(connection, get(target, *lines)))[0].status

    for _ in range(3):
        assert status(PHOTO + query) == 200
        assert status("/photos/john@example.com.jpg" + query) == 302
        assert status("/uid/jroe.jpg" + query) == 200
        assert status("/uid/john.jpg" + query) == 302
    if how == "query":
        assert status(PHOTO) == 302
    assert ticketed.door.short(connection, (PHOTO + query).encode())
    ticketed.wait(TARGET_SECONDS)
    assert not ticketed.door.short(connection, (PHOTO + query).encode())


def test_connections_of_one_visitor_share_what_was_judged(ticketed):
    """By address and head: another address, or another cookie, is judged by itself."""
    target, later = PHOTO.encode(), b"/jane.roe@example.com.jpg"
    visitors = [("10.9.9.1", "jane"), ("10.9.9.1", "jane"), ("10.9.9.2", "jane"), ("10.9.9.1", "jane; x")]
    connections = [ticketed.connect((peer, 1)) for peer, _ in visitors]
    ticketed.send(connections[0], get(PHOTO, "Cookie: ticket=jane"))
    for connection, (_, cookie) in zip(connections[1:], visitors[1:], strict=True):
        ticketed.send(connection, get("/uid/jroe.jpg", f"Cookie: ticket={cookie}"))
    assert [ticketed.door.short(each, target) for each in connections] == [True, True, False, False]
    ticketed.wait(TARGET_SECONDS - 1)
    ticketed.send(connections[0], get(later.decode(), "Cookie: ticket=jane"))
    ticketed.wait(1)
    assert not ticketed.door.short(connections[1], target), "each address counts from when it was judged"
    assert ticketed.door.short(connections[1], later)


def test_a_credential_in_an_address_is_nowhere_written_down(ticketed):
    connection = ticketed.connect()
    for _ in range(3):
        assert read_replies(ticketed.send(connection, get(PHOTO + "?ticket=jane")))[0].status == 200
    ticketed.ask("/avatar/%zz?ticket=jane")
    ticketed.ask("/?ticket=jane&x=1")
    for name in ("access", "audit"):
        lines = ticketed.log_lines(name)
        assert "ticket=" not in json.dumps(lines)
        assert [line.get("target") or line.get("asked") for line in lines][:3] == [PHOTO] * 3


def test_changed_keys_end_all_earlier_verdicts(ticketed):
    connection = ticketed.connect()
    ticketed.send(connection, get(PHOTO, "Cookie: ticket=jane"))
    assert connection.known is not None
    ticketed.door.sweep()
    assert connection.known is not None
    ticketed.door.policy.rules[0].stale = True
    ticketed.door.sweep()
    assert connection.known is None


def test_what_is_remembered_of_a_connection_is_bounded(ticketed, monkeypatch):
    monkeypatch.setattr("limner.web.opened.TARGETS", 3)
    connection = ticketed.connect()
    for number in range(20):
        assert (
            read_replies(ticketed.send(connection, get(f"{PHOTO}?x={number}", "Cookie: ticket=jane")))[0].status == 200
        )
        assert len(connection.targets) <= 3


# -- what is answered to anybody --------------------------------------------------------------------------------------


def test_a_path_of_its_own_is_answered_to_anybody_and_noted_down(house, tmp_path):
    house = house(f"[log]\naccess = '{tmp_path}/access'\n[serve]\n")
    got = []

    async def later(connection, request):
        got.append((request.method, request.body))
        return plain(200, "later")

    house.door.outside = {b"/now": lambda connection, request: plain(200, "now"), b"/later": later}
    assert house.ask("/now?x=1").body == b"now\n"
    assert read_replies(house.send(house.connect(), post("/later", b"a=1")))[0].body == b"later\n"
    assert read_replies(house.send(house.connect(), post("/later", b"x" * 65_537)))[0].status == 200
    assert got == [(b"POST", b"a=1"), (b"POST", None)]
    assert house.ask("/now/").status == house.ask("/%6eow").status == 302
    assert [line["target"] for line in house.log_lines("access")][:2] == ["/now?x=1", "/later"]


def post(target, body):
    return get(target, f"Content-Length: {len(body)}", method="POST") + body
