"""Reads a page of a feed of Profiles: who is on it, and where the next page is.

After "Profile entry content", "Searching Profiles programmatically" and "Adding a profile using the Administration
API" of the documentation of IBM Connections 3.0.1 and later. The names stand in an hCard (`div class="x-profile-uid"`
and the like) in the feeds of the search, in pairs of key and value (`com.ibm.snx_profiles.base.uid`) in those of the
Administration API; what both have besides is Atom's. A photo's link carries `lastMod`, which changes with the photo.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

ATOM = "{http://www.w3.org/2005/Atom}"
SNX = "{http://www.ibm.com/xmlns/prod/sn}"
XHTML = "{http://www.w3.org/1999/xhtml}"
PERSON = "{http://ns.opensocial.org/2008/opensocial}"
IMAGE = "http://www.ibm.com/xmlns/prod/sn/image"
STATUS = "http://www.ibm.com/xmlns/prod/sn/status"
BASE = "com.ibm.snx_profiles.base."
DEPARTMENT = ("organization-unit", "org", "deptTitle", "departmentTitle")


@dataclass(slots=True)
class Profile:
    """A person of the feed; what it does not say is empty. `last_mod` is the photo's, None where it does not say."""

    key: str = ""
    userid: str = ""
    uid: str = ""
    dn: str = ""
    name: str = ""
    mails: list[str] = field(default_factory=list)
    department: str = ""
    last_mod: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the feed; `following` is the address of the next one, None on the last."""

    profiles: list[Profile]
    following: str | None


def read(raw: bytes) -> Page:
    """Read a page. Raises ValueError with what is wrong with it."""
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as why:
        raise ValueError(f"it is no XML that can be read ({str(why)[:100] or type(why).__name__})") from None
    if root.tag != f"{ATOM}feed":
        raise ValueError(f"it is no Atom feed, but <{str(root.tag)[:60]}>")
    following = next((link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "next"), None)
    return Page([_profile(entry) for entry in root.findall(f"{ATOM}entry")], following or None)


def _profile(entry: Element) -> Profile:
    profile = Profile(name=_text(entry.find(f"{ATOM}title")))
    for contributor in entry.iter(f"{ATOM}contributor"):
        profile.userid = _text(contributor.find(f"{SNX}userid"))
        profile.active = _text(contributor.find(f"{SNX}userState")) != "inactive"
        _add_mail(profile, _text(contributor.find(f"{ATOM}email")))
    for category in entry.findall(f"{ATOM}category"):
        if category.get("scheme") == STATUS and category.get("term") == "inactive":
            profile.active = False
    _from_card(profile, entry)
    _from_pairs(profile, entry)
    for link in entry.findall(f"{ATOM}link"):
        if link.get("rel") == IMAGE:
            query = parse_qs(urlsplit(link.get("href", "")).query)
            profile.key = profile.key or query.get("key", [""])[0]
            profile.userid = profile.userid or query.get("userid", [""])[0]
            profile.last_mod = query.get("lastMod", [None])[0]
    return profile


def _from_card(profile: Profile, entry: Element) -> None:
    """Take what an hCard says: elements of XHTML that are known by their class."""
    said: dict[str, str] = {}
    for element in entry.iter():
        if isinstance(element.tag, str) and element.tag.startswith(XHTML):
            for name in (element.get("class") or "").split():
                said.setdefault(name, _text(element))
    profile.key = said.get("x-profile-key", "")
    profile.uid = said.get("x-profile-uid", "")
    profile.userid = profile.userid or said.get("x-lconn-userid", "")
    profile.department = next((said[name] for name in DEPARTMENT if said.get(name)), "")
    for name in ("email", "x-groupwareMail"):
        _add_mail(profile, said.get(name, ""))


def _from_pairs(profile: Profile, entry: Element) -> None:
    """Take what the Administration API says, in pairs of key and value."""
    said: dict[str, str] = {}
    for pair in entry.iter(f"{PERSON}entry"):
        name = _text(pair.find(f"{PERSON}key"))
        if name.startswith(BASE):
            said[name.removeprefix(BASE)] = _text(pair.find(f"{PERSON}value/{PERSON}data"))
    profile.key = profile.key or said.get("key", "")
    profile.uid = profile.uid or said.get("uid", "")
    profile.userid = profile.userid or said.get("guid", "")
    profile.dn = said.get("distinguishedName", "")
    profile.name = said.get("displayName") or profile.name
    profile.department = profile.department or next((said[name] for name in DEPARTMENT if said.get(name)), "")
    if said.get("userState") == "inactive":
        profile.active = False
    for name in ("email", "groupwareEmail"):
        _add_mail(profile, said.get(name, ""))


def _add_mail(profile: Profile, mail: str) -> None:
    if "@" in mail and mail not in profile.mails:
        profile.mails.append(mail)


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())
