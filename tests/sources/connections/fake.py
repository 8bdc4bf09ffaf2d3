"""Stands in for Profiles of HCL Connections, after "Searching Profiles programmatically", "Profile entry content",
"Retrieving the Profiles Administration API service document" and "Adding a profile using the Administration API" of the
documentation of IBM Connections 3.0.1, "Configuring photo settings" of HCL Connections 7, and "Connections photos" of
HCL Sametime 11.5 (photo.do).

It is as strict as those: basic authentication, the Administration API only for administrators, one name in photo.do.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape, quoteattr

from tests.origin import Asked, Reply

SEARCH = frozenset(("ps", "page", "organization", "name", "email", "activeUsersOnly", "format", "output"))


@dataclass
class Someone:
    """A profile."""

    key: str
    mail: str = ""
    uid: str = ""
    userid: str = ""
    dn: str = ""
    name: str = ""
    department: str = ""
    photo: bytes | None = None
    last_mod: int | None = 1
    state: str = "active"
    more_mail: str = ""


@dataclass
class Profiles:
    """The server; `people` is whom it knows, `generic` what it shows for anybody without a photo (None: 404)."""

    people: list[Someone] = field(default_factory=list)
    generic: bytes | None = b"\xff\xd8generic"
    users: dict[str, str] = field(default_factory=lambda: {"limner": "secret", "jane": "maroon"})
    admins: frozenset[str] = frozenset({"limner"})
    cookie: str = "LtpaToken2=token"
    open_photos: bool = False
    says_last_mod: bool = True
    validators: bool = True
    outer: str = ""
    """The address that it knows itself by, where that is not the one that it is asked by."""
    tamper: Any = None

    def __call__(self, asked: Asked) -> Reply:
        if self.tamper is not None and (reply := self.tamper(asked)) is not None:
            assert isinstance(reply, Reply)
            return reply
        path, query = urlsplit(asked.path).path, parse_qs(urlsplit(asked.path).query, keep_blank_values=True)
        if asked.method not in ("GET", "HEAD"):
            return Reply(405)
        if path == "/profiles/photo.do":
            return self._photo(asked, query)
        user = self._user(asked)
        if user is None:
            return Reply(401, b"", {"WWW-Authenticate": 'Basic realm="lotus"'})
        base = self.outer or f"http://{asked.headers['Host']}/profiles"
        if path == "/profiles/admin/atom/profiles.do":
            if user not in self.admins:
                return Reply(403)
            return self._feed(query, f"{base}/admin/atom/profiles.do", base, admin=True)
        if path == "/profiles/atom/search.do":
            if not set(query) <= SEARCH or not set(query) - {"ps", "page"}:
                return Reply(400)
            return self._feed(query, f"{base}/atom/search.do", base, admin=False)
        return Reply(404)

    def _user(self, asked: Asked) -> str | None:
        if asked.headers.get("Cookie") == self.cookie:
            return "limner"
        scheme, _, coded = asked.headers.get("Authorization", "").partition(" ")
        user, _, password = base64.b64decode(coded).decode().partition(":") if scheme == "Basic" else ("", "", "")
        return user if user and self.users.get(user) == password else None

    # -- feeds --------------------------------------------------------------------------------------------------------

    def _feed(self, query: dict[str, list[str]], own: str, base: str, *, admin: bool) -> Reply:
        size, page = int(query.get("ps", ["10"])[0]), int(query.get("page", ["1"])[0])
        if not 1 <= size <= 1000 or page < 1:
            return Reply(400)
        some = self.people[(page - 1) * size : page * size]
        links = f"<link rel='self' href={quoteattr(own)}/>"
        if page * size < len(self.people):
            more = urlencode({**{name: values[0] for name, values in query.items()}, "page": page + 1})
            links += f"<link rel='next' type='application/atom+xml' href={quoteattr(f'{own}?{more}')}/>"
        entries = "".join(self._entry(one, base, admin=admin) for one in some)
        text = (
            "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
            "xmlns:snx='http://www.ibm.com/xmlns/prod/sn' xmlns:opensearch='http://a9.com/-/spec/opensearch/1.1/'>"
            "<id>tag:profiles.ibm.com,2006:feed</id><title type='text'>profiles</title>"
            f"<opensearch:totalResults>{len(self.people)}</opensearch:totalResults>{links}{entries}</feed>"
        )
        return Reply(200, text.encode(), {"Content-Type": "application/atom+xml; charset=UTF-8"})

    def _entry(self, one: Someone, base: str, *, admin: bool) -> str:
        stamp = f"&lastMod={one.last_mod}" if self.says_last_mod and one.last_mod is not None else ""
        image = quoteattr(f"{base}/photo.do?key={one.key}{stamp}")
        contributor = (
            f"<contributor><name>{escape(one.name)}</name><snx:userid>{escape(one.userid)}</snx:userid>"
            f"<email>{escape(one.mail)}</email><snx:userState>{one.state}</snx:userState></contributor>"
        )
        content = self._pairs(one) if admin else self._card(one, base)
        return (
            f"<entry><id>tag:profiles.ibm.com,2006:entry{one.key}</id><title type='text'>{escape(one.name)}</title>"
            "<category scheme='http://www.ibm.com/xmlns/prod/sn/type' term='profile'/>"
            f"<link rel='http://www.ibm.com/xmlns/prod/sn/image' type='image' href={image}/>"
            f"{contributor}{content}</entry>"
        )

    def _pairs(self, one: Someone) -> str:
        said = {
            "key": one.key,
            "guid": one.userid,
            "uid": one.uid,
            "email": one.mail,
            "groupwareEmail": one.more_mail,
            "distinguishedName": one.dn,
            "displayName": one.name,
            "departmentTitle": one.department,
            "userState": one.state,
        }
        pairs = "".join(
            f"<entry><key>com.ibm.snx_profiles.base.{name}</key><value><type>text</type><data>{escape(value)}</data>"
            "</value></entry>"
            for name, value in said.items()
            if value
        )
        return (
            "<content type='application/xml'><person xmlns='http://ns.opensocial.org/2008/opensocial'>"
            f"<com.ibm.snx_profiles.attrib>{pairs}</com.ibm.snx_profiles.attrib></person></content>"
        )

    def _card(self, one: Someone, base: str) -> str:
        return (
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><span class='vcard'>"
            f"<div><img class='photo' src='{base}/photo.do?key={one.key}'/></div>"
            f"<div><a class='fn url' href='{base}/html/profileView.do?key={one.key}'>{escape(one.name)}</a></div>"
            f"<div class='org'><span class='organization-unit'>{escape(one.department)}</span></div>"
            f"<div><a class='email' href='mailto:{escape(one.mail)}'>{escape(one.mail)}</a></div>"
            f"<div class='x-groupwareMail'>{escape(one.more_mail)}</div>"
            f"<div class='x-profile-key'>{one.key}</div><div class='x-profile-uid'>{escape(one.uid)}</div>"
            f"<div class='x-lconn-userid'>{escape(one.userid)}</div></span></div></content>"
        )

    # -- photos -------------------------------------------------------------------------------------------------------

    def _photo(self, asked: Asked, query: dict[str, list[str]]) -> Reply:
        if not self.open_photos and self._user(asked) is None:
            return Reply(401, b"", {"WWW-Authenticate": 'Basic realm="lotus"'})
        names = {"key": "key", "userid": "userid", "uid": "uid", "email": "mail", "distinguishedName": "dn"}
        given = [name for name in query if name in names]
        if len(given) != 1 or not set(query) <= {*names, "lastMod"}:
            return Reply(400)
        wanted = query[given[0]][0]
        one = next((one for one in self.people if getattr(one, names[given[0]]) == wanted), None)
        body = one.photo if one is not None and one.photo is not None else self.generic
        if body is None:
            return Reply(404)
        headers = {"Content-Type": "image/jpeg", "Cache-Control": "max-age=43200"}
        if self.validators:
            headers["ETag"] = f'"{hashlib.md5(body).hexdigest()}"'
        return Reply(200, body, headers)
