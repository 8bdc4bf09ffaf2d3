"""A person, and the names they go by, each in one normal form.

Four kinds of name lead to a person: mail addresses, a user name (uid), a distinguished name, and a key (an opaque
identifier that a directory gives, such as the key of Connections or the object id of Graph). A name is kept in one
normal form, so that equal names are equal texts, and its *index key* (bytes) is what the library finds it by. The
hashes of a mail address (MD5 and SHA-256, as Gravatar and Libravatar ask) are index keys too.

Normal forms are idempotent: the normal form of a normal form is itself.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from limner.errors import NameFormError

MAIL_LIMIT = 254  # characters; RFC 5321 4.5.3.1.3 with erratum 1690
NAME_LIMIT = 1024  # characters of a user name, distinguished name or key
INDEX_LIMIT = 480  # bytes; LMDB takes keys of at most 511
DISPLAY_LIMIT = 200  # characters of the name that people read

_BAD_IN_MAIL = re.compile(r'[\s\x00-\x20\x7f-\x9f\ud800-\udfff"\\<>()\[\],;:]')
_DOTS = re.compile("[.\u3002\uff0e\uff61]")  # what parts the labels of a domain as people type it: RFC 3490 3.1
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
# RFC 4518 2.2 maps these to nothing (and the isolates, U+2066 to U+2069, that Unicode got later)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u06dd\u070f\u1806\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2063\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffc\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)


def mail(text: str) -> str:
    """Give the normal form of a mail address: trimmed, NFC, lower case, the domain in Unicode.

    Trimming and lower case are what Gravatar's and Libravatar's clients do before hashing. RFC 5321 would let two
    local parts differ by case; no directory that holds photos does. A quoted local part, or more than one `@`, is
    refused (gateways were broken into by addresses with two). Raises NameFormError.
    """
    if len(text) <= 4 * MAIL_LIMIT:  # to normalise a long run of combining marks takes time by its square
        local, at, domain = _lower(text.strip()).partition("@")
        labels = [_unicode_label(label) for label in _DOTS.sub(".", domain).removesuffix(".").split(".")]
        normal = f"{local}@{'.'.join(labels)}"
        whole = local and at and all(labels) and "@" not in domain
        if whole and len(normal) <= MAIL_LIMIT and not _BAD_IN_MAIL.search(normal):
            return normal
    raise NameFormError(f"not a mail address: {text[:80]!r}")


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _unicode_label(label: str) -> str:
    """Give an `xn--` label of a domain as the text it stands for, where that is the one and only way to write it."""
    if not label.startswith("xn--"):
        return label
    try:
        plain = label[4:].encode("ascii").decode("punycode")
        only = _ascii_label(plain) == label and _lower(plain) == plain
    except UnicodeError:
        return label
    return plain if only and not (_BAD_IN_MAIL.search(plain) or _DOTS.search(plain)) else label


def _ascii_label(label: str) -> str:
    """Give a label as DNS has it. IDNA 2008: `straße` is a label of its own, not `strasse`, as Python's codec says."""
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _fold(text: str) -> str:
    """Fold as caseIgnoreMatch prepares a directory string (RFC 4518): NFKC, case-folded, runs of space as one."""
    if text.isascii():  # most names are: NFKC leaves them, and nothing in them is invisible
        return _SPACES.sub(" ", text.lower()).strip()
    for _ in range(4):  # folding can undo NFKC and the other way round; it settles within three rounds
        before = text
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        text = _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()
        if text == before:
            break
    return text


def _directory_string(text: str, what: str) -> str:
    folded = _fold(text) if len(text) <= 4 * NAME_LIMIT else ""
    if not folded or len(folded) > NAME_LIMIT or _CONTROL.search(folded):
        raise NameFormError(f"not a {what}: {text[:80]!r}")
    return folded


def uid(text: str) -> str:
    """Give the normal form of a user name: as caseIgnoreMatch compares it (RFC 4518). Raises NameFormError."""
    return _directory_string(text, "user name")


def key(text: str) -> str:
    """Give the normal form of a key: as a user name's. Raises NameFormError."""
    return _directory_string(text, "key")


def dn(text: str) -> str:
    """Give the normal form of a distinguished name (RFC 4514): types in lower case, values folded, escapes canonical.

    A name in Notes' canonical form (`CN=Jane Roe/OU=Sales/O=Acme`) is taken too. Attribute types are compared by
    their text: `CN=` and `2.5.4.3=` are different names here. Raises NameFormError.
    """
    if len(text) > 4 * NAME_LIMIT:
        raise NameFormError("a distinguished name is too long")
    if len(text) <= NAME_LIMIT and _PLAIN_DN.fullmatch(text):
        return text.lower()
    try:
        rdns = _parse_notes(text) if _NOTES.fullmatch(text.strip()) else _parse_dn(text)
    except ValueError as why:
        raise NameFormError(f"not a distinguished name ({why}): {text[:80]!r}") from None
    parts = ["+".join(sorted(f"{kind}={_escape(value)}" for kind, value in rdn)) for rdn in rdns]
    normal = ",".join(parts)
    if len(normal) > NAME_LIMIT:
        raise NameFormError("a distinguished name is too long")
    return normal


