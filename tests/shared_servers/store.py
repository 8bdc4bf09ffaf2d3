"""SeaweedFS as the S3-compatible store, on free ports of 127.0.0.1; and a proxy that spoils its answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import pytest

from .ports import free_port

PROGRAM = Path(sys.executable).with_name("weed")
KEYS = {"AWS_ACCESS_KEY_ID": "admin", "AWS_SECRET_ACCESS_KEY": "secretsecret"}
BUCKET = "photos"
PORTS = "s3.port s3.port.grpc master.port master.port.grpc volume.port volume.port.grpc filer.port filer.port.grpc"

needs_store = pytest.mark.skipif(
    os.environ.get("CI") != "true" and not PROGRAM.exists(), reason="SeaweedFS is not installed"
)


class Store:
    """A store with one bucket; stopped by `with`. Its user comes from the environment: KEYS."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="weed"))
        ports = {name: free_port() for name in [*PORTS.split(), "admin.port", "admin.port.grpc"]}
        self.port = ports["s3.port"]
        command = [
            *("setpriv", "--pdeathsig", "KILL", str(PROGRAM), "mini", f"-dir={self.folder}"),
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", *(f"-{name}={port}" for name, port in ports.items())),
            *("-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false", f"-bucket={BUCKET}"),
            *(f"-s3.localSocket={self.folder}/s.sock", f"-filer.localSocket={self.folder}/f.sock"),
        ]
        self.log = self.folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | KEYS, cwd=self.folder
            )
        end = time.monotonic() + 30
        while "components are running" not in self.log.read_text("utf-8", "replace"):
            assert self.process.poll() is None, self.log.read_text("utf-8", "replace")
            assert time.monotonic() < end, self.log.read_text("utf-8", "replace")
            time.sleep(0.05)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


class Unsteady:
    """A proxy before a store, which spoils answers as `how` says: "500", "half" (an object cut short), or not ("").

    `seconds`: how long each answer is held back.
    """

    def __init__(self, target: str, host: str = "127.0.0.1") -> None:
        self.how = ""
        self.seconds = 0.0
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass(self) -> None:
                outer.asked += 1
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                time.sleep(outer.seconds)
                if outer.how == "500":
                    self._send(500, {}, b"")
                    return
                request = urllib.request.Request(
                    target + self.path, body if body or self.command == "PUT" else None, method=self.command
                )
                for name, value in self.headers.items():
                    request.add_unredirected_header(name, value)
                try:
                    with urllib.request.urlopen(request, timeout=10) as answer:
                        self._send(answer.status, dict(answer.headers), answer.read())
                except urllib.error.HTTPError as why:
                    self._send(why.code, dict(why.headers), why.read())

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _pass  # noqa: N815

            def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
                if outer.how == "half" and self.command == "GET" and status == 200:
                    body = body[: len(body) // 2]
                self.send_response(status)
                skipped = ("content-length", "transfer-encoding", "connection", "date", "server", "accept-ranges")
                for name, value in headers.items():
                    if name.lower() not in skipped:
                        self.send_header(name, value)
                length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
                self.send_header("Content-Length", length)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer((host, 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://{self.server.server_address[0]}:{self.server.server_address[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self.server.shutdown()
        self.server.server_close()
