"""CSV files of people."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.errors import SourceError
from limner.sources import table

COLUMNS = ("url", *table.NAMES)


def read(folder: Path, raw: bytes, needed: str = "") -> list[tuple[int, dict[str, str]]]:
    file = folder / "people.csv"
    file.write_bytes(raw)
    return list(table.rows("s", file, COLUMNS, needed))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_the_first_line_names_the_columns_and_shows_what_parts_them(tmp_path: Path, mark: str, start: bytes) -> None:
    raw = start + f"Mail{mark} URL \r\njane@a.example{mark} https://x \r\n".encode()
    assert read(tmp_path, raw) == [(2, {"mail": "jane@a.example", "url": "https://x"})]


def test_what_old_spreadsheets_write_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, "mail,name\nj@a.example,Jürgen\n".encode("cp1252"))[0][1]["name"] == "Jürgen"


def test_a_person_has_all_the_names_of_the_row(tmp_path: Path) -> None:
    raw = b"mail,uid,dn,key,name\na@x.example b@x.example,u,cn=u,k,Jane\n"
    person = table.person_of(read(tmp_path, raw)[0][1])
    assert person.mails == ("a@x.example", "b@x.example")
    assert (person.uid, person.dn, person.key, person.name) == ("u", "cn=u", "k", "Jane")


@pytest.mark.parametrize(
    ("raw", "needed", "words"),
    [
        (b"", "url", "has the columns none"),
        (b"mail\n", "url", "has the columns mail"),
        (b"mail,photo\n", "", "has the columns mail, photo"),
        (b"mail,mail\n", "", "has the columns mail, mail"),
        (b'mail,uid\n"a,b\n', "", "line 1: unexpected end of data"),
    ],
)
def test_a_table_that_cannot_be_read_is_said(tmp_path: Path, raw: bytes, needed: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read(tmp_path, raw, needed)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"cannot read .*: No such file"):
        table.text_of("s", tmp_path / "none.csv")
