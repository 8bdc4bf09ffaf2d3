"""Files are fetched from a real web server, Python's own, on loopback; over TLS with a certificate of a test's CA."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from limner.signon.communities.config import MOST_BYTES
from limner.signon.communities.fetch import address, fetch, is_url
from limner.signon.errors import SignonError

from .samples import RESET

NAME = "managed-community-configs.xml"


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder; some of its names are answered as badly set up servers do."""

    def do_GET(self) -> None:
        kind = self.path.split("/")[1]
        if kind in ("401", "403", "500"):
            self.send_error(int(kind))
        elif kind == "moved":
            self.send_response(302)
            self.send_header("Location", f"/{NAME}")
            self.end_headers()
        elif kind == "circle":
            self.send_response(302)
            self.send_header("Location", self.path)
            self.end_headers()
        elif kind == "bomb":
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(gzip.compress(bytes(10_000_000)))
        elif kind == "huge":
            self.send_response(200)
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b" " * 10_000)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_text(RESET)
    return tmp_path


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that goes away in the middle is no error here."""


def serve(folder: Path, context: ssl.SSLContext | None = None) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site(folder: Path) -> Iterator[str]:
    yield from serve(folder)


def test_a_url_is_told_from_a_file() -> None:
    assert is_url("HTTP://x/y")
    assert not is_url("http.xml")
    assert address("http://x/updates") == address("http://x/updates/") == f"http://x/updates/{NAME}"
    assert address(f"http://x/{NAME}") == f"http://x/{NAME}"


def test_the_folder_of_the_policy_is_enough(site: str) -> None:
    raw, found = fetch(site)
    assert raw.decode() == RESET
    assert [each.severity.value for each in found] == ["note"]
    assert "whoever is on the way" in found[0].message
    assert fetch(f"{site}/{NAME}")[0] == raw


def test_a_server_that_wants_a_log_in_is_a_finding(site: str) -> None:
    for status in (401, 403):
        raw, found = fetch(f"{site}/{status}")
        assert raw == b""
        assert "let everybody read" in found[-1].fix


def test_a_redirection_is_a_finding(site: str) -> None:
    raw, found = fetch(f"{site}/moved")
    assert raw.decode() == RESET
    assert "is redirected to" in found[-1].message
    with pytest.raises(SignonError, match="cannot get"):
        fetch(f"{site}/circle")


def test_another_name_is_a_finding(site: str, folder: Path) -> None:
    (folder / "other.xml").write_text(RESET)
    assert any("no other name" in each.message for each in fetch(f"{site}/other.xml")[1])


def test_an_address_with_a_password_is_refused_and_not_quoted() -> None:
    with pytest.raises(SignonError, match="a user in it") as caught:
        fetch("http://jane:s3cret@127.0.0.1:1/x")
    assert "s3cret" not in f"{caught.value.message}{caught.value.hint}"


def test_a_folder_that_clients_cannot_use_is_a_finding(site: str, folder: Path) -> None:
    (folder / "a b").mkdir()
    (folder / "a b" / NAME).write_text(RESET)
    assert any("clients cannot use it" in each.message for each in fetch(f"{site}/a b")[1])
    assert any("more than a host" in each.message for each in fetch(f"{site}/{NAME}?x=.xml")[1])


@pytest.mark.parametrize(
    ("path", "said"), [("none", "404"), ("500", "500"), ("bomb", "compressed"), ("huge", f"larger than {MOST_BYTES}")]
)
def test_what_is_not_to_be_had(site: str, path: str, said: str) -> None:
    with pytest.raises(SignonError, match=said):
        fetch(f"{site}/{path}")


def test_nobody_there_and_no_address() -> None:
    with pytest.raises(SignonError, match="cannot get"):
        fetch("http://127.0.0.1:1/x")
    for url in ("http://", "http://[x/", "http://a b/"):
        with pytest.raises(SignonError):
            fetch(url)


def test_certificates_are_verified(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    for url in serve(folder, context):
        with pytest.raises(SignonError, match="certificate") as caught:
            fetch(url)
        assert "clients that verify" in str(caught.value.hint)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        raw, found = fetch(url)
        assert raw.decode() == RESET
        assert found == []