_NOTES = re.compile(r'[A-Za-z]+\s*=[^,;/+"\\]+(?:/\s*[A-Za-z]+\s*=[^,;/+"\\]+)+')
_PLAIN_RDN = r"[A-Za-z][A-Za-z0-9-]*=[A-Za-z0-9._@-]+(?: [A-Za-z0-9._@-]+)*"
_PLAIN_DN = re.compile(f"{_PLAIN_RDN}(?:,{_PLAIN_RDN})*")  # what most directories write: nothing to unescape or fold
_TYPE = re.compile(r"(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)*)\Z")
_HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")


def _parse_notes(text: str) -> list[list[tuple[str, str]]]:
    pairs = [part.partition("=") for part in text.split("/")]
    return [[(_attribute_type(kind), _value(value))] for kind, _, value in pairs]


def _parse_dn(text: str) -> list[list[tuple[str, str]]]:
    """Split a distinguished name into its RDNs, each a list of (type, folded value). Raises ValueError."""
    rdns: list[list[tuple[str, str]]] = [[]]
    for piece, end in _split_unescaped(text):
        kind, equals, value = piece.partition("=")
        if not equals:
            raise ValueError("a part has no '='")
        rdns[-1].append((_attribute_type(kind), _value(_unescape(value))))
        if end == ",":
            rdns.append([])
    return rdns


def _split_unescaped(text: str) -> Iterator[tuple[str, str]]:
    """Yield each `type=value` with the separator behind it (`,` or `+`, nothing at the end); escapes are kept."""
    start = at = 0
    quoted = False
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if char == '"':
            quoted = not quoted
        elif char in ",;+" and not quoted:
            yield text[start:at], "+" if char == "+" else ","
            start = at + 1
        at += 1
    if quoted:
        raise ValueError("a quotation mark is not closed")
    yield text[start:], ""


def _unescape(value: str) -> str:
    value = _trim_value(value)
    if value.startswith("#"):
        raise ValueError("values in BER ('#...') are not taken")
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    out = bytearray()
    at = 0
    while at < len(value):
        if value[at] == '"':
            raise ValueError("a quotation mark stands inside a value")
        if value[at] != "\\":
            out += value[at].encode("utf-8", "surrogatepass")
            at += 1
        elif _HEX_PAIR.match(value, at + 1):  # a byte of the value's UTF-8
            out += bytes.fromhex(value[at + 1 : at + 3])
            at += 3
        elif at + 1 < len(value):
            out += value[at + 1].encode("utf-8", "surrogatepass")
            at += 2
        else:
            raise ValueError("it ends in a backslash")
    try:
        return out.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("a value is not UTF-8") from None


def _trim_value(value: str) -> str:
    """Take the white space off both ends, but leave a last backslash what it escapes."""
    value = value.lstrip()
    trimmed = value.rstrip()
    return trimmed + value[len(trimmed) : len(trimmed) + 1] if trimmed.endswith("\\") else trimmed


def _attribute_type(text: str) -> str:
    kind = text.strip().lower().removeprefix("oid.")
    if not _TYPE.match(kind):
        raise ValueError(f"{text.strip()[:40]!r} is not an attribute type")
    return kind


def _value(text: str) -> str:
    folded = _fold(text)
    if not folded:
        raise ValueError("a value is empty")
    if _CONTROL.search(folded):
        raise ValueError("a value holds a control character")
    return folded


def _escape(value: str) -> str:
    escaped = re.sub(r'([,+"\\<>;=])', r"\\\1", value)
    return f"\\{escaped}" if escaped.startswith("#") else escaped


# -- index keys: what the library finds a person by ---------------------------------------------------------------


def _index(kind: bytes, normal: str) -> bytes:
    raw = normal.encode("utf-8")
    if len(raw) >= INDEX_LIMIT:  # a long name is found by its digest; the prefix keeps the two kinds of key apart
        return kind.upper() + hashlib.sha256(raw).digest()
    return kind + raw


def by_mail(text: str) -> bytes:
    """Give the index key of a mail address. Raises NameFormError."""
    return _index(b"m", mail(text))


def by_uid(text: str) -> bytes:
    """Give the index key of a user name. Raises NameFormError."""
    return _index(b"u", uid(text))


