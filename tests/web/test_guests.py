"""A guest of a meeting at the door: what they see, and that all else looks the same."""

import gc
import json
import sys

import pytest

from limner import people
from limner.passes import Issued, Register
from limner.web.opened import SECONDS as TARGET_SECONDS

from .conftest import ANNA, JANE, JOHN, add, portrait
from .house import get, read_replies

RULES = """
[log]
access = "access.jsonl"
audit = "audit.jsonl"
[policy]
otherwise = {otherwise}
[[policy.allow]]
name = "offices"
networks = ["10.0.0.0/8"]
[[policy.allow]]
name = "meeting guests"
pass = {{ secrets = "passes.secrets" }}
faces = "pass"
{more}
"""
WALL = """
[policy]
[[policy.allow]]
name = "offices"
networks = ["10.0.0.0/8"]
[[policy.allow]]
name = "anyone"
cookie = "a"
"""
NOW = 1_800_000_000.0  # the house's time
INSIDER = ("10.1.2.3", 5)
OTHERWISE = ['"placeholder"', "403", '{ redirect = "https://www.example.com/" }']
hashes = sorted(people.hashes(JOHN))
JANES = [
    *(f"/photos/{JANE}.jpg", f"/{JANE}.jpg", "/uid/jroe.jpg", f"/avatar/{min(people.hashes(JANE))}?s=80"),
    *(f"/profiles/photo.do?email={JANE}", "/profiles/photo.do?key=4711-abc", f"/v1.0/users/{JANE}/photo/$value"),
    *("/v1.0/users/jroe/photos/48x48/$value", "/profiles/photo.do?distinguishedName=cn=jane%20roe,ou=sales,o=acme"),
]
OTHERS = [  # John is there, zohn is not
    (f"/photos/{JOHN}.jpg", "/photos/zohn@example.com.jpg"),
    ("/uid/john.jpg", "/uid/zohn.jpg"),
    *((f"/avatar/{digest}?d=initials", f"/avatar/{digest[::-1]}?d=initials") for digest in hashes),
    (f"/profiles/photo.do?email={JOHN}", "/profiles/photo.do?email=zohn@example.com"),
    (f"/v1.0/users/{JOHN}/photo/$value", "/v1.0/users/zohn@example.com/photo/$value"),
    ("/v1.0/users/john/photo", "/v1.0/users/zohn/photo"),
    ("/", "/nowhere"),
    ("/people.json?q=john", "/people.json?q=zohn"),
]


@pytest.fixture
def meeting(house, tmp_path):
    """Open a door for guests, and give it with a token for Jane."""

    def build(otherwise=OTHERWISE[0], more="", faces=(JANE,)):
        register = Register(tmp_path / "passes.secrets", create=True)
        token = Issued(register).issue("board", faces, 7200, issuer="t", now=NOW)[1]
        register.close()
        return house(RULES.format(otherwise=otherwise, more=more)), token

    return build


def cookie(token):
    return f"Cookie: limner-pass-x={token}"


@pytest.mark.parametrize("target", JANES)
def test_a_guest_sees_a_face_of_the_room_in_every_form(meeting, target):
    house, token = meeting()
    photo = house.ask(target, peer=INSIDER)
    assert photo.status == 200
    assert house.ask(target, cookie(token)) == photo
    assert house.ask(f"{target}{'&' if '?' in target else '?'}pass={token}") == photo


@pytest.mark.parametrize("otherwise", OTHERWISE)
@pytest.mark.parametrize(("there", "nowhere"), OTHERS)
def test_every_other_face_and_page_looks_the_same(meeting, otherwise, there, nowhere):
    house, token = meeting(otherwise)
    answer = house.ask(there, cookie(token))
    assert answer == house.ask(nowhere, cookie(token)) == house.ask(there), "and as to one without a pass"


def test_as_much_is_done_for_a_face_that_exists_as_for_one_that_does_not(meeting):
    house, token = meeting()

    def work(target):
        calls = []
        request = get(target, cookie(token))
        connection = house.connect()
        connection.data_received(request)
        gc.disable()  # it would call whatever has ended
        sys.setprofile(lambda frame, event, arg: calls.append(frame.f_code.co_name) if event == "call" else None)
        try:
            connection.data_received(request)
        finally:
            sys.setprofile(None)
            gc.enable()
        return calls

    for there, nowhere in OTHERS[:2] + OTHERS[4:7]:
        assert work(there) == work(nowhere) != []


ATTACKS = ["", "x", "a.b.c", "forged", "truncated", "none", "extended"]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_a_pass_that_is_none_gets_what_anybody_gets(meeting, otherwise, attack):
    house, token = meeting(otherwise)
    head, claims, signature = token.split(".")
    bad = {
        "forged": f"{head}.{claims}.{signature[::-1]}",
        "truncated": token[:-5],
        "none": f"eyJhbGciOiJub25lIn0.{claims}.",
        "extended": f"{head}.{claims}.{signature}.{signature}",
    }.get(attack, attack)
    nothing = house.ask(JANES[0])
    assert house.ask(JANES[0], cookie(bad)) == nothing
    assert house.ask(f"{JANES[0]}?pass={bad}") == nothing
    assert house.ask(f"/pass/{bad}") == house.ask("/")


def test_a_pass_that_ends_ends_on_an_open_connection(meeting):
    house, token = meeting()
    connection = house.connect()

    def ask():
        return read_replies(house.send(connection, get(JANES[0], cookie(token))))[0]

    placeholder = house.ask(JANES[0]).body
    assert ask().body == ask().body != placeholder
    house.wait(7199)
    assert ask().body != placeholder
    house.wait(1.1)
    assert ask().body == placeholder


