"""OpenLDAP's slapd on free ports of 127.0.0.1, with a certificate for localhost and 127.0.0.1."""

from __future__ import annotations

import base64
import contextlib
import datetime
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import trustme

SUFFIX = "dc=acme,dc=example"
PEOPLE = f"ou=people,{SUFFIX}"
ADMIN, PASSWORD = f"cn=admin,{SUFFIX}", "secret"
SMALL = f"cn=small,{SUFFIX}"  # an account whose searches end after 5 entries

CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {folder}/more.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload syncprov
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
TLSCACertificateFile {folder}/ca.pem
TLSVerifyClient try
sizelimit unlimited
database mdb
suffix {suffix}
rootdn {admin}
rootpw {password}
directory {folder}/db
maxsize 1073741824
dbnosync
index objectClass,uid,mail eq
index entryCSN,entryUUID,modifyTimestamp eq
limits dn.exact="{small}" size=5
access to dn.subtree="ou=secret,{suffix}" by users read by * none
access to attrs=userPassword by anonymous auth by * none
access to * by * read
{overlay}
"""
SCHEMA = """
attributetype ( 1.3.6.1.4.1.32473.1 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.32473.2 NAME 'thumbnailPhoto' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.32473.3 NAME 'photoURL' EQUALITY caseExactMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.32473.9 NAME 'photographed' AUXILIARY MAY ( proxyAddresses $ thumbnailPhoto $ photoURL ) )
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ldif(dn: str, attributes: Mapping[str, str | bytes | Sequence[str | bytes]]) -> str:
    """Write an entry as LDIF (RFC 2849), every value in base64."""
    lines = [f"dn:: {base64.b64encode(dn.encode()).decode()}"]
    for name, values in attributes.items():
        for value in [values] if isinstance(values, str | bytes) else values:
            raw = value.encode() if isinstance(value, str) else value
            lines.append(f"{name}:: {base64.b64encode(raw).decode()}")
    return "\n".join(lines) + "\n\n"


def person(uid: str, **attributes: Any) -> str:
    """Write a person as LDIF; `dn` names another place than ou=people."""
    dn = attributes.pop("dn", f"uid={uid},{PEOPLE}")
    base = {"objectClass": ["inetOrgPerson", "photographed"], "uid": uid, "cn": uid.title(), "sn": uid}
    return ldif(dn, base | attributes)


class Slapd:
    """A slapd with its own database and authority; stopped by `with`."""

    def __init__(
        self,
        *people: str,
        names: Sequence[str] = ("localhost", "127.0.0.1"),
        expired: bool = False,
        syncprov: bool = True,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="slapd"))
        self.authority = trustme.CA()
        past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        certificate = self.authority.issue_cert(*names, **({"not_after": past} if expired else {}))
        self.ca_file = self.folder / "ca.pem"
        self.authority.cert_pem.write_to_path(self.ca_file)
        certificate.private_key_pem.write_to_path(self.folder / "server.key")
        (self.folder / "server.pem").write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
        (self.folder / "more.schema").write_text(SCHEMA)
        (self.folder / "db").mkdir()
        self.conf = self.folder / "slapd.conf"
        self.conf.write_text(
            CONF.format(
                folder=self.folder,
                suffix=SUFFIX,
                admin=ADMIN,
                password=PASSWORD,
                small=SMALL,
                overlay="overlay syncprov" if syncprov else "",
            )
        )
        self.load(
            ldif(SUFFIX, {"objectClass": ["dcObject", "organization"], "o": "Acme", "dc": "acme"}),
            ldif(PEOPLE, {"objectClass": "organizationalUnit", "ou": "people"}),
            ldif(f"ou=secret,{SUFFIX}", {"objectClass": "organizationalUnit", "ou": "secret"}),
            ldif(
                SMALL,
                {"objectClass": ["organizationalRole", "simpleSecurityObject"], "cn": "small", "userPassword": "small"},
            ),
            *people,
        )
        self.port, self.tls_port = free_port(), free_port()
        self._start()

    def _start(self) -> None:
        command = ["setpriv", "--pdeathsig", "TERM", _sbin("slapd"), "-d", "0", "-f", self.conf]
        urls = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen([*command, "-h", urls], stdin=subprocess.DEVNULL, stderr=log)
        for port in (self.port, self.tls_port):
            self._wait(port)

    def _wait(self, port: int) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.01)
        raise AssertionError(f"slapd does not listen: {(self.folder / 'log').read_text()}")

    @property
    def plain(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The address for StartTLS; the certificate is for this name."""
        return f"ldap://localhost:{self.port}"

    @property
    def secure(self) -> str:
        return f"ldaps://localhost:{self.tls_port}"

    def load(self, *entries: str) -> None:
        """Put entries into the database while nothing runs on it."""
        self._run([_sbin("slapadd"), "-q", "-f", str(self.conf)], entries)

    def add(self, *entries: str) -> None:
        """Add entries while it runs."""
        self._run(["ldapadd", *self._admin()], entries)

    def change(self, dn: str, **attributes: str | bytes | list[str] | list[bytes]) -> None:
        """Replace attributes of an entry; no values remove one."""
        lines = [f"dn:: {base64.b64encode(dn.encode()).decode()}\nchangetype: modify\n"]
        for name, values in attributes.items():
            body = ldif("x", {name: values}).partition("\n")[2].strip()
            lines.append(f"replace: {name}\n{body + chr(10) if body else ''}-\n")
        self._run(["ldapmodify", *self._admin()], ["".join(lines)])

    def delete(self, dn: str) -> None:
        self._run(["ldapdelete", *self._admin(), dn], ())

    def rename(self, dn: str, rdn: str, parent: str) -> None:
        self._run(["ldapmodrdn", *self._admin(), "-r", "-s", parent, dn, rdn], ())

    def _admin(self) -> list[str]:
        return ["-x", "-H", self.plain, "-D", ADMIN, "-w", PASSWORD]

    def _run(self, command: list[str], entries: Iterable[str]) -> None:
        done = subprocess.run(command, input="".join(entries), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self.close()


def _sbin(program: str) -> str:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") or program
