"""What is noted down, and what never is."""

import pytest

from limner.errors import ServeError
from limner.people import hashes

from .conftest import ANNA, JANE, NOBODY
from .house import IN, get

LOGS = '[log]\naccess = "access.jsonl"\naudit = "audit.jsonl"\n'
SECRET = "LtpaToken2=Geheimnis"


def test_the_short_way_is_noted_as_the_full_way_is(house):
    house = house(LOGS)
    connection = house.connect()
    request = get(f"/photos/{JANE}.jpg", IN, "User-Agent: tester")
    for _ in range(3):
        house.send(connection, request)
    for name in ("access", "audit"):
        full, *short = house.log_lines(name)
        assert short == [full, full]
    assert house.log_lines("access")[0] == {
        "time": "2027-01-15T08:00:00.000Z",
        "who": "127.0.0.1",
        "rule": "the seed's cookies",
        "agent": "tester",
        "method": "GET",
        "status": 200,
        "target": f"/photos/{JANE}.jpg",
        "bytes": 1660,
    }


def test_the_audit_trail_names_the_person_and_the_result(house):
    house = house(LOGS)
    md5 = min(hashes(JANE), key=len)
    house.ask(f"/avatar/{md5}", IN)
    etag = house.ask(f"/avatar/{md5}", IN).headers["etag"]
    house.ask(f"/avatar/{md5}", IN, f"If-None-Match: {etag}")
    house.ask(f"/{ANNA}.jpg", IN)
    house.ask(f"/avatar/{md5}")
    house.ask("/people.json", IN)
    lines = [(line["face"], line["result"], line["rule"]) for line in house.log_lines("audit")]
    rule = "the seed's cookies"
    assert lines == [
        (JANE, "shown", rule),
        (JANE, "shown", rule),
        (JANE, "unchanged", rule),
        (None, "no photo", rule),
        (None, "refused", None),  # whom a refused visitor asked for is not looked up
    ]


def test_the_peer_is_named_where_it_is_not_the_visitor(house):
    house = house(LOGS)
    house.ask(f"/{JANE}.jpg", "X-Forwarded-For: 10.1.2.3")
    (line,) = house.log_lines("access")
    assert (line["who"], line["peer"]) == ("10.1.2.3", "127.0.0.1")


def test_no_credential_is_ever_noted(house):
    house = house(LOGS)
    secrets = [f"Cookie: {SECRET}", "Authorization: Bearer Geheimnis", "X-Token: Geheimnis", "Referer: /Geheimnis"]
    connection = house.connect()
    for target in (f"/{JANE}.jpg", f"/{JANE}.jpg", f"/{NOBODY}.jpg", "/"):
        house.send(connection, get(target, *secrets))
    for log in (house.door.trail.access, house.door.trail.audit):
        log.flush()
    text = (house.folder / "access.jsonl").read_text() + (house.folder / "audit.jsonl").read_text()
    assert text.count("\n") == 7
    assert "Geheimnis" not in text


def test_a_hostile_address_or_agent_cannot_break_a_line(house):
    house = house(LOGS)
    agent = 'User-Agent: "},\\ \xff\x85 {"who":"admin"}'
    for target in ("/a%0ab", '/"},{"x', f'/{JANE}.jpg?"'):
        house.send(house.connect(), get(target, IN, agent))
    lines = house.log_lines("access")
    assert len(lines) == 3
    assert all(line["who"] == "127.0.0.1" for line in lines)


def test_a_log_that_cannot_be_written_is_a_clear_error(house, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ServeError, match="cannot write the log"):
        house('[log]\naccess = "a.jsonl"\naudit = "file/audit.jsonl"\n')
