"""`limner serve`: from the shell's side; what it answers is the matter of tests/web."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from .conftest import Run


def test_it_serves_until_it_is_told_to_stop_and_ends_well(site: Path) -> None:
    text = (site / "limner.toml").read_text().replace('admin = ""', 'admin = "127.0.0.1:0"')
    (site / "limner.toml").write_text(text + '[[policy.allow]]\nname = "here"\nnetworks = ["127.0.0.0/8"]\n')
    door = subprocess.Popen(
        [sys.executable, "-m", "limner", "serve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert door.stderr is not None
        line = door.stderr.readline()
        said = re.fullmatch(r"limner: serving on (http://127\.0\.0\.1:\d+/)\n", line)
        assert said is not None, line
        with urllib.request.urlopen(f"{said[1]}photos/jane.roe@example.com.jpg", timeout=10) as answer:
            assert answer.status == 200
            assert answer.read(2) == b"\xff\xd8"
        assert door.stderr.readline().startswith("limner: /healthz, /readyz and /metrics are on 127.0.0.1:")
        os.kill(door.pid, signal.SIGINT)
        out, err = door.communicate(timeout=20)
    finally:
        door.kill()
        door.communicate()
    assert (door.returncode, out, err) == (0, "", "")


def test_an_address_that_somebody_has(fresh: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (fresh / "limner.toml").write_text(f'[serve]\nlisten = "127.0.0.1:{port}"\nadmin = ""\n')
        done = subprocess.run([sys.executable, "-m", "limner", "serve"], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    error, hint = done.stderr.splitlines()
    assert error == f"limner: error: cannot listen on 127.0.0.1:{port}: Address already in use"
    assert hint.startswith("limner: hint: another program has")


def test_a_certificate_that_there_is_not(run: Run, fresh: Path) -> None:
    (fresh / "limner.toml").write_text('[serve.tls]\ncertificate = "door.pem"\nkey = "door.key"\n')
    done = run("serve")
    assert (done.status, done.out) == (2, "")
    assert "door.pem" in done.err


def test_a_library_that_cannot_be_made(run: Run, fresh: Path) -> None:
    (fresh / "library").write_text("a file")
    done = run("serve")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("limner: error: the library in ")
