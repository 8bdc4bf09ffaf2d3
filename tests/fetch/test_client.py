"""The client against real servers on loopback, well-behaved and not."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from email.utils import formatdate
from pathlib import Path

import pytest
from tests.fetch.conftest import Clients
from tests.origin import Asked, Reply, drip, nobody, origin

from limner.fetch import Client, FetchError, Rules
from limner.fetch.client import REDIRECTS

PHOTO = b"\xff\xd8photo" * 100


def ok(asked: Asked) -> Reply:
    return Reply(200, PHOTO, {"ETag": '"v1"'})


def failure(client: Client, url: str, **more: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        client.get(url, limit=10_000, **more)  # type: ignore[arg-type]
    assert "\n" not in caught.value.message
    return caught.value


def test_a_photo_comes_with_its_headers(client: Clients) -> None:
    with origin(ok) as server:
        answer = client().get(f"{server.url}/jane.jpg?x=1", limit=10_000)
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, PHOTO, '"v1"')
    assert answer.url == f"{server.url}/jane.jpg?x=1"
    assert server.asked[0].path == "/jane.jpg?x=1"


def test_the_server_learns_no_more_than_it_must(client: Clients) -> None:
    with origin(ok) as server:
        client(agent="limner/1").get(f"{server.url}/", limit=10_000, headers={"If-None-Match": '"v0"'})
    names = {name.lower() for name in server.asked[0].headers}
    assert names == {"host", "accept", "accept-encoding", "user-agent", "connection", "if-none-match"}
    assert server.asked[0].headers["user-agent"] == "limner/1"


def test_connections_are_used_again(client: Clients) -> None:
    with origin(ok) as server:
        one = client()
        for _ in range(5):
            one.get(f"{server.url}/", limit=10_000)
        assert server.connections == 1


def test_cookies_are_neither_kept_nor_sent(client: Clients) -> None:
    with origin(lambda asked: Reply(200, b"x", {"Set-Cookie": "session=1; Path=/"})) as server:
        one = client()
        one.get(f"{server.url}/", limit=10)
        one.get(f"{server.url}/", limit=10)
    assert "cookie" not in server.asked[1].headers


def test_an_unchanged_photo_is_an_answer_where_it_is_hoped_for(client: Clients) -> None:
    with origin(lambda asked: Reply(304, b"")) as server:
        assert client().get(f"{server.url}/", limit=10, ok=(200, 304)).status == 304


# -- size -----------------------------------------------------------------------------------------------------------


def test_too_many_bytes_are_not_read(client: Clients) -> None:
    with origin(lambda asked: Reply(200, bytes(10_001))) as server:
        why = failure(client(), f"{server.url}/big")
    assert (why.kind, why.again) == ("large", False)
    assert "larger than the 10,000 bytes" in why.message
    with origin(lambda asked: Reply(200, bytes(10_000))) as server:
        assert len(client().get(f"{server.url}/", limit=10_000).body) == 10_000


def test_an_endless_body_ends_at_the_limit(client: Clients) -> None:
    with origin(lambda asked: Reply(200, feed=drip(bytes(65_536), 0))) as server:
        assert failure(client(), f"{server.url}/").kind == "large"


def test_a_length_of_a_hundred_digits_is_no_trouble(client: Clients) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 15 + b"\r\n\r\nx"
    with origin(lambda asked: Reply(raw=raw)) as server:
        assert failure(client(), f"{server.url}/").kind == "large"


def test_a_packed_answer_is_unpacked(client: Clients) -> None:
    with origin(lambda asked: Reply(200, gzip.compress(PHOTO), {"Content-Encoding": "gzip"})) as server:
        assert client().get(f"{server.url}/", limit=10_000).body == PHOTO


def test_a_gzip_bomb_is_stopped_at_the_limit(client: Clients) -> None:
    bomb = gzip.compress(bytes(9_000_000), 9)
    assert len(bomb) < 10_000
    with origin(lambda asked: Reply(200, bomb, {"Content-Encoding": "gzip"})) as server:
        assert failure(client(), f"{server.url}/").kind == "large"


@pytest.mark.parametrize(
    ("coding", "body", "words"),
    [
        ("gzip", b"no gzip at all", "not packed as it says"),
        ("gzip", gzip.compress(PHOTO)[:-12], "ends early"),
        ("br", b"x", "packed as 'br'"),
        ("gzip, gzip", b"x", "packed as 'gzip, gzip'"),
    ],
)
def test_what_cannot_be_unpacked_is_said(client: Clients, coding: str, body: bytes, words: str) -> None:
    with origin(lambda asked: Reply(200, body, {"Content-Encoding": coding})) as server:
        why = failure(client(), f"{server.url}/")
    assert why.kind == "broken"
    assert words in why.message


# -- time -----------------------------------------------------------------------------------------------------------


def seconds(client: Client, url: str) -> tuple[float, FetchError]:
    start = time.monotonic()
    why = failure(client, url)
    return time.monotonic() - start, why


@pytest.mark.parametrize("where", ["silent", "head", "body", "handshake"])
def test_a_server_that_feeds_drop_by_drop_is_left_after_the_whole_time(client: Clients, where: str) -> None:
    """Each wait for itself is short enough; only all together are too long."""
    rest = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            sock, _ = listening.accept()
            with sock:
                if where == "body":
                    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
                if where == "head":
                    sock.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while where != "silent" and not rest.wait(0.05):
                    try:
                        sock.sendall(b"\x16" if where == "handshake" else b"x")
                    except OSError:
                        return
                rest.wait(5)

        thread = threading.Thread(target=serve)
        thread.start()
        scheme = "https" if where == "handshake" else "http"
        took, why = seconds(client(seconds=0.4, tries=1), f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/")
        rest.set()
        thread.join()
    assert took < 2
    if where != "handshake":
        assert (why.kind, why.again) == ("late", True)
        assert "no answer within 0.4 s" in why.message


# -- who may be asked -----------------------------------------------------------------------------------------------


def test_this_machine_is_not_asked_unless_it_is_allowed(client: Clients) -> None:
    with origin(ok) as server:
        why = failure(client(allow=[]), f"{server.url}/")
        assert not server.asked
    assert (why.kind, why.again) == ("refused", False)
    assert why.message == "127.0.0.1 may not be asked: 127.0.0.1 is this machine itself"
    assert why.hint is not None
    assert f'[fetch] allow = ["127.0.0.1:{server.port}"]' in why.hint


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]"]
)
def test_other_spellings_of_this_machine_do_not_help(client: Clients, host: str) -> None:
    with origin(ok) as server:
        assert failure(client(allow=[]), f"http://{host}:{server.port}/").kind in ("refused", "host")
        assert not server.asked


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_only_where_it_was_judged(client: Clients) -> None:
    """DNS rebinding: what was looked up is what is connected to; there is no second look-up."""
    lookups = []

    def resolver(host: str, port: int, seconds: float) -> list[str]:
        lookups.append(host)
        return ["127.0.0.2"] if len(lookups) == 1 else ["127.0.0.1"]

    with origin(ok, host="127.0.0.2") as good:
        one = client(allow=["127.0.0.2"], resolver=resolver, tries=1)
        assert one.get(f"http://photos.example:{good.port}/", limit=10_000).status == 200
        assert good.asked[0].headers["host"] == f"photos.example:{good.port}"
        assert lookups == ["photos.example"]
    with origin(ok) as inside:
        why = failure(one, f"http://photos.example:{inside.port}/")
        assert "photos.example may not be asked: 127.0.0.1 is this machine itself" in why.message
        assert not inside.asked


def test_of_several_addresses_the_allowed_that_answers_is_asked(client: Clients) -> None:
    found = ["10.0.0.1", "127.0.0.3", "169.254.169.254", "127.0.0.2"]  # nobody listens on 127.0.0.3
    with origin(ok, host="127.0.0.2") as server:
        one = client(allow=["127.0.0.2", "127.0.0.3"], resolver=lambda *asked: found)
        assert one.get(f"http://photos.example:{server.port}/", limit=10_000).status == 200


# -- redirects ------------------------------------------------------------------------------------------------------


def test_a_redirect_is_followed(client: Clients) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(302, b"", {"Location": "/there"}) if asked.path == "/here" else ok(asked)

    with origin(answer) as server:
        got = client().get(f"{server.url}/here", limit=10_000, headers={"Authorization": "Basic secret"})
        assert got.url == f"{server.url}/there"
        assert server.asked[1].headers["authorization"] == "Basic secret"


def test_secrets_do_not_go_along_to_another_origin(client: Clients) -> None:
    with origin(ok) as other, origin(lambda asked: Reply(302, b"", {"Location": f"{other.url}/x"})) as server:
        secrets = {
            "Authorization": "Basic secret",
            "Cookie": "LtpaToken2=secret",
            "X-Key": "secret",
            "Accept": "image/*",
        }
        client().get(f"{server.url}/", limit=10_000, headers=secrets)
        assert server.asked[0].headers["cookie"] == "LtpaToken2=secret"
        assert "secret" not in str(other.asked[0].headers)
        assert other.asked[0].headers["accept"] == "image/*"


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("file:///etc/passwd", "not an http or https address"),
        ("ftp://127.0.0.9/x", "not an http or https address"),
        ("http://127.0.0.9:{port}/", "127.0.0.9 is this machine itself"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is link-local"),
        ("http://127.0.0.1:22/", "port 22 may not be asked"),
        ("http://[::ffff:10.0.0.1]/", "10.0.0.1 is private"),
        ("http://user:pw@127.0.0.1:{port}/", "holds a user name or password"),
        ("http://a b/", "not an http or https address"),
    ],
)
def test_a_redirect_to_where_nobody_may_go_is_not_followed(client: Clients, to: str, words: str) -> None:
    with origin(lambda asked: Reply(302, b"", {"Location": to.format(port=server.port)})) as server:
        why = failure(client(allow=[f"127.0.0.1:{server.port}"], ports=[server.port]), f"{server.url}/")
        assert len(server.asked) == 1
    assert why.kind == "refused"
    assert words in why.message
    assert "pw" not in why.message


@pytest.mark.parametrize("to", ["http://[::1", "http://a:b/", "http://127.0.0.1:99999999/"])
def test_a_redirect_to_nowhere_is_said(client: Clients, to: str) -> None:
    with origin(lambda asked: Reply(302, b"", {"Location": to})) as server:
        assert failure(client(), f"{server.url}/").kind in ("broken", "refused")
        assert len(server.asked) == 1


def test_a_circle_of_redirects_ends(client: Clients) -> None:
    with origin(lambda asked: Reply(301, b"", {"Location": asked.path + "x"})) as server:
        assert "redirected more than" in failure(client(), f"{server.url}/").message
        assert len(server.asked) == REDIRECTS + 1


def test_what_is_sent_is_not_redirected(client: Clients) -> None:
    with origin(lambda asked: Reply(307, b"", {"Location": "/other"})) as server, pytest.raises(FetchError) as caught:
        client().post(f"{server.url}/", b"secret", limit=100, headers={})
    assert "is not followed" in caught.value.message
    assert len(server.asked) == 1


# -- busy and broken servers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 502, 503, 504, 408])
def test_a_busy_server_is_asked_again(client: Clients, status: int) -> None:
    with origin(lambda asked: ok(asked) if len(server.asked) == 3 else Reply(status)) as server:
        assert client().get(f"{server.url}/", limit=10_000).body == PHOTO
        assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "does not understand"),
        (401, "does not accept the user and password"),
        (403, "does not allow it"),
        (404, "no such thing"),
        (418, "no use"),
        (500, "a problem of its own"),
    ],
)
def test_other_statuses_are_said_at_once(client: Clients, status: int, words: str) -> None:
    with origin(lambda asked: Reply(status, b"<html>")) as server:
        why = failure(client(), f"{server.url}/p?secret")
        assert len(server.asked) == 1
    assert (why.kind, why.status) == ("status", status)
    assert words in why.message
    assert f"({status})" in why.message
    assert "secret" not in why.message


def test_a_storm_of_429_ends_after_some_tries(client: Clients) -> None:
    with origin(lambda asked: Reply(429, b"", {"Retry-After": "0"})) as server:
        why = failure(client(tries=3), f"{server.url}/")
        assert len(server.asked) == 3
    assert "asked too often (429)" in why.message


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept_to(client: Clients, form: str) -> None:
    after = "1" if form == "seconds" else formatdate(time.time() + 2, usegmt=True)
    with origin(
        lambda asked: ok(asked) if len(server.asked) > 1 else Reply(429, b"", {"Retry-After": after})
    ) as server:
        start = time.monotonic()
        client().get(f"{server.url}/", limit=10_000)
        assert 0.9 < time.monotonic() - start < 4


def test_who_wants_to_be_left_alone_for_longer_than_there_is_patience_is(client: Clients) -> None:
    with origin(lambda asked: Reply(503, b"", {"Retry-After": "3600"})) as server:
        why = failure(client(), f"{server.url}/")
        assert len(server.asked) == 1
    assert why.after == 3600


def test_a_server_that_dies_amid_a_photo_is_asked_again(client: Clients) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\n" + PHOTO[:300]
    with origin(lambda asked: ok(asked) if len(server.asked) > 1 else Reply(raw=half)) as server:
        assert client().get(f"{server.url}/", limit=10_000).body == PHOTO


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 700\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        bytes(range(256)),
    ],
)
def test_half_an_answer_and_rubbish_are_no_answer(client: Clients, raw: bytes) -> None:
    with origin(lambda asked: Reply(raw=raw)) as server:
        why = failure(client(tries=2), f"{server.url}/")
        assert len(server.asked) == 2
    assert (why.kind, why.again) == ("broken", True)
    assert len(why.message) < 400


def test_nobody_at_home(client: Clients) -> None:
    why = failure(client(tries=2), f"http://127.0.0.1:{nobody()}/")
    assert why.kind == "unreachable"
    assert "127.0.0.1 does not answer: Connection refused" in why.message
    assert why.hint == "is it running, and does this machine have a way to it?"


def test_a_post_is_repeated_only_where_that_does_no_harm(client: Clients) -> None:
    with origin(lambda asked: Reply(503)) as server:
        for again, times in ((False, 1), (True, 3)):
            server.asked.clear()
            with pytest.raises(FetchError):
                client(tries=3).post(f"{server.url}/", b"x=1", limit=100, headers={}, again=again)
            assert len(server.asked) == times
            assert server.asked[0].body == b"x=1"


def test_closing_ends_the_waiting(client: Clients) -> None:
    with origin(lambda asked: Reply(503, b"", {"Retry-After": "30"})) as server:
        one = client()
        threading.Timer(0.1, one.close).start()
        start = time.monotonic()
        failure(one, f"{server.url}/")
        assert time.monotonic() - start < 5


def test_json_that_is_none_is_said(client: Clients) -> None:
    with origin(lambda asked: Reply(200, b"{")) as server, pytest.raises(FetchError, match="not JSON"):
        client().get(f"{server.url}/", limit=10).json()
    with origin(lambda asked: Reply(200, b"[" * 100_000)) as server, pytest.raises(FetchError, match="not JSON"):
        client().get(f"{server.url}/", limit=100_000).json()


# -- proxies --------------------------------------------------------------------------------------------------------


def test_a_proxy_in_the_environment_is_not_used(client: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{nobody()}")
    with origin(ok) as server:
        assert client().get(f"{server.url}/", limit=10_000).status == 200


def test_a_proxy_is_used_where_the_settings_say_so_for_hosts_that_they_name(
    client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    with origin(ok) as proxy:
        allow = ["photos.example", "127.0.0.1"]
        one = client(allow=allow, proxy=f"http://user:pw@127.0.0.1:{proxy.port}", resolver=lambda *asked: ["127.0.0.1"])
        assert one.get("http://photos.example/jane.jpg", limit=10_000).body == PHOTO
        assert proxy.asked[0].path == "http://photos.example/jane.jpg"
        assert proxy.asked[0].headers["proxy-authorization"] == "Basic dXNlcjpwdw=="
        assert "through a proxy only hosts" in failure(one, "http://elsewhere.example/").message
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "local.example")
        places = {"127.0.0.1": "127.0.0.1"}
        other = client(
            allow=["photos.example", "127.0.0.1"],
            proxy="environment",
            resolver=lambda host, *more: [places.get(host, "10.0.0.1")],
        )
        assert other.get("http://photos.example/joe.jpg", limit=10_000).status == 200
        assert "10.0.0.1 is private" in failure(other, "http://local.example/").message


def test_an_authority_that_cannot_be_read_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"cannot take authorities from .*: No such file"):
        Client(Rules(), ca=tmp_path / "none.pem")
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(FetchError, match="there is no certificate in it"):
        Client(Rules(), ca=tmp_path / "empty.pem")
