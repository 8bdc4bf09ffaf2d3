"""docs/operations.md: the web servers in front are the real ones, with the page's lines in them."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.gateway.servers import check, lay_out, running
from tests.guides.guide import DOCS
from tests.web.conftest import JANE, fill
from tests.web.house import Served

from ldap_servers.slapd import free_port

PAGE = (DOCS / "operations.md").read_text("utf-8")
POLICY = 'otherwise = 403\n[[policy.allow]]\nname = "one visitor"\nnetworks = ["127.0.0.2"]\n'


def block(kind: str) -> str:
    (text,) = re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return text


def settings(listen: str) -> str:
    """Give the settings that the page has for a place to listen, with a policy for one visitor."""
    found = [text for text in re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) if listen in text]
    assert len(found) == 1
    return found[0] + POLICY


def ask(port: int, target: str, visitor: str, *headers: tuple[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(visitor, 0))
    try:
        connection.request("GET", target, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def in_front(dialect: str, folder: Path, text: str, port: int) -> Iterator[None]:
    front = folder / dialect
    front.mkdir()
    folder.chmod(0o755)
    front.chmod(0o777)
    check(dialect, front, text)
    _, command = lay_out(dialect, front, text)
    with running([(command, front, port)], listens):
        yield


def judge(port: int) -> None:
    """The one visitor sees Jane, and nobody is taken for that visitor by saying so."""
    for target in (f"/{JANE}.jpg", f"/{JANE.replace('@', '%40')}.jpg", f"/photos/{JANE}.jpg"):
        answer = ask(port, target, "127.0.0.2")
        assert (answer.status, answer.getheader("Content-Type")) == (200, "image/jpeg"), target
        assert "private" in str(answer.getheader("Cache-Control"))
    tag = ask(port, f"/{JANE}.jpg", "127.0.0.2").getheader("ETag")
    assert ask(port, f"/{JANE}.jpg", "127.0.0.2", ("If-None-Match", str(tag))).status == 304
    for headers in ((), (("X-Forwarded-For", "127.0.0.2"),), (("Forwarded", "for=127.0.0.2"),)):
        assert ask(port, f"/{JANE}.jpg", "127.0.0.3", *headers).status == 403


FRONTS = {
    "nginx": ("nginx", "server {{ listen 127.0.0.1:{port};\n{block} }}\n"),
    "apache24": ("apache", "Listen 127.0.0.1:{port}\n{block}"),
}


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, as the web servers change their user")
@pytest.mark.parametrize("dialect", FRONTS)
def test_behind_another_web_server(tmp_path: Path, dialect: str) -> None:
    fill(tmp_path / "library").close()
    kind, whole = FRONTS[dialect]
    port = free_port()
    with Served(tmp_path, settings('"127.0.0.1:8080"').replace("8080", "0")) as served:
        lines = block(kind)
        assert "127.0.0.1:8080" in lines
        text = whole.format(port=port, block=lines.replace("127.0.0.1:8080", f"127.0.0.1:{served.port}"))
        with in_front(dialect, tmp_path, text, port):
            judge(port)


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, as nginx changes its user")
def test_by_a_unix_socket(tmp_path: Path) -> None:
    fill(tmp_path / "library").close()
    port = free_port()
    place = f"/tmp/limner-guide-{os.getpid()}.sock"
    (line,) = re.findall(r"`(proxy_pass http://unix:/run/limner/door\.sock;)`", PAGE)
    lines = block("nginx").replace("proxy_pass http://127.0.0.1:8080;", line).replace("/run/limner/door.sock", place)
    with Served(tmp_path, settings("unix:/run/limner/door.sock").replace("/run/limner/door.sock", place)):
        assert place in lines
        with in_front("nginx", tmp_path, FRONTS["nginx"][1].format(port=port, block=lines), port):
            judge(port)


def test_the_first_look_when_something_is_not_right(tmp_path: Path) -> None:
    """The page's last table: commands that say what is."""
    fill(tmp_path / "library").close()
    rows = re.findall(r"^\| .*? \| `(.*?)`", PAGE.partition("## When something is not right")[2], re.MULTILINE)
    assert len(rows) == 6
    (tmp_path / "photos").mkdir()
    text = '[serve]\nadmin = "127.0.0.1:0"\n[[source]]\nkind = "folder"\npath = "photos"\n'
    with Served(tmp_path, text) as served:
        admin = served.said(rb"/metrics are on (127\.0\.0\.1:\d+)\n")[1].decode()
        for row in rows:
            script = row.replace("ADDRESS", "10.0.0.1").replace("FACE", JANE).replace("127.0.0.1:9081", admin)
            script = script.replace("photo show", "photo show -o out.jpg")
            done = subprocess.run(
                ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
                env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            )  # fmt: skip
            assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"
