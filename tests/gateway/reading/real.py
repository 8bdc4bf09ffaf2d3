"""Configurations on the real Apache and nginx: many at once, each a virtual host, asked from any address.

The address comes in X-Forwarded-For, which mod_remoteip and realip believe of 127.0.0.1, where we ask from.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.gateway import servers

from limner.gateway.cookie_text import CookieText
from limner.gateway.meaning import Meaning
from limner.gateway.reading.expression import (
    Both,
    Brings,
    Either,
    Expression,
    From,
    NotReadError,
    Unknown,
    closed,
    leaves,
    meaning_of,
)
from limner.policy.networks import format_address, parse_address

MODULES = "mpm_event authz_core authz_host access_compat setenvif rewrite remoteip dir mime env alias"
APACHE = f"""\
{servers.APACHE}ServerLimit 1
ThreadsPerChild 8
MaxRequestWorkers 8
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy 127.0.0.1
MaxKeepAliveRequests 0
Listen 127.0.0.1:{{port}}
{{hosts}}
"""
NGINX = """\
user root;
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    keepalive_requests 1000000;
    server_names_hash_bucket_size 128;
    variables_hash_max_size 4096;
    map_hash_bucket_size 256;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Forwarded-For;
    {hosts}
}}
"""

COOKIES: list[list[str]] = [
    [],
    ["LtpaToken=a"],
    ["LtpaToken2=b"],
    ["ltpatoken=c"],
    ["xLtpaToken=d"],
    ["k=1"],
    ["k=12"],
    ["z=9", "k=1"],
    ["k=1", "z=LtpaToken"],
    ["STPluginActivePage=stMeetingroom"],
]
CORNERS = [
    "10.1.2.3",
    "10.1.255.255",
    "10.2.0.0",
    "110.1.2.30",
    "192.0.2.7",
    "203.0.113.9",
    "2001:db8::1",
    "2001:db9::",
]


def edges(says: Expression, most: int = 20) -> list[str]:
    """Give addresses at both sides of every place where an expression may turn, and some others."""
    found = dict.fromkeys(map(parse_address, CORNERS))
    for leaf in leaves(says):
        if isinstance(leaf, From):
            for start, end in leaf.networks.intervals():
                found |= dict.fromkeys((start - 1, start, end - 1, end))
    usable = [at for at in found if at is not None and 0 < at < 1 << 128]
    return [format_address(at) for at in usable[:most]]


def holds(says: Expression, address: str, pairs: list[str]) -> bool:
    """Say whether an expression holds for a visit, the slow and plain way."""
    match says:
        case From(networks):
            return address in networks
        case Brings(atom, yes):
            return any(CookieText.of(*atom).holds(pair) for pair in pairs) == yes
        case Both(parts):
            return all(holds(part, address, pairs) for part in parts)
        case Either(parts):
            return any(holds(part, address, pairs) for part in parts)
        case Unknown():
            raise AssertionError(says)


def lets_in(meaning: Meaning, address: str, pairs: list[str]) -> bool:
    """Say whether a meaning lets a visit in."""
    (needs,) = (needs for needs, networks in meaning.pieces.items() if address in networks)
    return any(all(any(CookieText.of(*atom).holds(pair) for pair in pairs) for atom in need) for need in needs)


@contextmanager
def serving(program: str, hosts: list[str]) -> Iterator[Asking]:
    """Run a server with some hosts, whose names are c0.test, c1.test, ...: "@root" in them is a folder with photos."""
    servers.skip_without(program)
    with TemporaryDirectory(prefix="limner-real-") as name:  # pytest's own folders are closed to Apache's workers
        yield from _serving(program, Path(name), hosts)


def _serving(program: str, folder: Path, hosts: list[str]) -> Iterator[Asking]:
    root = folder / "www"
    root.mkdir()
    (root / "jane.jpg").write_bytes(b"\xff\xd8")
    for each in (folder, root):
        each.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lines = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES.split()]
    text = (APACHE if program == "apache2" else NGINX).format(
        folder=folder, port=port, modules="\n".join(lines), hosts="\n".join(hosts)
    )
    config = folder / "main.conf"
    config.write_text(text.replace("@root", str(root)).replace("@port", f"127.0.0.1:{port}"))
    command = ["apache2", "-f", str(config), "-DFOREGROUND"]
    if program == "nginx":
        command = ["nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(config)]
    with (folder / "printed.txt").open("wb") as out:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *command], stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        end = time.monotonic() + 30
        while True:
            said = (folder / "printed.txt").read_text(errors="replace")
            assert process.poll() is None, said
            assert time.monotonic() < end, said
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.01)
        asking = Asking(port)
        try:
            yield asking
        finally:
            asking.connection.close()
    finally:
        process.terminate()
        process.wait(20)


class Asking:
    """Asks a server for the photo."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def lets_in(self, host: int, address: str, pairs: list[str]) -> bool:
        headers = {"Host": f"c{host}.test", "X-Forwarded-For": address}
        if pairs:
            headers["Cookie"] = "; ".join(pairs)
        self.connection.request("GET", "/jane.jpg", headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status in (200, 301, 302, 403, 404, 410), answer.status
        return answer.status == 200


@dataclass
class Tried:
    """How much was compared: requests, readings that have a meaning, and readings of which a part was closed."""

    requests: int = 0
    meanings: int = 0
    closed: int = 0


def compared(server: Asking, hosts: list[str], readings: list[Expression]) -> Tried:
    """See that a server lets in whom readings say, and nobody less than those where a part is closed."""
    tried = Tried()
    for at, says in enumerate(readings):
        known = not any(isinstance(leaf, Unknown) for leaf in leaves(says))
        meaning = None
        with contextlib.suppress(NotReadError):
            meaning = meaning_of(closed(says))
        tried.meanings += known and meaning is not None
        tried.closed += not known
        for address in edges(says):
            for pairs in COOKIES:
                read = holds(closed(says), address, pairs)
                real = server.lets_in(at, address, pairs)
                assert real == read if known else real or not read, f"{hosts[at]}\n{address} {pairs} {real}"
                assert meaning is None or lets_in(meaning, address, pairs) == read
                tried.requests += 1
    return tried
