"""`POST /passes`, at a door in this process."""

import base64
import json
import re

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.web.conftest import JANE
from tests.web.house import get, read_replies

from limner.passes import Clients, Issued, Register

RULE = '\n[passes]\nper_minute = 3\nfaces = 5\n[policy]\n[[policy.allow]]\nname = "guests"\npass = {}\n'
WISH = {"room": "board", "faces": [JANE], "for": "1h"}


@pytest.fixture
def client(house, tmp_path):
    register = Register(tmp_path / "passes.secrets", create=True)
    secret = Clients(register).add("meet", 0.0)
    register.close()
    opened = house(RULE)

    def post(body=WISH, auth=f"Bearer {secret}", kind="application/json", method="POST"):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"Content-Length: {len(raw)}", *([f"Authorization: {auth}"] if auth else [])]
        lines += [f"Content-Type: {kind}"] if kind else []
        sent = opened.send(opened.connect(), get("/passes", *lines, method=method) + raw)
        return read_replies(sent, [method])[0]

    post.secret, post.house, post.file = secret, opened, tmp_path / "passes.secrets"
    return post


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_a_client_gets_a_pass_that_works(client):
    reply = client()
    made = json.loads(reply.body)
    assert reply.status == 201
    assert reply.headers["cache-control"] == "no-store"
    assert (made["room"], made["faces"], made["link"]) == ("board", 1, f"/pass/{made['token']}")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["ends"])
    register = Register(client.file)
    found = Issued(register).find(made["id"])
    register.close()
    assert (found.issuer, found.faces) == ("meet", (JANE,))
    assert found.ends - found.issued == pytest.approx(3600, abs=1)


def test_basic_and_bearer_do_alike(client):
    assert client(auth=basic(f"meet:{client.secret}")).status == 201
    assert client(auth=f"bearer  {client.secret} ").status == 201


@pytest.mark.parametrize(
    "auth", ["", "Bearer", "Bearer x", "Basic !", "Digest a", basic("meet"), basic("meet:x"), "x" * 3000]
)
def test_nobody_else_gets_one_and_all_get_the_same_answer(client, auth):
    reply = client(auth=auth, body=b"not looked at")
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == 'Basic realm="limner passes"'
    assert reply == client(auth=basic(f"chat:{client.secret}"), body={})


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"{", 400, "not JSON"),
        (b"\xff", 400, "not JSON"),
        (b"[" * 30_000, 400, "not JSON"),
        ([], 400, "not a JSON object"),
        ({}, 400, "room"),
        (WISH | {"room": ""}, 400, "room"),
        (WISH | {"faces": JANE}, 400, "faces"),
        (WISH | {"faces": [1]}, 400, "faces"),
        (WISH | {"faces": []}, 400, "at least one"),
        (WISH | {"faces": [f"{n}@x" for n in range(6)]}, 400, "at most 5"),
        (WISH | {"for": "25h"}, 400, "at most 24h"),
        (WISH | {"for": True}, 400, "for:"),
        (WISH | {"for": 0}, 400, "for:"),
        (WISH | {"admin": 1}, 400, "no field 'admin'"),
        (b" " * 70_000, 413, "too large"),
    ],
)
def test_a_wish_that_is_none_is_told_why(client, body, status, why):
    reply = client(body)
    assert reply.status == status
    assert why in json.loads(reply.body)["error"]


def test_only_json_is_taken_so_that_no_page_elsewhere_can_send_it(client):
    for kind in ("", "text/plain", "application/x-www-form-urlencoded"):
        assert client(kind=kind).status == 415
    assert client(kind="application/json; charset=utf-8").status == 201


def test_a_client_gets_so_many_in_a_minute(client):
    assert [client().status for _ in range(4)] == [201, 201, 201, 429]
    assert client().headers["retry-after"] == "60"


def test_other_methods_are_refused(client):
    assert client(method="PUT").status == 405
    assert client.house.ask("/passes").headers["allow"] == "POST"


def test_a_register_that_others_can_read_is_not_used(client, caplog):
    client.file.chmod(0o644)
    reply = client()
    assert reply.status == 503
    assert b"chmod" not in reply.body
    assert "others than its owner" in caplog.text


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.binary(max_size=80), st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_any_body_and_header_get_an_answer(client, body, auth):
    assert client(body, auth=auth.strip()).status == 401
    assert client(body).status in (400, 429)
