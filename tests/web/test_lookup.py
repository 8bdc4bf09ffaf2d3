"""A visitor whom only the directory knows: `limner serve` with a real slapd behind it, up and down."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.ltpa.maker import REALM, body2, cell, ltpa2, user

from ldap_servers import Slapd, needs_slapd
from ldap_servers.slapd import PEOPLE, person
from limner.ltpa import WebSphereKeys, store

from .conftest import JANE, JOHN, fill
from .house import Served

pytestmark = needs_slapd
RULE = """
[log]
audit = "audit.jsonl"
[auth]
enabled = true
gateway = "nginx"
trusted = ["127.0.0.1"]
[policy]
otherwise = 403
[[policy.allow]]
name = "signed in"
[policy.allow.ltpa]
keys = "cell.keyset"
known = true
[policy.allow.ltpa.lookup]
servers = "{server}"
ca_file = "{ca}"
base = "{base}"
wait_seconds = 20
"""


def cookie(name):
    return {"Cookie": "LtpaToken2=" + ltpa2(cell(), body2(user(name))).decode()}


@pytest.fixture
def slapd():
    with Slapd(person("boss", mail=JOHN), person("temp", mail="temp@example.com")) as server:
        yield server


@pytest.fixture
def site(tmp_path, slapd):
    fill(tmp_path / "library").close()
    store(WebSphereKeys("cell", cell().shared[:16], cell().n, realms=(REALM,)), tmp_path / "cell.keyset")
    text = RULE.format(server=slapd.url, ca=slapd.ca_file, base=PEOPLE)
    with Served(tmp_path, text) as served:
        yield served


def test_the_first_request_waits_for_the_directory_and_shows_the_photo(site):
    """Also at the forward-auth door; who is in the directory and not in the library stays out."""
    auth = {"X-Original-URI": "/x", "X-Original-Method": "GET", "X-Forwarded-For": "192.0.2.1"}
    answer = site.ask("/auth", cookie("uid=boss,o=elsewhere") | auth)
    assert (answer.status, answer.headers.get("x-limner-user")) == (200, JOHN)
    assert site.ask(f"/photos/{JANE}.jpg", cookie("boss")).status == 200
    assert site.ask(f"/photos/{JANE}.jpg", cookie("temp")).status == 403
    assert site.ask(f"/photos/{JANE}.jpg", cookie("nobody")).status == 403
    assert site.ask(f"/photos/{JANE}.jpg", cookie("*")).status == 403


def test_many_at_once(site):
    """All who come in the same moment are answered, and those whom the library knows are not kept."""
    names = ["boss", "jroe", "temp", "john"] * 10
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda name: site.ask(f"/photos/{JANE}.jpg", cookie(name)).status, names))
    assert answers == [200, 200, 403, 200] * 10


def test_with_the_directory_down_the_known_come_in_and_the_others_do_not(site, slapd):
    slapd.stop()
    assert site.ask(f"/photos/{JANE}.jpg", cookie("jroe")).status == 200
    assert site.ask(f"/photos/{JANE}.jpg", cookie("boss")).status == 403
    site.said(rb"error: lookup: .*users who were not looked up before are nobody until it answers")
    slapd._start()
