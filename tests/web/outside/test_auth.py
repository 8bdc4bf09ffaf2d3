"""The forward-auth door: the security holes of other gateways, and real web servers in front."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as options
from hypothesis import strategies as st
from tests.ltpa.maker import REALM, body2, cell, ltpa2, user
from tests.web.conftest import JANE, fill
from tests.web.house import House, Served, get, read_replies, settings_text, until

from limner import people
from limner.ltpa import WebSphereKeys, store
from limner.policy.condition import Grant

DOCS = Path(__file__).parents[3] / "docs"
PHOTO = f"/photos/{JANE}.jpg"
POLICY = """
[policy]
otherwise = 403
[[policy.allow]]
name = "offices"
networks = ["10.0.0.0/8"]
[[policy.allow]]
name = "the seed's cookies"
cookie = "LtpaToken"
"""
TRUSTED = "trusted = ['192.0.2.8', '192.0.2.9']\n"
NGINX = ("192.0.2.8", 5000)
OFFICE = "X-Forwarded-For: 10.1.2.3"


def door(house, more="", policy=POLICY):
    return house(f"{policy}[auth]\nenabled = true\n{TRUSTED}{more}\n[serve]\n")


def ask(house, uri=PHOTO, *headers, method="GET", forwarded=OFFICE, peer=NGINX, target="/auth"):
    lines = (forwarded, uri and f"X-Original-URI: {uri}", method and f"X-Original-Method: {method}")
    return house.ask(target, *filter(None, lines), *headers, peer=peer)


def test_who_is_let_in_is_told_by_whom_and_as_whom(house):
    reply = ask(door(house))
    assert (reply.status, reply.body) == (200, b"")
    assert (reply.headers["x-limner-user"], reply.headers["x-limner-rule"]) == ("10.1.2.3", "offices")
    assert reply.headers["cache-control"] == "no-store"


def test_it_is_closed_unless_asked_for(house):
    assert ask(house(POLICY + "[serve]\n")).status in (403, 404)


def test_the_visitors_own_cookie_is_judged(house):
    house = door(house)
    assert ask(house, PHOTO, "Cookie: LtpaToken=x", forwarded="X-Forwarded-For: 198.51.100.1").status == 200
    assert ask(house, forwarded="X-Forwarded-For: 198.51.100.1").status == 403


HOLES = {
    "a peer that is not trusted": {"peer": ("198.51.100.7", 1)},
    "a peer in an allowed network that is not trusted": {"peer": ("10.1.2.3", 1)},
    "a unix socket that is not trusted": {"peer": None},
    "no original address": {"uri": None},
    "no original method": {"method": None},
    "no address of the visitor": {"forwarded": None},
    "an address that is none": {"forwarded": "X-Forwarded-For: unknown"},
    "the visitor's own word on the left": {"forwarded": "X-Forwarded-For: 10.1.2.3, 198.51.100.1"},
    "the visitor's own word in a line before": {"headers": ["X-Forwarded-For: 198.51.100.1"]},
    "an underscore instead of a hyphen": {"forwarded": "X_Forwarded_For: 10.1.2.3"},
    "other headers of that meaning": {"forwarded": "Forwarded: for=10.1.2.3", "headers": ["X-Real-IP: 10.1.2.3"]},
    "two original addresses": {"headers": [f"X-Original-URI: {PHOTO}"]},
    "two original methods": {"headers": ["X-Original-Method: GET"]},
    "an original address under another name": {"uri": None, "headers": [f"X-Forwarded-Uri: {PHOTO}"]},
    "an original address with an underscore": {"uri": None, "headers": [f"X_Original_URI: {PHOTO}"]},
    "a whole URL": {"uri": f"http://photos.example.com{PHOTO}"},
    "a server's name": {"uri": f"//photos.example.com{PHOTO}"},
    "a path that does not begin": {"uri": PHOTO[1:]},
    "a star": {"uri": "*"},
    "a fragment": {"uri": PHOTO + "#/public"},
    "dots that go up": {"uri": "/public/../" + PHOTO[1:]},
    "encoded dots": {"uri": "/public/%2e%2E/" + PHOTO[1:]},
    "one dot": {"uri": "/./" + PHOTO[1:]},
    "dots with a path parameter": {"uri": "/public/..;x=1/" + PHOTO[1:]},
    "an encoded slash": {"uri": PHOTO.replace("photos/", "photos%2F")},
    "a doubled slash": {"uri": PHOTO.replace("photos/", "photos//")},
    "a backslash": {"uri": PHOTO.replace("photos/", "photos\\")},
    "an encoded backslash": {"uri": PHOTO.replace("photos/", "photos%5c")},
    "an encoded percent sign": {"uri": PHOTO.replace("@", "%2540")},
    "an encoded NUL": {"uri": PHOTO + "%00.png"},
    "an encoded line end": {"uri": PHOTO + "%0d%0aX:1"},
    "bad percent-encoding": {"uri": PHOTO + "%zz"},
    "not UTF-8": {"uri": PHOTO + "%ff"},
    "a parameter twice": {"uri": "/profiles/photo.do?uid=jroe&UID=boss"},
    "another method": {"method": "POST"},
    "a method in small letters": {"method": "get"},
    "a method of the visitor's for the gateway": {"method": "GET, POST"},
}


@pytest.mark.parametrize("hole", HOLES)
def test_what_other_gateways_were_broken_by_is_refused_like_everything_else(house, hole):
    house = door(house)
    given = dict(HOLES[hole])
    reply = ask(house, given.pop("uri", PHOTO), *given.pop("headers", ()), **given)
    plain = ask(house, forwarded="X-Forwarded-For: 198.51.100.1")
    assert reply == plain
    assert reply.status == 403
    assert "x-limner-user" not in reply.headers


def test_a_user_agent_or_a_path_of_health_checks_opens_nothing(house):
    house = door(house)
    stranger = "X-Forwarded-For: 198.51.100.1"
    for agent in ("GoogleHC/1.0", "kube-probe/1.28", "ELB-HealthChecker/2.0"):
        assert ask(house, "/ping", f"User-Agent: {agent}", forwarded=stranger).status == 403


def test_only_the_exact_path_is_the_door(house):
    house = door(house)
    for target in ("/auth/", "/Auth", "/%61uth", "/auth/..", "/auth;x"):
        assert ask(house, target=target).headers.get("x-limner-rule") is None


@pytest.mark.parametrize(
    ("refuse", "status", "location"),
    [("401", 401, None), ("403", 403, None), ('{ redirect = "https://x.example/" }', 302, "https://x.example/")],
)
def test_a_refusal_is_as_asked(house, refuse, status, location):
    reply = ask(door(house, f"refuse = {refuse}"), forwarded="X-Forwarded-For: 198.51.100.1")
    assert (reply.status, reply.headers.get("location")) == (status, location)


@pytest.mark.parametrize("gateway", ["traefik", "caddy"])
def test_other_gateways_have_other_headers(house, gateway):
    house = door(house, f"gateway = '{gateway}'")
    good = (f"X-Forwarded-Uri: {PHOTO}", "X-Forwarded-Method: GET")
    assert ask(house, None, *good, method=None).status == 200
    assert ask(house).status == 403


def test_headers_can_have_names_of_ones_own(house):
    house = door(house, "uri_header = 'X-Asked'\nmethod_header = 'X-How'")
    assert ask(house, None, f"X-Asked: {PHOTO}", "X-How: GET", method=None).status == 200


def test_envoy_puts_the_original_address_behind_the_path(house):
    house = door(house, "gateway = 'envoy'")
    for target, method, status in (
        ("/auth" + PHOTO, "GET", 200),
        ("/auth" + PHOTO + "?x=1", "HEAD", 200),
        ("/auth" + PHOTO, "POST", 403),
        ("/auth/public/../" + PHOTO[1:], "GET", 403),
        ("/auth//" + PHOTO[1:], "GET", 403),
    ):
        assert house.ask(target, OFFICE, method=method, peer=NGINX).status == status, target


def test_a_proxy_before_the_gateway_is_walked_over_and_no_other(house):
    house = door(house)
    assert ask(house, forwarded="X-Forwarded-For: 10.1.2.3, 192.0.2.9").status == 200
    assert ask(house, forwarded="X-Forwarded-For: 10.1.2.3, 192.0.2.10").status == 403


class OneFace:
    """A stand-in for a rule that opens Jane's face only."""

    name, each_face, parameters = "one face", True, frozenset((b"ticket",))
    guests, budget = True, None

    def admits(self, visitor):
        mine = visitor.face == people.by_mail(JANE) and (b"ticket", b"1") in visitor.parameters
        return Grant("guest, Zoë 100%") if mine else None

    def refresh(self):
        return False


