"""Samba as an Active Directory domain controller, on a loopback address of its own (its ports are fixed)."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import trustme

from .slapd import ldif

REALM, SUFFIX = "ACME.EXAMPLE", "DC=acme,DC=example"
PEOPLE = f"OU=People,{SUFFIX}"
ADMIN, PASSWORD = "Administrator@acme.example", "Passw0rd!x"
READER, READER_PASSWORD = "limner@acme.example", "Rd.7-only"


def user(name: str, **attributes: object) -> str:
    """Write a user as LDIF; 544 is a normal account that needs no password."""
    dn = attributes.pop("dn", f"CN={name},{PEOPLE}")
    base = {"objectClass": "user", "sAMAccountName": name, "userPrincipalName": f"{name}@acme.example"}
    return ldif(str(dn), base | {"userAccountControl": "544"} | attributes)  # type: ignore[dict-item]


class DomainController:
    """A domain controller. `provisioned` is made once for all of them, and copied."""

    def __init__(self, number: int = 1) -> None:
        self.address = f"127.{77 + number}.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"
        self.folder = Path(tempfile.mkdtemp(prefix="dc"))
        self.domain = self.folder / "dc"
        origin = provisioned()
        shutil.copytree(origin, self.domain, symlinks=True)
        conf = self.domain / "etc" / "smb.conf"
        conf.write_text(conf.read_text().replace(str(origin), str(self.domain)))
        authority = trustme.CA()
        certificate = authority.issue_cert("dc1.acme.example", self.address)
        self.ca_file = self.folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        (self.folder / "server.pem").write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
        key = self.folder / "server.key"
        certificate.private_key_pem.write_to_path(key)
        key.chmod(0o600)
        options = {
            "server services": "ldap",
            "interfaces": f"{self.address}/8",
            "bind interfaces only": "yes",
            "pid directory": self.domain,
            "ncalrpc dir": self.domain / "ncalrpc",
            "log file": self.domain / "log.%m",
            "tls certfile": self.folder / "server.pem",
            "tls keyfile": key,
            "tls cafile": self.ca_file,
        }
        command = ["setpriv", "--pdeathsig", "TERM", "samba", "-i", "-M", "single", "-s", conf]
        command += [f"--option={name}={value}" for name, value in options.items()]
        with (self.folder / "out").open("wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection((self.address, 636), 1).close()
                return
            time.sleep(0.02)
        raise AssertionError(f"samba does not listen: {(self.folder / 'out').read_text()}")

    @property
    def secure(self) -> str:
        return f"ldaps://{self.address}"

    @property
    def plain(self) -> str:
        return f"ldap://{self.address}"

    def _database(self) -> list[str]:
        return ["-H", f"{self.domain}/private/sam.ldb", f"--configfile={self.domain}/etc/smb.conf"]

    def add(self, *entries: str) -> None:
        self._run("ldbadd", entries)

    def change(self, dn: str, **attributes: str | bytes | list[str]) -> None:
        """Replace attributes; no values remove one."""
        lines = [f"dn: {dn}\nchangetype: modify\n"]
        for name, values in attributes.items():
            body = ldif("x", {name: values}).partition("\n")[2].strip()
            lines.append(f"replace: {name}\n{body + chr(10) if body else ''}-\n")
        self._run("ldbmodify", ["".join(lines)])

    def delete(self, dn: str) -> None:
        self._run("ldbdel", (), dn)

    def move(self, dn: str, to: str) -> None:
        self._run("ldbrename", (), dn, to)

    def _run(self, program: str, entries: object, *arguments: str) -> None:
        command = [program, *self._database(), *arguments]
        done = subprocess.run(command, input="".join(entries), capture_output=True, text=True, check=False)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def provisioned() -> Path:
    """Make a domain; 4 seconds, so once for each process. Gone when that ends."""
    folder = Path(tempfile.mkdtemp(prefix="ad"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    domain = folder / "dc"
    command = [
        *("samba-tool", "domain", "provision", f"--targetdir={domain}", f"--realm={REALM}", "--domain=ACME"),
        *(f"--adminpass={PASSWORD}", "--server-role=dc", "--use-rfc2307", "--dns-backend=NONE"),
        *("--host-ip=127.0.0.1", "--host-name=dc1"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    secret = f'"{READER_PASSWORD}"'.encode("utf-16-le")
    entries = [
        ldif(PEOPLE, {"objectClass": "organizationalUnit"}),
        user("limner", dn=f"CN=limner,CN=Users,{SUFFIX}", userAccountControl="512", unicodePwd=secret),
    ]
    database = ["-H", f"{domain}/private/sam.ldb", f"--configfile={domain}/etc/smb.conf"]
    done = subprocess.run(["ldbadd", *database], input="".join(entries), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return domain