def test_a_revoked_pass_ends_on_an_open_connection(meeting, tmp_path):
    house, token = meeting()
    connection = house.connect()
    request = get(JANES[0], cookie(token))
    before = [read_replies(house.send(connection, request))[0].body for _ in range(2)]
    register = Register(tmp_path / "passes.secrets")
    Issued(register).revoke(now=NOW, room="board")
    register.close()
    house.door.sweep()
    assert read_replies(house.send(connection, request))[0].body == house.ask(JANES[0]).body != before[0]


def test_the_logs_know_the_pass_and_not_the_token(meeting, tmp_path):
    house, token = meeting()
    house.ask(f"{JANES[0]}?pass={token}")
    house.ask(JANES[0], cookie(token))
    house.ask(f"/pass/{token}")
    lines = house.log_lines("audit") + house.log_lines("access")
    assert lines[0]["who"].startswith("pass ")
    assert lines[0]["face"] == JANE
    assert token not in str(lines)
    assert token[-20:] not in str(lines)


# -- budgets ---------------------------------------------------------------------------------------------------------


def test_a_page_that_shows_the_same_faces_over_and_over_costs_each_once(meeting):
    house, token = meeting(more='budget = { faces = 2, per = "1h" }', faces=(JANE, JOHN, ANNA))
    connection = house.connect()

    def shown(target):
        body = read_replies(house.send(connection, get(target, cookie(token))))[0].body
        return body == house.ask(target, peer=INSIDER).body

    for _ in range(4):
        assert all(shown(target) for target in (*JANES[:6], f"/photos/{JOHN}.jpg"))
        house.wait(TARGET_SECONDS + 1)
    placeholder = house.ask(JANES[0]).body
    assert house.ask(f"/photos/{ANNA}.jpg", cookie(token)).undated()[::2] == (200, placeholder), "what otherwise says"
    assert shown(JANES[0])
    house.wait(3600)
    assert house.ask(f"/photos/{ANNA}.jpg", cookie(token)).status == 404, "a new hour: she has no photo"


def test_the_short_way_ends_with_the_hour_that_was_counted(meeting):
    house, token = meeting(more='budget = { faces = 1, per = "5s" }', faces=(JANE, JOHN))
    connection = house.connect()
    house.send(connection, get(JANES[0], cookie(token)))
    assert connection.targets[JANES[0].encode()][0] == NOW + 5


def test_a_name_of_several_kinds_costs_one(meeting):
    house, token = meeting(more='budget = { faces = 1, per = "1h" }', faces=(JANE, JOHN))
    assert house.ask(JANES[6], cookie(token)).status == 200
    assert house.ask(JANES[0], cookie(token)).body == house.ask(JANES[0], peer=INSIDER).body


# -- hidden people ----------------------------------------------------------------------------------------------------


def hide(library, name, shown_to):
    with library.batch() as batch:
        batch.hide([people.by_any(name)[0]], shown_to)


@pytest.mark.parametrize("shown_to", ["insiders", "nobody"])
@pytest.mark.parametrize("target", JANES)
def test_a_hidden_face_is_that_of_somebody_without_a_photo(meeting, library, target, shown_to):
    house, token = meeting()
    photo = house.ask(target, cookie(token))
    hide(library, "jroe", shown_to)
    house.wait(0.2)
    guest, insider = house.ask(target, cookie(token)), house.ask(target, peer=INSIDER)
    assert guest.body != photo.body
    assert (insider.body == photo.body) == (shown_to == "insiders")
    hide(library, JANE, "everyone")
    house.wait(0.2)
    assert house.ask(target, cookie(token)) == photo


def test_a_hidden_name_is_not_drawn_either(meeting, library):
    house, token = meeting()
    target = f"/avatar/{min(people.hashes(JANE))}?d=initials"
    add(library, "jane", mails=[JANE], uid="jroe", name="Jane Roe")
    drawn = house.ask(target, peer=INSIDER).body
    hide(library, JANE, "insiders")
    house.wait(0.2)
    assert house.ask(target, peer=INSIDER).body == drawn
    assert house.ask(target, cookie(token)).body != drawn


def test_the_wall_shows_whom_its_visitor_may_see(house, library):
    opened = house(WALL)
    hide(library, JANE, "insiders")
    hide(library, JOHN, "nobody")
    opened.wait(0.2)

    def names(*headers, **more):
        found = json.loads(opened.ask("/people.json", *headers, **more).body)
        assert found["count"] == len(found["people"])
        return [person["label"] for person in found["people"]]

    assert names(peer=INSIDER) == [ANNA, JANE]
    assert names("Cookie: a=1") == [ANNA], "a cookie anyone can send makes nobody an insider"


def test_a_photo_that_is_not_hidden_any_more_takes_the_short_way_again(house, library):
    opened = house()
    target = f"/photos/{JANE}.jpg".encode()
    opened.door.lane.release()
    assert opened.door.lane.short(target)
    hide(library, JANE, "insiders")
    opened.door.lane.release()
    assert opened.door.lane.short(target) is None
    add(library, "jane", portrait("other", 160), mails=[JANE], uid="jroe")
    opened.door.lane.release()
    assert opened.door.lane.short(target) is None, "a sync leaves it hidden"
    hide(library, JANE, "everyone")
    opened.door.lane.release()
    assert opened.door.lane.short(target)