@pytest.fixture
def one_face(house, tmp_path):
    house = house(f"{POLICY}[auth]\nenabled = true\n{TRUSTED}[log]\naudit = '{tmp_path}/audit'\n[serve]\n")
    rule = OneFace()
    house.door.policy.rules, house.door.policy.each_face = (rule,), True
    house.door.policy.parameters = rule.parameters
    return house


def test_who_is_hidden_from_a_visitor_is_refused(one_face, house, library):
    """The web server that asks may have the files of hidden people, too."""
    with library.batch() as batch:
        batch.hide([people.by_mail(JANE)], "insiders")
    one_face.wait(1)
    assert ask(one_face, PHOTO + "?ticket=1").status == 403
    offices = house(f"{POLICY}[auth]\nenabled = true\n{TRUSTED}[serve]\n")
    inside = {"forwarded": "X-Forwarded-For: 10.1.2.3"}
    assert ask(offices, PHOTO, **inside).status == 200
    with library.batch() as batch:
        batch.hide([people.by_mail(JANE)], "nobody")
    offices.wait(1)
    assert ask(offices, PHOTO, **inside).status == 403
    assert ask(offices, "/photos/john@example.com.jpg", **inside).status == 200


def test_photos_are_judged_face_by_face_and_all_that_are_named(one_face):
    for uri, status in (
        (PHOTO + "?ticket=1", 200),
        (PHOTO, 403),
        ("/photos/john@example.com.jpg?ticket=1", 403),
        ("/profiles/photo.do?email=" + JANE + "&ticket=1", 200),
        ("/profiles/photo.do?email=" + JANE + "&uid=john&ticket=1", 403),
        ("/?ticket=1", 403),
    ):
        assert ask(one_face, uri).status == status, uri
    reply = ask(one_face, PHOTO + "?ticket=1")
    assert reply.headers["x-limner-user"] == "guest, Zo%C3%AB 100%25"
    lines = one_face.log_lines("audit")
    assert {line["result"] for line in lines} == {"allowed", "refused"}
    assert lines[0]["asked"] == PHOTO
    assert "ticket" not in str(lines)


