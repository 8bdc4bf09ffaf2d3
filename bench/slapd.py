"""A slapd of the bench's own: filled before it starts, on a free port of 127.0.0.1, without encryption."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import BenchError, Server, free_port, say, started

SUFFIX = "dc=acme,dc=example"
PEOPLE = f"ou=people,{SUFFIX}"
CONF = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload syncprov
sizelimit unlimited
database mdb
suffix {suffix}
rootdn cn=admin,{suffix}
rootpw secret
directory {folder}/db
maxsize 8589934592
dbnosync
index objectClass,uid,mail eq
index entryCSN,entryUUID,modifyTimestamp eq
overlay syncprov
"""


def person(number: int, mail: str, photo: bytes) -> str:
    """Write somebody as LDIF."""
    picture = base64.b64encode(photo).decode()
    return (
        f"dn: uid=u{number},{PEOPLE}\nobjectClass: inetOrgPerson\nuid: u{number}\ncn: Person {number}\nsn: {number}\n"
        f"mail: {mail}\ndepartmentNumber: {number % 40}\njpegPhoto:: {picture}\n\n"
    )


@contextmanager
def slapd(folder: Path, people: Iterable[str]) -> Iterator[Server]:
    """Run a slapd that has these people, in a new folder, until the block ends. Raises BenchError."""
    (folder / "db").mkdir(parents=True)
    conf = folder / "slapd.conf"
    conf.write_text(CONF.format(folder=folder, suffix=SUFFIX))
    _load(conf, people)
    port = free_port()
    command = [_program("slapd"), "-d", "0", "-f", conf, "-h", f"ldap://127.0.0.1:{port}"]
    with started("slapd", command, port=port, folder=folder) as server:
        yield server


def _load(conf: Path, people: Iterable[str]) -> None:
    say("filling slapd")
    command = [_program("slapadd"), "-q", "-f", str(conf)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as loading:
        assert loading.stdin is not None
        loading.stdin.write(
            f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Acme\ndc: acme\n\n"
            f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n\n"
        )
        loading.stdin.writelines(people)
    if loading.returncode:
        raise BenchError(f"slapadd failed ({loading.returncode})")


def change(server: Server, number: int, photo: bytes) -> None:
    """Give somebody another photo."""
    picture = base64.b64encode(photo).decode()
    ldif = f"dn: uid=u{number},{PEOPLE}\nchangetype: modify\nreplace: jpegPhoto\njpegPhoto:: {picture}\n-\n\n"
    sign_in = ["-x", "-H", f"ldap://127.0.0.1:{server.port}", "-D", f"cn=admin,{SUFFIX}", "-w", "secret"]
    subprocess.run([_program("ldapmodify"), *sign_in], input=ldif, text=True, check=True, capture_output=True)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise BenchError(f"there is no {name}: Debian's packages are slapd and ldap-utils")
    return found
