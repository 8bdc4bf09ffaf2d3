"""Where the IP packet begins in a frame of each link type."""

from __future__ import annotations

from typing import Final

ETHERNET: Final = 1
_NULL, _LOOP = 0, 108
_RAW: Final = frozenset({12, 14, 101, 228, 229})
_SLL, _SLL2 = 113, 276
_VLAN: Final = frozenset({b"\x81\x00", b"\x88\xa8", b"\x91\x00", b"\x92\x00"})
_IP: Final = frozenset({b"\x08\x00", b"\x86\xdd"})
_MOST_TAGS: Final = 4

READ: Final = frozenset({ETHERNET, _NULL, _LOOP, _SLL, _SLL2, *_RAW})


def ip_at(link: int, buffer: bytes, at: int, end: int) -> int:
    """Give where the IP header begins; -1 where there is none, -2 for a link type that is not read."""
    if link == ETHERNET:
        return _after_type(buffer, at + 12, at + 14, end)
    if link == _SLL:
        return _after_type(buffer, at + 14, at + 16, end)
    if link == _SLL2:
        return _after_type(buffer, at, at + 20, end)
    if link in _RAW:
        return at if at < end else -1
    if link in (_NULL, _LOOP):  # the family's number differs between systems; the version in the header does not
        return at + 4 if at + 4 < end and buffer[at + 4] >> 4 in (4, 6) else -1
    return -2


def _after_type(buffer: bytes, at: int, header: int, end: int) -> int:
    """Follow VLAN tags, which may be stacked; `at` is the type's place, `header` where what it names begins."""
    kind = buffer[at : at + 2]
    for _ in range(_MOST_TAGS):
        if kind not in _VLAN:
            break
        kind = buffer[header + 2 : header + 4]
        header += 4
    return header if kind in _IP and header < end else -1
