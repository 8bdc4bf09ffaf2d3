from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.ltpa.lmbcs import decode_lmbcs

GROUPS = {1: "cp850", 3: "cp1255", 4: "cp1256", 5: "cp1251", 6: "cp852", 8: "cp1254", 11: "cp874"}
WIDE = {0x10: "cp932", 0x11: "cp949", 0x12: "cp950", 0x13: "gbk"}


def encoded(char: str, group: int) -> bytes:
    """Encode a character in a group, or as UTF-16 where the group does not have it."""
    if " " <= char <= "~":
        return char.encode()
    try:
        if group in WIDE and len(raw := char.encode(WIDE[group])) == 2 and raw.decode(WIDE[group]) == char:
            return bytes([group]) + raw  # a few characters are encoded as their look-alikes
        if group in GROUPS:
            return bytes([group]) + char.encode(GROUPS[group])
    except UnicodeEncodeError:
        pass
    units = char.encode("utf-16-be")
    pairs = [units[at : at + 2] for at in range(0, len(units), 2)]
    return b"".join(b"\x14" + (b"\xf6" + pair[:1] if pair[1] == 0 else pair) for pair in pairs if pair[0] != 0xF6)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co"]), max_size=30)


@given(TEXT, st.sampled_from([*GROUPS, *WIDE, 0x14]))
def test_what_is_written_is_read(text: str, group: int) -> None:
    assert decode_lmbcs(b"".join(encoded(char, group) for char in text)) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"CN=Jane Roe/O=Ex", "CN=Jane Roe/O=Ex"),
        (b"J\x81rgen", "Jürgen"),
        (b"\x01\x81", "ü"),
        (b"\x13\xd0\xbb", "谢"),
        (b"\x10\x10\xb1", "ｱ"),
        (b"\x14\xf6\x4e", "\u4e00"),
        (b"\x14\xd8\x3d\x14\xde\x00", "😀"),
    ],
)
def test_examples(raw: bytes, text: str) -> None:
    assert decode_lmbcs(raw) == text


@pytest.mark.parametrize(
    "raw", [b"\x02\x80", b"\x07a", b"\x06", b"\x13\xd0", b"\x14\x20", b"\x14\xd8\x3d", b"\x06A", b"\0"]
)
def test_what_is_cut_off_or_not_known_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        decode_lmbcs(raw)


@given(st.binary(max_size=60))
def test_noise_is_text_or_refused(noise: bytes) -> None:
    with contextlib.suppress(ValueError):
        decode_lmbcs(noise).encode("utf-8")
