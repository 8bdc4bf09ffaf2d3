"""A CSV file of people: its first line names the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

from limner.errors import SourceError
from limner.people import Person

LIMIT = 512_000_000  # bytes: a few million people
NAMES = ("mail", "uid", "dn", "key", "name")
"""The columns that say who somebody is."""


def text_of(label: str, path: Path) -> str:
    """Read a list as text, in UTF-8 or in what old scripts write. Raises SourceError; `label` is the source's name."""
    try:
        if path.stat().st_size > LIMIT:
            raise SourceError(f"source {label!r}: {path} is larger than {LIMIT // 1_000_000} MB")
        raw = path.read_bytes()
    except OSError as why:
        raise SourceError(f"source {label!r}: cannot read {path}: {why.strerror}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")  # spreadsheets and old scripts


def rows(
    label: str, path: Path, columns: Collection[str], needed: str = "", more: str = ""
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with the number of its line; values are trimmed, columns out of `columns`. Raises SourceError.

    `needed` must be one of the columns; `more` is said to whoever has others.
    """
    text = text_of(label, path)
    first = text[:1000].partition("\n")[0]
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        names = [name.strip().lower() for name in lines.fieldnames or ()]
        if (needed and needed not in names) or not set(names) <= set(columns) or len(set(names)) < len(names):
            must = f"; `{needed}` must be there" if needed else ""
            raise SourceError(
                f"source {label!r}: {path} has the columns {', '.join(names)[:200] or 'none'}",
                hint=f"its first line names columns out of {', '.join(columns)}, each once{must}{more}",
            )
        lines.fieldnames = names
        for row in lines:
            yield lines.line_num, {name: (value or "").strip() for name, value in row.items() if name in columns}
    except csv.Error as why:
        raise SourceError(f"source {label!r}: {path}, line {lines.line_num}: {why}") from None


def person_of(row: dict[str, str]) -> Person:
    """Make a person of a row. Raises NameFormError."""
    return Person.of(
        mails=row.get("mail", "").split(),
        uid=row.get("uid"),
        dn=row.get("dn"),
        key=row.get("key"),
        name=row.get("name"),
    )
