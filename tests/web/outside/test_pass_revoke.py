"""`DELETE /passes/{id}`, at a door in this process."""

import json
import time

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.web.conftest import JANE

from limner.passes import Clients, Issued, Register

RULE = '[policy]\n[[policy.allow]]\nname = "guests"\npass = {}\n'


@pytest.fixture
def scene(house, tmp_path):
    """A door, two clients, and a pass of the first."""
    register = Register(tmp_path / "passes.secrets", create=True)
    opened = house(RULE)
    opened.now = time.time()
    opened.secrets = [Clients(register).add(name, 0.0) for name in ("meet", "chat")]
    opened.pass_, opened.token = Issued(register).issue("board", [JANE], 3600, issuer="meet", now=time.time())
    opened.by_hand, _ = Issued(register).issue("board", [JANE], 3600, issuer="command line", now=time.time())
    opened.register = register
    yield opened
    register.close()


def delete(scene, number, client=0, method="DELETE"):
    return scene.ask(f"/passes/{number}", f"Authorization: Bearer {scene.secrets[client]}", method=method)


def test_a_pass_that_is_taken_back_opens_nothing_any_more(scene):
    photo = f"/photos/{JANE}.jpg?pass={scene.token}"
    scene.door.tick(scene.now)
    scene.door.sweep()
    assert scene.ask(photo).status == 200
    reply = delete(scene, scene.pass_.id)
    assert (reply.status, reply.body, reply.headers["cache-control"]) == (204, b"", "no-store")
    scene.door.sweep()
    assert scene.ask(photo).status == 403
    found = Issued(scene.register).find(scene.pass_.id)
    assert found.state(time.time()) == "revoked"
    assert delete(scene, scene.pass_.id).status == 204, "once more does no harm"
    assert Issued(scene.register).find(scene.pass_.id) == found


def test_a_pass_of_somebody_else_is_not_there(scene):
    """Whether it exists is not told either."""
    unknown = delete(scene, "AAAAAAAAAAAAAAAA", client=1)
    assert unknown.status == 404
    assert json.loads(unknown.body) == {"error": "you asked for no pass of that id"}
    for number in (scene.pass_.id, scene.by_hand.id):
        assert delete(scene, number, client=1) == unknown
        assert Issued(scene.register).find(number).revoked is None


def test_nobody_else_takes_one_back(scene):
    for lines in ((), ("Authorization: Bearer x",), (f"Authorization: Bearer {scene.token}",)):
        assert scene.ask(f"/passes/{scene.pass_.id}", *lines, method="DELETE").status == 401
    assert Issued(scene.register).find(scene.pass_.id).revoked is None


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_other_methods_are_refused(scene, method):
    reply = delete(scene, scene.pass_.id, method=method)
    assert (reply.status, reply.headers["allow"]) == (405, "DELETE")


def test_a_register_that_others_can_read_is_not_used(scene):
    scene.register.file.chmod(0o644)
    assert delete(scene, scene.pass_.id).status == 503


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=40))
def test_any_id_gets_an_answer(scene, number):
    assert delete(scene, number).status in (400, 404)
