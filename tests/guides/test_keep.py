"""docs/keep-ihs.md, docs/keep-nginx.md and the fragments of docs/operations.md, on real servers."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.servers import lay_out, running, skip_without
from tests.guides.guide import DOCS, follow
from tests.web.house import Served

JPEG = b"\xff\xd8 jane"
needs_root = pytest.mark.skipif(os.geteuid() != 0 and not os.environ.get("CI"), reason="Apache's own user needs root")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with photos that the web servers' own users can read."""
    with tempfile.TemporaryDirectory(prefix="keep") as made:
        here = Path(made)
        here.chmod(0o755)
        (here / "photos").mkdir(mode=0o755)
        (here / "photos" / "jane@example.com.jpg").write_bytes(JPEG)
        yield here


def site(folder: Path, dialect: str, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Give what the guide's addresses are here, and an environment whose `name` runs this site's server."""
    command, _ = lay_out(dialect, folder, "")
    main = folder / "main.conf"
    text = main.read_text().replace("exported.conf", "photos.conf").replace("daemon off;\n", "")
    main.write_text(text)
    bin_ = folder / "bin"
    bin_.mkdir()
    start = " ".join(command[:-1])
    verbs = 'case "$1" in start|stop|graceful) set -- -k "$1";; esac\n' if name == "apachectl" else ""
    (bin_ / name).write_text(f'#!/bin/sh\n{verbs}PATH=${{PATH#*:}}\nexec {start} "$@"\n')
    (bin_ / name).chmod(0o755)
    port = str(free_port())
    here = {"photos.example.com:8000": f"127.0.0.1:{port}", "--listen 8000": f"--listen {port}"}
    here |= {"/srv/photos": str(folder / "photos")}
    return here, {"PATH": f"{bin_}:{Path(sys.executable).parent}:{os.environ['PATH']}"}


def end(folder: Path, name: str) -> None:
    """Stop the server of a guide that was not followed to its end."""
    file = folder / ("httpd.pid" if name == "apachectl" else "nginx.pid")
    if file.exists():
        subprocess.run(["kill", file.read_text().strip()], check=False)
    limit = time.monotonic() + 10
    while file.exists() and time.monotonic() < limit:
        time.sleep(0.01)


@needs_root
@pytest.mark.root
def test_keep_ihs(folder: Path) -> None:
    skip_without("apache2")
    here, environment = site(folder, "apache22", "apachectl")
    try:
        follow("keep-ihs.md", folder, here, environment)
    finally:
        end(folder, "apachectl")


def test_keep_nginx(folder: Path) -> None:
    skip_without("nginx")
    here, environment = site(folder, "nginx", "nginx")
    page = (DOCS / "keep-nginx.md").read_text("utf-8")
    _, asked, *_ = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (folder / "limner-asked.toml").write_text(asked)
    try:
        follow("keep-nginx.md", folder, here, environment)
    finally:
        end(folder, "nginx")


def ask(port: int, source: str) -> tuple[int, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=(source, 0))
    try:
        connection.request("GET", "/jane@example.com.jpg", headers={"X-Forwarded-For": "127.0.0.2"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location")
    finally:
        connection.close()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("dialect", ["nginx", pytest.param("apache24", marks=[needs_root, pytest.mark.root])])
def test_the_fragments_of_the_page_on_operations(folder: Path, dialect: str) -> None:
    """The visitor's own address counts, whatever it writes into X-Forwarded-For."""
    skip_without("nginx" if dialect == "nginx" else "apache2")
    page = (DOCS / "operations.md").read_text("utf-8")
    (fragment,) = re.findall(rf"^```{dialect.rstrip('24')}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    policy = '[policy]\ntrusted_proxies = ["127.0.0.1"]\n[[policy.allow]]\nname = "a"\nnetworks = ["127.0.0.2"]\n'
    port = free_port()
    with Served(folder, policy) as served:
        fragment = fragment.replace("127.0.0.1:8080", f"127.0.0.1:{served.port}")
        if dialect == "nginx":
            text = f"server {{ listen 127.0.0.1:{port};\n{fragment}}}\n"
        else:
            text = f"Listen 127.0.0.1:{port}\n{fragment}"
        _, command = lay_out(dialect, folder, text)
        with running([(command, folder, port)], listens):
            assert ask(port, "127.0.0.2")[0] == 404  # let in; there is no such face
            assert ask(port, "127.0.0.3")[0] == 403
