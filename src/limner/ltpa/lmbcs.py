"""LMBCS, the character set that Notes and Domino keep text in.

A byte with a *group* prefix is a character of that group's code page; without a prefix it is ASCII, or code page 850
from 0x80 on. Groups as ICU's converter has them.
"""

from __future__ import annotations

from typing import Final

_SINGLE: Final = {
    0x01: "cp850",
    0x03: "cp1255",
    0x04: "cp1256",
    0x05: "cp1251",
    0x06: "cp852",
    0x08: "cp1254",
    0x0B: "cp874",
}
_DOUBLE: Final = {0x10: "cp932", 0x11: "cp949", 0x12: "cp950", 0x13: "cp936"}
_UNICODE: Final = 0x14
_PLAIN_CONTROLS: Final = frozenset(b"\t\n\r\x19")


def decode_lmbcs(raw: bytes) -> str:
    """Decode LMBCS. Raises ValueError for bytes that are not LMBCS, or of a group that is not known (0x02 is cp851)."""
    text: list[str] = []
    at = 0
    while at < len(raw):
        start, byte = at, raw[at]
        if byte >= 0x20 or byte in _PLAIN_CONTROLS:
            at += 1
            text.append(raw[start:at].decode("cp850"))
        elif byte in _SINGLE:
            at += 2
            text.append(_one(raw[start + 1 : at], 1, _SINGLE[byte]))
        elif byte in _DOUBLE:
            if raw[at + 1 : at + 2] == raw[at : at + 1]:  # the prefix twice: a single byte of that group
                at += 3
                text.append(_one(raw[start + 2 : at], 1, _DOUBLE[byte]))
            else:
                at += 3
                text.append(_one(raw[start + 1 : at], 2, _DOUBLE[byte]))
        elif byte == _UNICODE:
            at += 3
            text.append(_unit(raw[start + 1 : at]))
        else:
            raise ValueError(f"LMBCS group {byte:02X} is not known")
    return "".join(text).encode("utf-16-be", "surrogatepass").decode("utf-16-be")


def _one(raw: bytes, size: int, codec: str) -> str:
    """Decode the bytes of one character; ASCII needs no group and is not taken with one."""
    if len(raw) != size or raw[0] < 0x80:
        raise ValueError("a character is cut off, or ASCII with a group")
    text = raw.decode(codec)
    if len(text) != 1:
        raise ValueError("not one character")
    return text


def _unit(raw: bytes) -> str:
    if len(raw) != 2:
        raise ValueError("a character is cut off")
    return chr(raw[1] << 8 if raw[0] == 0xF6 else raw[0] << 8 | raw[1])