def by_dn(text: str) -> bytes:
    """Give the index key of a distinguished name. Raises NameFormError."""
    return _index(b"d", dn(text))


def by_key(text: str) -> bytes:
    """Give the index key of a key. Raises NameFormError."""
    return _index(b"k", key(text))


_HEX_HASH = re.compile(r"[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64}")


def by_hash(text: str) -> bytes:
    """Give the index key of a mail address's hash: 32 (MD5) or 64 (SHA-256) hex digits in any case.

    Raises NameFormError.
    """
    if not _HEX_HASH.fullmatch(text):
        raise NameFormError(f"not an MD5 or SHA-256 in hex: {text[:80]!r}")
    return (b"5" if len(text) == 32 else b"2") + bytes.fromhex(text)


def by_any(text: str) -> list[bytes]:
    """Give the index keys that a text may stand for when nobody said which kind of name it is, likeliest first."""
    kinds: list[Callable[[str], bytes]] = [by_mail, by_hash, by_dn, by_uid, by_key]
    found = []
    for kind in kinds:
        try:
            found.append(kind(text))
        except NameFormError:
            continue
    return found


def hashes(address: str) -> set[str]:
    """Give the hex hashes that clients may ask a mail address by: MD5 and SHA-256 of its normal form.

    Where the domain is not ASCII, both spellings of it are hashed (Unicode and `xn--`): clients send either.
    """
    normal = mail(address)
    local, _, domain = normal.partition("@")
    ascii_domain = ".".join(_ascii_label(label) for label in domain.split("."))
    raw = [spelling.encode("utf-8") for spelling in {normal, f"{local}@{ascii_domain}"}]
    md5 = {hashlib.md5(text, usedforsecurity=False).hexdigest() for text in raw}
    return md5 | {hashlib.sha256(text).hexdigest() for text in raw}


@lru_cache(maxsize=4096)  # whoever stores a person asks several times
def _hash_keys(address: str) -> frozenset[bytes]:
    return frozenset(map(by_hash, hashes(address)))


@dataclass(frozen=True, slots=True)
class Person:
    """A person by all their names, in normal form; at least one mail address, uid, distinguished name or key.

    `userid` is a second key, for directories that give everybody two, as Connections does.

    `name` is what people call them, for people to read ("Jane Roe"); it leads to nobody.
    """

    mails: tuple[str, ...] = ()
    uid: str | None = None
    dn: str | None = None
    key: str | None = None
    name: str | None = None
    userid: str | None = None

    @classmethod
    def of(
        cls,
        *,
        mails: tuple[str, ...] | list[str] = (),
        uid: str | None = None,
        dn: str | None = None,
        key: str | None = None,
        name: str | None = None,
        userid: str | None = None,
    ) -> Person:
        """Make a person from names as people and directories write them. Raises NameFormError."""
        person = cls(
            mails=tuple(dict.fromkeys(mail(text) for text in mails)),
            uid=_uid(uid) if uid else None,
            dn=_dn(dn) if dn else None,
            key=_key(key) if key else None,
            name=_display(name) if name else None,
            userid=_key(userid) if userid else None,
        )
        if not (person.mails or person.uid or person.dn or person.key or person.userid):
            raise NameFormError("a person needs a mail address, a user name, a distinguished name or a key")
        return person

    def index_keys(self) -> set[bytes]:
        """Give every index key that leads to this person."""
        return self.name_keys().union(*map(_hash_keys, self.mails))

    def name_keys(self) -> set[bytes]:
        """Give the index keys of the person's names, without those of their mail addresses' hashes."""
        others = ((b"u", self.uid), (b"d", self.dn), (b"k", self.key), (b"k", self.userid))
        keys = {_index(kind, text) for kind, text in others if text}
        return keys.union(_index(b"m", address) for address in self.mails)

    @property
    def label(self) -> str:
        """The name that tells an administrator who this is: the first of mail, uid, distinguished name, key."""
        return self.mails[0] if self.mails else self.uid or self.dn or self.key or self.userid or ""

    @property
    def display(self) -> str:
        """The name to show to people: the given one, else one made from the mail address or the user name."""
        if self.name:
            return self.name
        if self.dn and not (self.mails or self.uid):
            words = _parse_dn(self.dn)[0][0][1].split()
        else:
            words = re.split(r"[._\s-]+", self.label.partition("@")[0].partition("+")[0])
        return " ".join(word[:1].upper() + word[1:] for word in words if word) or self.label


_uid, _dn, _key = uid, dn, key  # the class's fields have the same names


def _display(text: str) -> str | None:
    shown = " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text[:NAME_LIMIT])).split())
    return shown[:DISPLAY_LIMIT].rstrip() or None
