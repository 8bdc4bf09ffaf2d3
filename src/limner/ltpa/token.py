"""What a token is made of, before anyone believes it: text, bytes, fields, attributes."""

from __future__ import annotations

import binascii
import re
from enum import IntEnum
from typing import Final, Literal, NamedTuple

Kind = Literal["ltpa2", "ltpa1", "domino", "ltpa2-fips"]

MOST_BYTES: Final = 4096  # of a token as a cookie carries it
END_OF_TIME: Final = 253_402_300_800_000  # 10000-01-01, in milliseconds since 1970: no later date can be written

_ESCAPED: Final = {"%2B": "+", "%2F": "/", "%3D": "="}
_PERCENT: Final = re.compile(r"%(?:2B|2F|3D)", re.IGNORECASE)
_MOST_DIGITS: Final = 15  # of a time in milliseconds
# a body of an expiry and a user, in which no backslash is escaped
_PLAIN_BODY: Final = re.compile(rb"expire:([0-9]++)\$u:([^\\$:|]*+(?:\\[^\\][^\\$:|]*+)*+)", re.DOTALL)
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
    if not _canonical(raw, token):
        raise ValueError("the token is not base64 in its one canonical form")
    return raw


Fields = tuple[bytes, bytes, bytes]
"""The three fields of an opened WebSphere token: the body, the expiry that nobody signed (digits), the signature."""


def _canonical(raw: bytes, text: bytes) -> bool:
    """Whether strict base64 has no stray bits: they could only be in its last four characters."""
    return binascii.b2a_base64(raw[-(len(raw) % 3 or 3) :], newline=False) == text[-4:]


def split(plain: bytes, size: int) -> Fields | None:
    """Split at the last two `%`: names may hold more of them. None: these are not the fields of a token.

    `size` is that of the signature, in bytes.
    """
    parts = plain.rsplit(b"%", 2)
    if len(parts) != 3:
        return None
    body, outer, text = parts
    if not outer.isdigit() or len(outer) > _MOST_DIGITS:
        return None
    try:
        signature = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        return None
    if len(signature) != size or not _canonical(signature, text):
        return None
    return body, outer, signature


def attributes(body: bytes) -> dict[bytes, bytes]:
    """Split a body into its attributes, values still escaped. Raises ValueError; a name that stands twice is one."""
    found: dict[bytes, bytes] = {}
    pieces = iter(body.split(b"$"))
    for piece in pieces:
        while piece.endswith(b"\\") and (len(piece) - len(piece.rstrip(b"\\"))) % 2:  # that `$` was escaped
            more = next(pieces, None)
            if more is None:
                break
            piece = b"$".join((piece, more))
        name, colon, value = piece.partition(b":")
        if not name or not colon or b"\\" in name:
            raise ValueError("an attribute has no name")
        if name in found:
            raise ValueError("an attribute stands twice")
        found[name] = value
    return found


def plain_value(value: bytes) -> str:
    r"""Give a single value as text: `\$ \: \% \| \\` unescaped, every other `\` left alone. Raises ValueError.

    An unescaped `:` or `|` would make it something else for another reader, and is refused. A bare `%` is what servers
    wrote before 2022 (Liberty 22.0.0.6), and means nothing else once the fields are split.
    """
    parts = value.split(b"\\\\")  # what is escaped is read from the left, so two backslashes are always a pair
    for at, part in enumerate(parts):
        if part.count(b":") != part.count(b"\\:") or part.count(b"|") != part.count(b"\\|"):
            raise ValueError("a value has an unescaped separator")
        if b"\\" in part:
            part = part.replace(b"\\:", b":").replace(b"\\$", b"$").replace(b"\\%", b"%")
            parts[at] = part.replace(b"\\|", b"|")
    if value.endswith(b"\\") and (len(value) - len(value.rstrip(b"\\"))) % 2:
        raise ValueError("a value ends in the middle of an escape")
    return printable(b"\\".join(parts).decode("utf-8"))


def plain_body(body: bytes) -> tuple[bytes, str] | None:
    r"""Give the expiry and the user of a body that holds nothing else, as most do; None: it takes more than one look.

    The same as `attributes` and `plain_value` give, by one regular expression. Raises ValueError as those do.
    """
    match = _PLAIN_BODY.fullmatch(body)
    if match is None:
        return None
    user = match[2].replace(b"\\:", b":")
    if b"\\" in user:
        user = user.replace(b"\\$", b"$").replace(b"\\%", b"%").replace(b"\\|", b"|")
    return match[1], printable(user.decode("utf-8"))


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
