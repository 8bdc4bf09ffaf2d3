"""An organizational unit of a domain with users, and a source that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ldap_servers import DomainController
from ldap_servers.samba import ADMIN, PASSWORD, PEOPLE, READER, READER_PASSWORD, user
from ldap_servers.slapd import ldif

from .ldap_scene import FACE, Reader, private


class Unit:
    """OU=(name) with jane, joe and ann, who have photos; jane has `proxyAddresses` too."""

    def __init__(self, controller: DomainController, name: str, folder: Path) -> None:
        self.controller, self.name, self.folder = controller, name, folder
        self.dn = f"OU={name},{PEOPLE}"
        controller.add(ldif(self.dn, {"objectClass": "organizationalUnit"}))
        self.add(
            "jane", thumbnailPhoto=FACE + b"jane", proxyAddresses=["smtp:jroe@acme.example", "SMTP:jr@acme.example"]
        )
        self.add("joe", thumbnailPhoto=FACE + b"joe", department="Sales")
        self.add("ann", thumbnailPhoto=FACE + b"ann")

    def uid(self, who: str) -> str:
        """Account names are unique in a domain, so the unit's is part of them."""
        return f"{who}-{self.name}".lower()

    def where(self, who: str) -> str:
        return f"CN={who},{self.dn}"

    def add(self, who: str, **attributes: Any) -> None:
        uid = self.uid(who)
        usual = {"dn": self.where(who), "mail": f"{uid}@acme.example"}
        self.controller.add(user(uid, **usual | attributes))

    def change(self, who: str, **attributes: Any) -> None:
        self.controller.change(self.where(who), **attributes)

    def reader(self, *, administrator: bool = False, **changes: Any) -> Reader:
        """Give a source that signs in as an ordinary account, or as one that may use DirSync."""
        (self.folder / self.name).mkdir(exist_ok=True)
        name, secret = (ADMIN, PASSWORD) if administrator else (READER, READER_PASSWORD)
        usual: dict[str, Any] = {
            "servers": self.controller.secure,
            "ca_file": self.controller.ca_file,
            "directory": "ad",
            "base": self.dn,
            "user": name,
            "password_file": private(self.folder / self.name, secret),
        }
        return Reader(**usual | changes)

    def uids(self, *who: str) -> list[str]:
        return sorted(map(self.uid, who))
