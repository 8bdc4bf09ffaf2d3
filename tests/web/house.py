"""A door in this process with a fake transport (asyncio's, after its documentation), and the real command."""

import asyncio
import contextlib
import http.client
import json
import os
import re
import select
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

from limner import settings
from limner.library import open_library
from limner.web import app
from limner.web.connection import Connection
from limner.web.door import Door
from limner.web.gauges import COLUMNS
from limner.web.trail import Trail

POLICY = """
[policy]
otherwise = { redirect = "https://www.example.com/" }
trusted_proxies = ["127.0.0.1"]
[[policy.allow]]
name = "offices"
networks = ["10.0.0.0/8", "2001:db8::/32"]
[[policy.allow]]
name = "the seed's cookies"
cookie = ["LtpaToken", "LtpaToken2", "STPluginActivePage=stMeetingroom"]
"""
IN = "Cookie: LtpaToken=x"  # what an admitted visitor sends


def settings_text(text="", listen="127.0.0.1:0"):
    """Give settings with the contract's policy and no admin address, unless the text says otherwise."""
    if "[policy]" not in text:
        text += POLICY
    if "[serve]" not in text:
        text = "[serve]\n" + text
    extra = "" if re.search(r"^listen =", text, re.MULTILINE) else f'listen = "{listen}"\n'
    extra += "" if re.search(r"^admin =", text, re.MULTILINE) else 'admin = ""\n'
    return 'library = "library"\n' + text.replace("[serve]\n", "[serve]\n" + extra, 1)


def get(target, *headers, method="GET", version="1.1", host="Host: photos.example.com"):
    lines = [f"{method} {target} HTTP/{version}", *([host] if host else []), *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Reply:
    """A response: status, headers by lower-case name, body."""

    def __init__(self, status, headers, body, cookies=()):
        self.status, self.headers, self.body = status, headers, body
        self.cookies = list(cookies)  # the only lines that may come more than once

    def __repr__(self):
        return f"Reply({self.status}, {self.headers}, {self.body[:40]!r})"

    def __eq__(self, other):
        return self.undated() == other.undated()

    __hash__ = None

    def undated(self):
        return self.status, {name: value for name, value in self.headers.items() if name != "date"}, self.body


def read_replies(raw, methods=None):
    """Split what a server sent into responses; `methods` of the requests, where not all are GET."""
    replies = []
    methods = list(methods or [])
    while raw:
        head, end, rest = raw.partition(b"\r\n\r\n")
        assert end, f"a response is cut off: {raw[:200]!r}"
        status_line, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = status_line.split(" ", 2)
        assert version == "HTTP/1.1", raw[:200]
        headers, cookies = {}, []
        for line in lines:
            name, colon, value = line.partition(": ")
            assert colon, line
            if name.lower() == "set-cookie":
                cookies.append(value)
                continue
            assert name.lower() not in headers, f"{name} comes twice"
            headers[name.lower()] = value
        if status == "100":
            raw = rest
            replies.append(Reply(100, headers, b""))
            continue
        method = methods.pop(0) if methods else "GET"
        bodiless = method == "HEAD" or status in ("204", "304")
        length = 0 if bodiless else int(headers["content-length"])
        assert len(rest) >= length, f"a body is cut off: {head!r}"
        replies.append(Reply(int(status), headers, rest[:length], cookies))
        raw = rest[length:]
    return replies


class FakeTransport:
    def __init__(self, peer=("127.0.0.1", 4711)):
        self.peer = peer
        self.out = bytearray()
        self.closed = self.aborted = self.reading_paused = self.write_ended = False
        self.unsent = 0

    def get_extra_info(self, name, default=None):
        return self.peer if name == "peername" else default

    def write(self, data):
        assert not self.closed
        assert not self.write_ended
        self.out += data

    def close(self):
        self.closed = True

    def abort(self):
        self.closed = self.aborted = True

    def can_write_eof(self):
        return True

    def write_eof(self):
        self.write_ended = True

    def pause_reading(self):
        self.reading_paused = True

    def resume_reading(self):
        self.reading_paused = False

    def get_write_buffer_size(self):
        return self.unsent

    @property
    def hung_up(self):
        return self.closed or self.write_ended


class House:
    """A door without sockets. `clock` is its time, in Unix seconds."""

    def __init__(self, folder, text, library):
        self.folder = folder
        self.library = library
        self.settings = settings.parse(text.encode(), folder / "limner.toml")
        self.row = memoryview(bytearray(8 * len(COLUMNS))).cast("Q")
        self.trail = Trail(self.settings, library)
        self.door = Door(self.settings, library, app.make(library), self.row, self.trail)
        self.now = 1_800_000_000.0
        self.door.tick(self.now)

    def close(self):
        self.door.lane.release()
        self.door.trail.close()

    def wait(self, seconds):
        self.now += seconds
        self.door.tick(self.now)

    def count(self, column):
        return self.row[COLUMNS.index(column)]

    def connect(self, peer=("127.0.0.1", 4711)):
        connection = Connection(self.door)
        connection.connection_made(FakeTransport(peer))
        return connection

    def send(self, connection, *segments):
        """Give a connection some bytes, and what it answers, once all is answered."""
        transport = connection.transport
        before = len(transport.out)

        async def give():
            for segment in segments:
                connection.data_received(segment)
            while connection.waiting and not connection.transport.closed:
                await asyncio.sleep(0)

        asyncio.run(give())
        return bytes(transport.out[before:])

    def ask(self, target, *headers, peer=("127.0.0.1", 4711), **options):
        """Ask on a new connection."""
        request = get(target, *headers, **options)
        (reply,) = read_replies(self.send(self.connect(peer), request), [options.get("method", "GET")])
        return reply

    def log_lines(self, name):
        log = getattr(self.door.trail, name)
        log.flush()
        return [json.loads(line) for line in Path(log.file).read_bytes().splitlines()]


def until(check, seconds=10.0):
    """Ask again and again until it holds, and give what it gave."""
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.01)
    return found


