"""The table of aliases: a CSV file that leads from names in tokens to names in the library."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from limner.errors import NameFormError
from limner.ltpa.errors import AliasTableError
from limner.ltpa.names import Aliases

COLUMNS: Final = ("token", "person")
MOST_BYTES: Final = 32_000_000  # some hundred thousand people
_HINT: Final = "the first line is `token,person`; each other one has a name in a token and a name of a person"


def read_aliases(file: Path) -> Aliases:
    """Read the table: UTF-8, parted by comma, semicolon or tab. Raises AliasTableError with the line."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as why:
        raise AliasTableError(f"cannot read {file}: {why.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise AliasTableError(f"{file} is larger than {MOST_BYTES} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise AliasTableError(f"{file}: not UTF-8 at byte {why.start}", hint="save it as UTF-8") from None
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    found: dict[str, str] = {}
    try:
        if tuple(each.strip().lower() for each in next(rows, [])) != COLUMNS:
            raise AliasTableError(f"{file} does not begin with its columns", hint=_HINT)
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if len(cells) != len(COLUMNS) or not all(cells):
                raise AliasTableError(f"{file}, line {rows.line_num}: not two names", hint=_HINT)
            if found.setdefault(cells[0], cells[1]) != cells[1]:
                raise AliasTableError(f"{file}, line {rows.line_num}: {cells[0][:80]!r} is somebody else already")
        return Aliases(found)
    except csv.Error as why:
        raise AliasTableError(f"{file}, line {rows.line_num}: {why}", hint=_HINT) from None
    except NameFormError as why:
        raise AliasTableError(f"{file}: {why.message}", hint=_HINT) from None
