"""The load: `wrk` on its own core, asking for a random face with every request."""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.faces import MAIL_TAIL, mail
from bench.servers import BenchError, Server, cores

# What a browser sends with an <img>, and a token as long as Domino's are.
TOKEN = "AAECAzY5MjM4RkE1NjkyM0I4RDVDTj1KYW5lIFJvZS9PVT1TYWxlcy9PPUFjbWU" + "Qk9va0RlbW9Ub2tlbk5vdFJlYWw" * 4
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept": "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "Accept-Language": "en-GB,en;q=0.5",
}
COOKIE = {"Cookie": f"LtpaToken2={TOKEN}"}

# `visitors` > 1: every request comes with another of so many tokens. `forwarded`: from another address of 10.0.0.0/8,
# as bench/networks.py lays them out. `tags`: with the ETag of the face that is asked for.
SCRIPT = """
local people, visitors, forwarded, tags
local head, tail
local random, format = math.random, string.format

function init(args)
  people, visitors, forwarded = tonumber(args[1]), tonumber(args[2]), args[3] == "1"
  math.randomseed(tonumber(args[4]))
  head = "GET /photos/p"
  tail = args[5] .. " HTTP/1.1\\r\\nHost: " .. wrk.host .. ":" .. wrk.port .. "\\r\\n"
  for name, value in pairs(wrk.headers) do
    if name ~= "Host" then tail = tail .. name .. ": " .. value .. "\\r\\n" end
  end
  if args[6] ~= "" then
    tags = {}
    for line in io.lines(args[6]) do tags[#tags + 1] = "If-None-Match: " .. line .. "\\r\\n" end
  end
end

function request()
  local face = random(0, people - 1)
  local extra = ""
  if visitors > 1 then extra = format("Cookie: LtpaToken2=%07d%s\\r\\n", random(visitors), TOKEN) end
  if forwarded then
    extra = extra .. format("X-Forwarded-For: 10.%d.%d.%d\\r\\n",
      20 * random(0, 9) + random(0, 3), random(0, 249), random(1, 126))
  end
  if tags then extra = extra .. tags[face + 1] end
  return head .. format("%07d", face) .. tail .. extra .. "\\r\\n"
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(format('{"requests": %d, "micros": %d, "bytes": %d, "p50": %d, "p99": %d, "failed": %d}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """Who asks for what: so many faces at random, over so many kept-open connections.

    `sent`: another Cookie than the usual one. `query`: what stands behind every address.
    """

    people: int
    connections: int = 32
    cookie: bool = True
    visitors: int = 1
    forwarded: bool = False
    tags: Path | None = None
    sent: str = ""  # a Cookie line of one's own
    query: str = ""

    def headers(self) -> dict[str, str]:
        if self.sent:
            return HEADERS | {"Cookie": self.sent}
        return HEADERS | (COOKIE if self.cookie and self.visitors == 1 else {})


@dataclass(frozen=True, slots=True)
class Answered:
    """What `wrk` saw: whole answers, seconds, body and head bytes, latencies in microseconds, failures."""

    requests: int
    seconds: float
    bytes: int
    p50: int
    p99: int
    failed: int

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds


def run(server: Server, load: Load, *, seconds: float) -> Answered:
    """Ask `server` for faces during `seconds`. Raises BenchError if any request failed."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f'local TOKEN = "{TOKEN}"\n' + SCRIPT)
        script.flush()
        command = [
            "taskset",
            "-c",
            str(cores()[1]),
            "wrk",
            "-t1",
            f"-c{load.connections}",
            f"-d{max(1, round(seconds))}s",
        ]
        command += ["-s", script.name]
        command += [part for name, value in load.headers().items() for part in ("-H", f"{name}: {value}")]
        command += [f"http://127.0.0.1:{server.port}/", "--", str(load.people), str(load.visitors)]
        command += [
            "1" if load.forwarded else "0",
            str(random.randrange(2**31)),
            MAIL_TAIL + ".jpg" + load.query,
            str(load.tags or ""),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    answered = parse(done.stdout)
    if answered is None:
        raise BenchError(f"wrk failed on {server.name}: {(done.stderr or done.stdout).strip()[-500:]}")
    if answered.failed or not answered.requests:
        raise BenchError(f"{server.name}: {answered.failed} of {answered.requests} requests failed")
    return answered


def parse(printed: str) -> Answered | None:
    """Read the line of figures out of what `wrk` printed; None if there is none."""
    for line in printed.splitlines():
        if line.startswith("{"):
            found = json.loads(line)
            found["seconds"] = found.pop("micros") / 1e6
            return Answered(**found)
    return None


class Visitor:
    """One visitor's kept-open connection, for looking at answers one by one."""

    def __init__(self, port: int, *, headers: dict[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._headers = HEADERS | COOKIE if headers is None else headers

    def ask(self, face: int) -> tuple[int, bytes, str]:
        """Give status, body and ETag (with its quotation marks) of somebody's photo."""
        self._connection.request("GET", f"/photos/{mail(face)}.jpg", headers=self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("ETag", "")

    def close(self) -> None:
        self._connection.close()
