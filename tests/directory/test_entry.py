"""Entries: attributes in any case of letters, options that say how values are written, identifiers."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.directory import Entry, shown
from limner.directory.entry import bare, next_range


def test_attributes_are_found_in_any_case_of_letters() -> None:
    entry = Entry("cn=x", {"jpegphoto": [b"1", b"2"]})
    assert entry.values("jpegPhoto") == entry.values("JPEGPHOTO") == [b"1", b"2"]
    assert entry.values("photo") == []


def test_what_is_not_utf8_is_no_text() -> None:
    entry = Entry("cn=x", {"cn": [b"\xff", "Zoë".encode(), b"b"]})
    assert entry.texts("cn") == ["Zoë", "b"]
    assert entry.text("cn") == "Zoë"
    assert entry.text("sn") is None


@pytest.mark.parametrize(
    ("name", "plain", "rest"),
    [
        ("jpegPhoto", "jpegphoto", None),
        ("jpegPhoto;binary", "jpegphoto", None),
        ("member;range=0-1499", "member", 1500),
        ("member;Range=1500-*", "member", None),
        ("cn;lang-de", "cn;lang-de", None),
        ("userCertificate;binary;range=0-9", "usercertificate", 10),
    ],
)
def test_options_that_say_how_values_are_written_are_taken_off(name: str, plain: str, rest: int | None) -> None:
    assert bare(name) == plain
    assert next_range(name) == rest


@given(st.binary(min_size=16, max_size=16))
def test_identifiers_are_written_as_pythons_uuid_writes_them(raw: bytes) -> None:
    assert shown(raw, microsoft=False) == str(uuid.UUID(bytes=raw))
    assert shown(raw, microsoft=True) == str(uuid.UUID(bytes_le=raw))


def test_an_identifier_of_another_length_is_written_in_hex() -> None:
    assert shown(b"\x01\x02", microsoft=False) == "0102"
