"""Rebuilds the incident, and six failures that look the same to the user, each as a folder that an administrator has.

Everything that a capture shows took place: servers and clients of `signon.fakes` on addresses of loopback of their own,
recorded by tcpdump. The texts around them are after the incident's facts; names are made up.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from signon.fakes import community, domino, nameserver, tokens
from signon.fakes.listening import deaf, knock, listening
from signon.fakes.recording import recorded
from signon.trace.samples import EVENT, NOT_RESPONDING

ALIAS, HOST, SERVER = "sametime.acme.example", "sametime004.acme.example", "Sametime/Servers/ACME"
USER = "CN=Jane Roe/OU=Sales/O=ACME"

COMMUNITIES = f"""<?xml version="1.0" encoding="UTF-8"?>
<managed-communities>
  <managed-community id="{ALIAS}" host="{ALIAS}" loginByToken="true" authType="ST-DOMINO-SSO"/>
  <managed-community-action type="reset" managed-community-id="{ALIAS}"/>
</managed-communities>
"""
SERVER_DOCUMENT = f"""<?xml version='1.0' encoding='utf-8'?>
<document xmlns='http://www.lotus.com/dxl' form='Server'>
 <item name='ServerName'><text>CN=Sametime/OU=Servers/O=ACME</text></item>
 <item name='SMTPFullHostDomain'><text>{HOST}</text></item>
</document>
"""
SSO_DOCUMENT = """<?xml version='1.0' encoding='utf-8'?>
<document xmlns='http://www.lotus.com/dxl' form='SSOConfig'>
 <item name='Ltpa_TokenName'><text>{name}</text></item>
 <item name='Ltpa_TokenDomain'><text>{domain}</text></item>
 <item name='Ltpa_TokenExpiration'><number>120</number></item>
 <item name='Ltpa_DominoSecret'><text>bm90IGEgcmVhbCBzZWNyZXQu</text></item>
</document>
"""


@dataclass(frozen=True)
class Site:
    """Addresses of loopback that belong to this process: a server, a client, a DNS server, an address of old."""

    net: str

    @classmethod
    def own(cls) -> Site:
        number = os.getpid()
        return cls(f"127.{64 + number % 128}.{number // 128 % 256}")

    @property
    def server(self) -> str:
        return f"{self.net}.4"

    @property
    def client(self) -> str:
        return f"{self.net}.5"

    @property
    def old(self) -> str:
        return f"{self.net}.7"

    @property
    def dns(self) -> str:
        return f"{self.net}.53"

    @contextmanager
    def recorded(self, folder: Path) -> Iterator[None]:
        """Record what the client says and hears, with the DNS server up."""
        ports = "tcp port 1352 or tcp port 1533 or udp port 53"
        names = {ALIAS: HOST, HOST: self.server}
        recording = recorded(folder / "login.pcap", only=f"host {self.client} and ({ports})")
        with nameserver.nameserver(self.dns, names), recording:
            nameserver.ask(self.dns, ALIAS, self.client)
            yield
        (folder / "login.log").unlink()

    def notes(self, *, goes_on: bool = True) -> None:
        domino.visit(1352, goes_on=goes_on, address=self.server, client=self.client)

    def sametime(self, token: bytes) -> None:
        community.visit(1533, USER, token, address=self.server, client=self.client)


def trace(site: Site, *, wrong: bool = False, remembered: bool = False) -> str:
    """What the Notes client's trace says, and its user sees."""
    address = site.old if remembered else site.server
    lines = [f"Determining path to server {ALIAS}", "Available Ports:  TCPIP"]
    if remembered:
        lines += [
            f"Checking for {ALIAS} at last known address '{address}' on TCPIP...",
            "No answer at last known address",
        ]
    else:
        lines.append(f"Using address '{address}' for {ALIAS} on TCPIP")
    if wrong:
        lines.append(f"Connected to the wrong server {SERVER} using address {address}")
        lines.append(f"Using address '{ALIAS}' for {ALIAS} on TCPIP")
    lines.append(f"Unable to connect to {ALIAS} on TCPIP ({NOT_RESPONDING})")
    return "\n".join(lines) + "\n"


def reached(site: Site) -> str:
    return f"Using address '{site.server}' for {ALIAS} on TCPIP\nConnected to server {SERVER}\n"