class Served:
    """`limner serve` as a process of its own."""

    def __init__(self, folder, text="", *, listen="127.0.0.1:0", ready=True):
        self.folder = Path(folder)
        self.file = self.folder / "limner.toml"
        self.listen = listen
        self.configure(text)
        self.ready = ready
        self.err = b""

    def configure(self, text):
        text = settings_text(text, self.listen)
        if re.search(r"^library = .postgresql:", text, re.MULTILINE):
            text = text.replace('library = "library"\n', "", 1)
        self.file.write_text(text, "utf-8")

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "limner", "serve", "-c", str(self.file)],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        )
        if self.ready:
            found = self.said(rb"serving on (?:https?://127\.0\.0\.1:(\d+)/|unix:(.*))\n")
            self.port = int(found[1]) if found[1] else 0
        return self

    def __exit__(self, *exc):
        if self.process.poll() is None:
            self.stop()
        self.said(rb"\Z", end=True)
        self.process.stderr.close()
        assert b"Traceback" not in self.err, self.err.decode()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def said(self, pattern, *, end=False, seconds=15.0):
        """Wait until standard error holds a pattern."""
        limit = time.monotonic() + seconds
        while end or not (found := re.search(pattern, self.err)):
            readable, _, _ = select.select([self.process.stderr], [], [], max(0.0, limit - time.monotonic()))
            assert readable, f"not said within {seconds} s: {pattern!r}; but: {self.err.decode()}"
            piece = os.read(self.process.stderr.fileno(), 65536)
            self.err += piece
            if not piece:
                assert end or re.search(pattern, self.err), f"it ended, and said: {self.err.decode()}"
                return re.search(pattern, self.err)
        return found

    @property
    def workers(self):
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def raw(self, *segments, close=True):
        """Send bytes, and give all that comes back until the server hangs up."""
        with self.connect() as sock:
            with contextlib.suppress(ConnectionError):
                for segment in segments:
                    sock.sendall(segment)
                if close:
                    sock.shutdown(socket.SHUT_WR)
            return read_all(sock)

    def admin(self, target):
        """Ask on the admin address."""
        found = self.said(rb"/metrics are on 127\.0\.0\.1:(\d+)\n")
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def ask(self, target, headers=None, method="GET"):
        """Ask with Python's own client; as an admitted visitor, unless headers say otherwise."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, target, headers={"Cookie": "LtpaToken=x"} if headers is None else headers)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def library(self):
        return open_library(self.folder / "library", create=True)


def read_all(sock):
    out = b""
    while True:
        try:
            piece = sock.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return out
        if not piece:
            return out
        out += piece
