from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as options
from hypothesis import strategies as st

from limner import people
from limner.ltpa import AliasTableError, read_aliases


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "aliases.csv"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_name_in_a_token_leads_to_a_name_in_the_library_in_any_spelling(file: Path, mark: str) -> None:
    file.write_text(f'\ufeffToken{mark} Person\n"CN=Jane Roe/O=Acme"{mark}jane@example.com\n\njr{mark}jroe\n', "utf-8")
    aliases = read_aliases(file)
    for user in ("CN=Jane Roe/O=Acme", "Jane Roe/Acme", "cn=jane roe,o=acme"):
        assert people.by_mail("jane@example.com") in aliases.candidates(user), user
    assert people.by_uid("jroe") in aliases.candidates("JR")
    assert aliases.candidates("other") == [people.by_uid("other")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not begin with its columns"),
        ("jr,jroe\n", "does not begin with its columns"),
        ("token,person\njr\n", "line 2: not two names"),
        ("token,person\njr,\n", "line 2: not two names"),
        ("token,person\njr,a\njr,b\n", "line 3: 'jr' is somebody else already"),
        ("token,person\n=,jroe\n", "not a name: '='"),
        ('token,person\n"jr,jroe\n', "line"),
    ],
)
def test_a_table_that_is_not_right_is_refused_with_the_place(file: Path, text: str, why: str) -> None:
    file.write_text(text)
    with pytest.raises(AliasTableError, match=why):
        read_aliases(file)


def test_a_file_that_is_not_there_or_not_text(file: Path) -> None:
    with pytest.raises(AliasTableError, match="cannot read"):
        read_aliases(file)
    file.write_bytes(b"token,person\n\xff,a\n")
    with pytest.raises(AliasTableError, match="not UTF-8 at byte 13"):
        read_aliases(file)


@options(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80))
def test_whatever_the_bytes_it_is_a_table_or_an_error(file: Path, noise: bytes) -> None:
    file.write_bytes(b"token,person\n" + noise)
    with contextlib.suppress(AliasTableError):
        read_aliases(file)