def _usual(folder: Path, *, domain: str = ".acme.example", name: str = "LtpaToken", host: str = HOST) -> None:
    """Write the settings that an administrator has at hand."""
    folder.mkdir()
    (folder / "managed-community-configs.xml").write_text(COMMUNITIES)
    (folder / "server.dxl").write_text(SERVER_DOCUMENT.replace(HOST, host))
    (folder / "notes.ini").write_text("[Notes]\nKitType=2\nServerName=CN=Sametime/OU=Servers/O=ACME\nPorts=TCPIP\n")
    (folder / "websso.dxl").write_text(SSO_DOCUMENT.format(domain=domain, name=name))


def incident(folder: Path, site: Site) -> None:
    """The alias is none of the server's names: twice the client connects, reads the server's name, and leaves."""
    _usual(folder)
    with listening(domino.refusing(), site.server, 1352), site.recorded(folder):
        site.notes(goes_on=False)
        site.notes(goes_on=False)
    (folder / "notes-trace.txt").write_text(trace(site, wrong=True))


def token_domain(folder: Path, site: Site) -> None:
    """Domino lets the client in; its token is for another domain, so there is none for the community's host."""
    _usual(folder, domain=".corp.example", host=ALIAS)
    message = f"Missing single sign on token for {ALIAS}"
    (folder / "error-log-0.xml").write_text(EVENT.format(msg=message, exception="none"))
    with up(site), site.recorded(folder):
        site.notes()
        knock_and_leave(site)
    (folder / "notes-trace.txt").write_text(reached(site))


@contextmanager
def up(site: Site, code: int | None = None) -> Iterator[None]:
    """Run both servers: Domino lets clients in, the community server refuses log-ins for a reason, or just closes."""
    answer = community.answering(*([community.destroy(code)] if code is not None else []))
    with listening(domino.accepting(), site.server, 1352), listening(answer, site.server, 1533):
        yield


def knock_and_leave(site: Site) -> None:
    """Greet the community server and leave, as a client that has nothing to log in with."""
    with socket.create_connection((site.server, 1533), 10, (site.client, 0)) as connection:
        connection.sendall(community.handshake())
        community.read_unit(connection)


def token_expired(folder: Path, site: Site) -> None:
    """The token is older than it may be."""
    _usual(folder, host=ALIAS)
    _refused_token(folder, site, community.TOKEN_EXPIRED, tokens.domino(USER, created=_now(-9000), expires=_now(-1800)))


def token_version(folder: Path, site: Site) -> None:
    """Domino makes LTPA 1, the community server takes LTPA 2 alone."""
    _usual(folder, name="LtpaToken2", host=ALIAS)
    (folder / "sametime.ini").write_text("[Config]\nST_COMMUNITY_ID=acme\n[AuthToken]\nST_TOKEN_TYPE=LtpaToken2\n")
    _refused_token(folder, site, community.TOKEN_INVALID, tokens.domino(USER, created=_now(-60), expires=_now(7000)))


def _refused_token(folder: Path, site: Site, code: int, token: bytes) -> None:
    with up(site, code), site.recorded(folder):
        site.notes()
        site.sametime(token)
    (folder / "notes-trace.txt").write_text(reached(site))


def _now(seconds: int) -> int:
    return int(time.time()) + seconds


def firewall(folder: Path, site: Site) -> None:
    """Nothing on port 1352 is answered; the host itself is up, as port 1533 shows."""
    _usual(folder, host=ALIAS)
    with deaf(site.server, 1352), listening(community.answering(), site.server, 1533), site.recorded(folder):
        knock(site.server, 1352, site.client, 1.2)
        knock_and_leave(site)
    (folder / "notes-trace.txt").write_text(trace(site))


def server_down(folder: Path, site: Site) -> None:
    """The host is there, and nothing listens."""
    _usual(folder, host=ALIAS)
    with site.recorded(folder):
        knock(site.server, 1352, site.client, 1)
        knock(site.server, 1533, site.client, 1)
    (folder / "notes-trace.txt").write_text(trace(site))


def cached_address(folder: Path, site: Site) -> None:
    """The client goes to the address of last time; DNS has another one since."""
    _usual(folder, host=ALIAS)
    with listening(domino.accepting(), site.server, 1352), site.recorded(folder):
        knock(site.old, 1352, site.client, 1)
    (folder / "notes-trace.txt").write_text(trace(site, remembered=True))
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n{site.server} {ALIAS}\n")


def build(folder: Path) -> dict[str, Path]:
    """Build all folders; give them by the cause that each is about."""
    site = Site.own()
    made = {}
    every = (incident, token_domain, token_expired, token_version, firewall, server_down, cached_address)
    for scene in every:
        made[scene.__name__] = folder / scene.__name__.replace("_", "-")
        scene(made[scene.__name__], site)
    return made