def test_the_log_says_why_but_not_for_every_request(house, caplog):
    house = door(house)
    for _ in range(5):
        ask(house, forwarded=None)
        ask(house, peer=("198.51.100.7", 1))
    assert [record.message for record in caplog.records] == [
        "/auth: refused: X-Forwarded-For is missing: have the web server send the visitor's address in it",
        "/auth: refused: 198.51.100.7 asks, and is not in `trusted`",
    ]
    house.wait(60)
    ask(house, forwarded=None)
    assert len(caplog.records) == 3


LINES = st.sampled_from([OFFICE, "X-Forwarded-For: 198.51.100.1", f"X-Original-URI: {PHOTO}", "X-Original-Method: GET"])
NOISE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=30)


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("auth")
    library = fill(folder / "library")
    house = House(folder, settings_text(f"{POLICY}[auth]\nenabled = true\n{TRUSTED}[serve]\n"), library)
    yield house
    house.close()
    library.close()


@options(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(LINES, max_size=5), NOISE, st.sampled_from(["X-Original-URI", "X-Forwarded-For", "Cookie", "X-Real-IP"])
)
def test_whatever_is_sent_only_whole_and_single_words_of_an_office_open(standing, lines, noise, name):
    sent = [*lines, f"{name}: {noise}"]
    replies = read_replies(standing.send(standing.connect(NGINX), get("/auth", *sent)))
    assert len(replies) == 1
    single = all(sum(line.startswith(start) for line in sent) == 1 for start in ("X-Original-URI", "X-Original-Method"))
    if replies[0].status == 200:
        assert single
        assert sum(line.startswith("X-Forwarded-For: 10.") for line in sent) >= 1
    else:
        assert replies[0].status in (400, 403)


# -- real web servers -------------------------------------------------------------------------------------------------


def block(language):
    page = (DOCS / "forward-auth.md").read_text("utf-8")
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return found


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """limner with real keys; the gateway's kind is set by each test."""

    @contextlib.contextmanager
    def start(gateway):
        folder = tmp_path_factory.mktemp(gateway)
        fill(folder / "library").close()
        store(WebSphereKeys("cell", cell().shared[:16], cell().n, realms=(REALM,)), folder / "cell.keyset")
        text = (
            '[policy]\n[[policy.allow]]\nname = "offices"\nnetworks = ["10.0.0.0/8"]\n'
            '[[policy.allow]]\nname = "signed in"\nltpa = { keys = "cell.keyset" }\n'
            f'[auth]\nenabled = true\ngateway = "{gateway}"\ntrusted = ["127.0.0.1"]\n[serve]\n'
        )
        with Served(folder, text) as served:
            yield served

    return start


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command, port, **more):
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **more
    )
    try:
        until(lambda: listens(port) or process.poll() is not None)
        assert process.poll() is None
        yield
    finally:
        process.terminate()
        process.wait(20)


