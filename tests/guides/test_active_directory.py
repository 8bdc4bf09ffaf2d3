"""docs/active-directory.md, followed to the letter against a real Active Directory and a real OpenLDAP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ldap_servers import DomainController, Slapd, needs_samba, needs_slapd
from ldap_servers.samba import PEOPLE, READER_PASSWORD, user
from ldap_servers.slapd import person

PAGE = (Path(__file__).parents[2] / "docs" / "active-directory.md").read_text("utf-8")
SHELL = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
TOML = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
ACTIVE_DIRECTORY, GROUP, OPENLDAP, DOMINO = TOML


def shell(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a block of the page as it stands, with this limner first in the path."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "LIMNER_AD_PASSWORD": READER_PASSWORD}
    return subprocess.run(
        ["sh", "-e", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120
    )


def site(folder: Path, source: str) -> None:
    (folder / "limner.toml").write_text(f'library = "library"\n[sync]\nworkers = 1\n{source}')


@needs_samba
@pytest.mark.root
def test_active_directory(tmp_path: Path) -> None:
    controller = DomainController(4)
    try:
        controller.add(
            user("jane", mail="jane@acme.example"),
            user("joe", mail="joe@acme.example", userAccountControl="546"),
            "dn: OU=Groups,DC=acme,DC=example\nobjectClass: organizationalUnit\n\n"
            f"dn: CN=Photos,OU=Groups,DC=acme,DC=example\nobjectClass: group\nmember: CN=jane,{PEOPLE}\n\n",
        )
        (tmp_path / "ca.pem").write_bytes(controller.ca_file.read_bytes())
        password, first, again = SHELL
        assert shell(tmp_path, password.replace("the password", READER_PASSWORD)).returncode == 0
        dead = ACTIVE_DIRECTORY.replace("dc1.acme.example", "dc1.acme.invalid")
        site(tmp_path, dead.replace("dc2.acme.example", controller.address))
        done = shell(tmp_path, first)
        assert done.returncode == 0, done.stderr
        assert "would be added: jane@acme.example" in done.stdout
        assert "Active Directory: 1 added" in done.stdout
        assert "Replicating Directory Changes" in done.stderr
        done = shell(tmp_path, again)
        assert done.returncode == 0, done.stderr
        assert "Active Directory: 0 added" in done.stdout
        assert "Replicating Directory Changes" not in done.stderr
        site(tmp_path, GROUP.replace("dc1.acme.example", controller.address) + 'ca_file = "ca.pem"\n')
        done = shell(tmp_path, "limner sync --dry-run --json")
        assert done.returncode == 0, done.stderr
    finally:
        controller.close()


@needs_slapd
@pytest.mark.parametrize("source", [OPENLDAP, DOMINO], ids=["openldap", "domino"])
def test_openldap_and_what_is_read_of_domino(tmp_path: Path, source: str) -> None:
    """No Domino can be had: slapd answers for it, so this tries the settings, not the product."""
    with Slapd(person("jane", mail="jane@acme.example"), person("joe", employeeType="left", cn="x")) as slapd:
        (tmp_path / "ca.pem").write_bytes(slapd.ca_file.read_bytes())
        text = source.replace("ldap://ldap.acme.example", slapd.url)
        text = text.replace("ldaps://domino.acme.example", slapd.secure).replace(
            "CN=limner,O=Acme", "cn=admin,dc=acme,dc=example"
        )
        text = text.replace('"O=Acme"', '"dc=acme,dc=example"')
        if "ca_file" not in text:
            text += 'ca_file = "ca.pem"\n'
        (tmp_path / "domino.password").write_text("secret\n")
        (tmp_path / "domino.password").chmod(0o600)
        site(tmp_path, text)
        done = shell(tmp_path, SHELL[1])
        assert done.returncode == 0, done.stderr
        assert "would be added: jane@acme.example" in done.stdout
