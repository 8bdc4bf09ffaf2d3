"""What a token is made of, before anyone believes it: text, bytes, fields, attributes."""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from enum import IntEnum
from operator import itemgetter
from typing import Final, Literal, NamedTuple

Kind = Literal["ltpa2", "ltpa1", "domino", "ltpa2-fips"]

MOST_BYTES: Final = 4096  # of a token as a cookie carries it
END_OF_TIME: Final = 253_402_300_800_000  # 10000-01-01, in milliseconds since 1970: no later date can be written

_ESCAPED: Final = {"%2B": "+", "%2F": "/", "%3D": "="}
_PERCENT: Final = re.compile(r"%(?:2B|2F|3D)", re.IGNORECASE)
_MOST_DIGITS: Final = 15  # of a time in milliseconds
_UNESCAPE: Final = re.compile(rb"\\([$:%|\\])")
_ATTRIBUTE: Final = re.compile(rb"([^\\:$]++):([^\\$]*+(?:\\.[^\\$]*+)*+\\?+)(\$|\Z)", re.DOTALL)
_BARE: Final = re.compile(rb"[^\\:|%]*+(?:\\.[^\\:|%]*+)*+", re.DOTALL)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Claims(NamedTuple):
    """What a signed token says. `expires` is Unix time in seconds; `user` is without the realm."""

    kind: Kind
    user: str
    realm: str | None  # None: tokens of this kind name no realm
    expires: float
    created: float | None = None


class Stage(IntEnum):
    """How far a token came: of several key sets, the one where it came furthest tells most."""

    UNREADABLE = 0
    NOT_OPENED = 1
    NOT_SIGNED = 2
    WRONG_CONTENT = 3
    WRONG_REALM = 4
    WRONG_TIME = 5
    VALID = 6


class Examination(NamedTuple):
    """What a token is to one key set, and why it is not accepted.

    `claims` stand there if the signature is good, whether or not the token is valid; so does `body`, if there is one.
    Nothing of a token that is not signed is ever kept: with AES's key as its initialisation vector, the plain text of
    a made-up token can give the key away.
    """

    stage: Stage
    reason: str | None
    kind: Kind | None = None
    claims: Claims | None = None
    key_set: str | None = None
    body: bytes | None = None

    @property
    def valid(self) -> bool:
        """Whether the token is accepted."""
        return self.stage is Stage.VALID


def unwrap(token: bytes) -> bytes:
    """Give the bytes that a cookie's value stands for: base64, perhaps quoted, perhaps with %2B, %2F, %3D.

    There is one way to write them: stray bits, missing padding and white space are refused. Raises ValueError.
    """
    if not token:
        raise ValueError("the token is empty")
    if len(token) > MOST_BYTES:
        raise ValueError(f"the token is longer than {MOST_BYTES} characters")
    if len(token) > 2 and token[0] == token[-1] == 0x22:
        token = token[1:-1]
    if b"%" in token:
        text = _PERCENT.sub(lambda match: _ESCAPED[match[0].upper()], token.decode("latin-1"))
        token = text.encode("latin-1")
    try:
        raw = binascii.a2b_base64(token, strict_mode=True)
    except binascii.Error:
        raise ValueError("the token is not base64") from None
    if b64encode(raw) != token:
        raise ValueError("the token is not base64 in its one canonical form")
    return raw


class Fields(NamedTuple):
    """The three fields of an opened WebSphere token. `outer` is the expiry that nobody signed, milliseconds."""

    body: bytes
    outer: int
    signature: bytes


def split(plain: bytes) -> Fields | None:
    """Split at the last two `%`: names may hold more of them. None: these are not the fields of a token."""
    parts = plain.rsplit(b"%", 2)
    if len(parts) != 3 or not parts[1].isdigit() or len(parts[1]) > _MOST_DIGITS:
        return None
    try:
        signature = binascii.a2b_base64(parts[2], strict_mode=True)
    except binascii.Error:
        return None
    if b64encode(signature) != parts[2]:
        return None
    return Fields(parts[0], int(parts[1]), signature)


def attributes(body: bytes) -> dict[bytes, bytes]:
    """Split a body into its attributes, values still escaped. Raises ValueError; a name that stands twice is one."""
    found: dict[bytes, bytes] = {}
    at = 0
    while match := _ATTRIBUTE.match(body, at):
        name, value, more = match.groups()
        if name in found:
            raise ValueError("an attribute stands twice")
        found[name] = value
        if not more:
            return found
        at = match.end()
    raise ValueError("an attribute has no name")


def plain_value(value: bytes) -> str:
    r"""Give a single value as text: `\$ \: \% \| \\` unescaped, every other `\` left alone. Raises ValueError.

    An unescaped `:`, `%` or `|` would make it something else for another reader, and is refused.
    """
    if not _BARE.fullmatch(value):
        raise ValueError("a value has an unescaped separator")
    return printable(_UNESCAPE.sub(itemgetter(1), value).decode("utf-8"))


def milliseconds(value: bytes) -> int:
    """Read a time in milliseconds since 1970. Raises ValueError."""
    if not value.isdigit() or len(value) > _MOST_DIGITS or int(value) >= END_OF_TIME:
        raise ValueError("not a time in milliseconds")
    return int(value)


def shown(body: bytes) -> dict[str, str]:
    """Give the attributes of a signed body for people to look at, values still escaped; none where it has none."""
    try:
        found = attributes(body)
    except ValueError:
        return {}
    return {key.decode("utf-8", "replace"): value.decode("utf-8", "replace") for key, value in found.items()}


def printable(text: str) -> str:
    """Give the text back if it holds no control characters. Raises ValueError."""
    if not text.isprintable() and _UNPRINTABLE.search(text):  # some letters of names are not "printable"
        raise ValueError("a control character stands in it")
    return text
