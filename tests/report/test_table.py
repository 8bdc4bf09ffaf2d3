"""A line for each person, that no spreadsheet takes for more than it is."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.library.samples import a_record

from limner.report import Face, write_csv
from limner.report.table import COLUMNS


def rows(*faces: Face) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    write_csv(faces, Counter({faces[0].record.digest: 3} if faces[0].record.digest else {}), out)  # type: ignore[dict-item]
    out.seek(0)
    return list(csv.DictReader(out, strict=True))


def test_a_person_with_and_one_without_a_photo() -> None:
    with_photo, without = rows(
        Face(a_record("jane", "p"), "Sales", 240, 5000, 1_700_000_000), Face(a_record("joe"), "x", 0, 0, 5)
    )
    assert tuple(with_photo) == COLUMNS
    assert with_photo == {
        "label": "jane@example.com",
        "name": "Jane",
        "mails": "jane@example.com",
        "uid": "jane",
        "source": "photos",
        "group": "Sales",
        "photo": "yes",
        "pixels": "240",
        "bytes": "5000",
        "dated": "2023-11-14",
        "shared_by": "3",
    }
    assert [without[name] for name in ("photo", "pixels", "bytes", "dated", "shared_by")] == ["no", "", "", "", ""]


@given(st.text(max_size=20, alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_whatever_a_group_is_called_it_is_no_formula_and_breaks_nothing(group: str) -> None:
    (row,) = rows(Face(a_record("jane"), group, 0, 0, 0))
    assert row["group"].removeprefix("'") == group.removeprefix("'")
    assert row["group"][:1] not in ("=", "+", "-", "@", "\t", "\r") or not row["group"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_formula_is_made_harmless(text: str) -> None:
    (row,) = rows(Face(a_record("jane"), text, 0, 0, 0))
    assert row["group"] == f"'{text}"
