"""A line for each person, for spreadsheets."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from limner.report.figures import Face

COLUMNS = ("label", "name", "mails", "uid", "source", "group", "photo", "pixels", "bytes", "dated", "shared_by")


def write_csv(faces: Iterable[Face], shared: Counter[bytes], out: TextIO) -> None:
    """Write people as CSV (RFC 4180), the columns as COLUMNS; `shared`: how many people show a picture.

    What a spreadsheet would take for a formula gets an apostrophe in front.
    """
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for face in faces:
        person, photo = face.record.person, face.has_photo
        texts = (person.label, person.display, " ".join(person.mails), person.uid or "", face.record.source, face.group)
        day = datetime.fromtimestamp(face.dated, UTC).strftime("%Y-%m-%d") if photo and face.dated else ""
        alike = shared[face.record.digest] if photo and face.record.digest else 0
        numbers = (face.pixels, face.bytes) if photo else ("", "")
        rows.writerow([*map(_harmless, texts), "yes" if photo else "no", *numbers, day, alike if photo else ""])


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
