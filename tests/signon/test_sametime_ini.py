from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.sametime_ini import read_sametime_ini, recognise

from .conftest import Put


def test_two_settings_are_kept_and_nothing_else(put: Put) -> None:
    file = put(
        "sametime.ini", "[Config]\nST_COMMUNITY_ID = acme\nPassword=hunter2\n[AuthToken]\nST_TOKEN_TYPE=LtpaToken2\n"
    )
    got = read_sametime_ini(file)
    assert (got.community_id, got.token_type, got.token_type_line) == ("acme", "LtpaToken2", 5)
    assert "hunter2" not in repr(got)


def test_what_is_not_set_is_none(put: Put) -> None:
    got = read_sametime_ini(put("x.ini", "ST_TOKEN_TYPE=\n"))
    assert (got.token_type, got.community_id) == (None, None)


def test_it_is_known_by_its_name_or_its_sections() -> None:
    assert recognise(b"", "Sametime.INI")
    assert recognise(b"[AuthToken]\r\nx=y", "copy.ini")
    assert not recognise(b"[AuthToken]", "copy.txt")
    assert not recognise(b"[Notes]", "notes.ini")


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.ini"
    file.write_bytes(raw)
    read_sametime_ini(file)
