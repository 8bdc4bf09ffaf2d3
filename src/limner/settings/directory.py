"""How a directory server (LDAP) is reached: what a source and whatever writes back to a directory have in common."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from limner.settings.section import Section, shown
from limner.settings.values import File, Name, one_or_more, twice


def _ldap_url(value: object) -> object:
    try:
        parts = urlsplit(value) if isinstance(value, str) and re.fullmatch("[!-~]{1,500}", value) else None
        if (
            parts is not None
            and parts.scheme in ("ldap", "ldaps")
            and parts.hostname
            and parts.port != 0
            and "@" not in parts.netloc
            and not (parts.path.strip("/") or parts.query or parts.fragment)
        ):
            return value
    except ValueError:
        pass
    raise ValueError(f'{shown(value)} is not a directory server; write "ldaps://dc1.example.com" or "ldap://host:port"')


LdapUrl = Annotated[str, BeforeValidator(_ldap_url)]
LdapUrls = Annotated[list[LdapUrl], BeforeValidator(one_or_more)]


def _attribute(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)(?:;[A-Za-z0-9-]+)*", value):
        return value
    raise ValueError(f'{shown(value)} is not the name of an attribute, such as "jpegPhoto"')


Attribute = Annotated[str, BeforeValidator(_attribute)]
Attributes = Annotated[list[Attribute], BeforeValidator(one_or_more)]
Bases = Annotated[list[Name], BeforeValidator(one_or_more)]


class DirectoryAccess(Section):
    """How to reach a directory server, and as whom."""

    servers: LdapUrls = Field(
        min_length=1,
        max_length=32,
        description='Where the directory is: `"ldaps://host"` or `"ldap://host"`, with `:port` where it is not 636 or '
        "389. Several are tried in this order; the first that answers is taken.",
    )
    starttls: bool = Field(
        default=True,
        description="Encrypt `ldap://` connections (StartTLS) before anything else is said. `false` sends photos, "
        "names and the password readable through the network.",
    )
    ca_file: File | None = Field(
        default=None,
        description="A PEM file with the certificates of the authorities that sign the servers' certificates; "
        "the system's, if not set. Certificates are always verified, and so is the server's name in them.",
    )
    client_certificate: File | None = Field(
        default=None, description='A client certificate for the TLS connection (PEM), as `sasl = "external"` needs.'
    )
    client_key: File | None = Field(
        default=None, description="The client certificate's key, if it is not in the same file."
    )
    user: Name = Field(
        default="",
        max_length=1000,
        description="As whom to bind: a distinguished name; for Active Directory also `user@domain` or `DOMAIN\\user`. "
        "Without it, and without `sasl`, the directory is asked anonymously.",
    )
    password_file: File | None = Field(
        default=None, description="A file whose first line is the password; nobody else should be able to read it."
    )
    password_env: Name = Field(
        default="", max_length=200, description="The variable of the environment that holds the password."
    )
    sasl: Literal["", "external", "gssapi"] = Field(
        default="",
        description='`"external"`: who we are is in the client certificate; `"gssapi"`: Kerberos, with the ticket of '
        "the account that runs limner (the Python package `gssapi` must be installed).",
    )
    connect_seconds: float = Field(
        default=10, gt=0, le=600, description="Seconds in which a server must have taken the connection, TLS included."
    )
    answer_seconds: float = Field(
        default=60,
        gt=0,
        le=3600,
        description="Seconds without a byte from the server, after which it is given up; a page may take ten times "
        "that.",
    )
    page_size: int = Field(
        default=250, ge=1, le=100_000, description="Entries that are asked for at a time (paged results, RFC 2696)."
    )

    @model_validator(mode="after")
    def _bind_is_whole(self) -> DirectoryAccess:
        if doubled := twice(self.servers):
            raise ValueError(f"`servers` names a server twice: {doubled}")
        if self.password_file and self.password_env:
            raise ValueError("`password_file` and `password_env` both say where the password is; leave one out")
        has_password = bool(self.password_file or self.password_env)
        if self.user and not self.sasl and not has_password:
            raise ValueError("`user` needs a password: set `password_file` or `password_env`")
        if has_password and (self.sasl or not self.user):
            raise ValueError("a password goes with `user`, and without `sasl`")
        if self.sasl == "external" and not self.client_certificate:
            raise ValueError('`sasl = "external"` needs a `client_certificate`')
        if self.client_key and not self.client_certificate:
            raise ValueError("`client_key` goes with `client_certificate`")
        return self


class DirectoryPeople(DirectoryAccess):
    """Which of a directory's entries are people, and by what names they go."""

    directory: Literal["ad", "domino", "openldap", "generic"] = Field(
        default="generic",
        description='What kind of directory it is: Active Directory (`"ad"`; Samba too), HCL Domino, OpenLDAP, or any '
        "other. It decides what the settings below are when they are not set, and how changes are read.",
    )
    base: Bases = Field(
        min_length=1,
        max_length=100,
        description="Below which entries people are looked for: one distinguished name or several.",
    )
    filter: Name = Field(
        default="",
        max_length=10_000,
        description="Who is taken (RFC 4515); people of any kind, if not set. In Active Directory, disabled and "
        "expired accounts are left out on top of it.",
    )
    disabled: bool = Field(
        default=False, description="Take the disabled and the expired accounts of an Active Directory too."
    )
    mail: Attributes = Field(
        default=[],
        max_length=50,
        description="The attributes that hold mail addresses; all values of all are taken. Of values that name their "
        "kind, as in `proxyAddresses`, those of `smtp:` and `SMTP:` are.",
    )
    uid: Attributes = Field(
        default=[],
        max_length=20,
        description="The attribute that holds the user name; of several, the first that is there.",
    )
    key: Attributes = Field(
        default=[], max_length=20, description="The attribute that holds a key (`photo.do?key=`); none, if not set."
    )