def listens(port):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


def upstream_nginx(folder, port, extra=""):
    """nginx as the server behind: it says as whom it was asked, and whether a cookie came through."""
    return f"""
daemon off;
pid {folder}/nginx-{port}.pid;
error_log stderr warn;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 200 "user=$http_x_limner_user cookie=$http_cookie"; }}
  }}
  {extra}
}}
"""


def through(port, target, headers=None, method="GET"):
    """Ask a web server as a visitor whose address it does not trust."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=("127.0.0.2", 0))
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers or []:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def skip_without(program):
    if shutil.which(program) is None:
        assert not os.environ.get("CI"), f"{program} is missing"
        pytest.skip(f"{program} is not installed")


SPOOFS = [
    [("X-Forwarded-For", "10.1.2.3")],
    [("X-Forwarded-For", "10.1.2.3"), ("X-Forwarded-For", "10.1.2.3")],
    [("X_Forwarded_For", "10.1.2.3")],
    [("X-Real-IP", "10.1.2.3"), ("Forwarded", "for=10.1.2.3")],
    [("X-Original-URI", "/public"), ("X-Forwarded-Uri", "/public")],
    [("X-Original-Method", "OPTIONS"), ("X-Forwarded-Method", "OPTIONS")],
    [("X-Limner-User", "boss")],
    [("Cookie", "LtpaToken2=x")],
]


def token(name="uid=jroe,o=acme"):
    return ("Cookie", "LtpaToken2=" + ltpa2(cell(), body2(user(name))).decode())


def play(port):
    """What every web server in front has to do."""
    status, body = through(port, PHOTO, [token()])
    assert (status, body.split(" cookie=")[0]) == (200, f"user={JANE}")
    status, body = through(port, PHOTO, [token(), ("X-Limner-User", "boss")])
    assert (status, body.split(" cookie=")[0]) == (200, f"user={JANE}")
    status, body = through(port, PHOTO, [token("uid=zoë,o=acme")])
    assert unquote(body.split(" cookie=")[0]) == "user=uid=zoë,o=acme"
    for spoof in SPOOFS:
        assert through(port, PHOTO, spoof)[0] == 403, spoof
    for target in (PHOTO.replace("/photos/", "/photos/%2e%2e/photos/"), PHOTO.replace("@", "%2540")):
        assert through(port, target, [token()])[0] in (400, 403), target
    assert through(port, PHOTO, [token()], method="POST")[0] in (403, 405)


def test_a_real_nginx_with_the_configuration_of_the_guide(serving, tmp_path):
    skip_without("nginx")
    with serving("nginx") as served:
        port, behind = free_port(), free_port()
        guide = block("nginx").replace("8000", str(port)).replace("8080", str(served.port)).replace("8081", str(behind))
        file = tmp_path / "nginx.conf"
        file.write_text(upstream_nginx(tmp_path, behind, guide))
        with running(["nginx", "-e", "stderr", "-p", str(tmp_path), "-c", str(file)], port):
            play(port)
            assert through(port, PHOTO, [token()])[1].endswith("cookie=")
            served.stop()
            assert through(port, PHOTO, [token()])[0] == 500


def test_a_real_caddy_with_the_configuration_of_the_guide(serving, tmp_path):
    skip_without("caddy")
    skip_without("nginx")
    with serving("caddy") as served:
        port, behind = free_port(), free_port()
        guide = block("caddyfile").replace("8080", str(served.port)).replace("8081", str(behind))
        guide = guide.replace(":8000 {\n", f"http://:{port} {{\n\tbind 127.0.0.1\n")
        (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + guide)
        (tmp_path / "nginx.conf").write_text(upstream_nginx(tmp_path, behind))
        homes = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
        caddy = ["caddy", "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
        with (
            running(["nginx", "-e", "stderr", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], behind),
            running(caddy, port, env=os.environ | homes, stderr=subprocess.DEVNULL),
        ):
            play(port)
            served.stop()
            assert through(port, PHOTO, [token()])[0] >= 500
