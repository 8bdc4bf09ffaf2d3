"""A large library, filled through the library's own batches: a million people without a million files."""

from __future__ import annotations

import hashlib
import io
import random
from pathlib import Path

from PIL import Image

from bench.faces import mail
from bench.servers import say
from limner.library import Record, open_library
from limner.people import Person
from limner.picture import Portrait

BATCH = 20_000  # people
RUNG = 160  # pixels: what the door shows for a mail address
MODIFIED = 1_700_000_000
_COMMENT = b"\xff\xfe"


def fill(folder: Path, people: int, sizes: tuple[int, int]) -> None:
    """Make a library of so many people in `folder`, each with a photo of their own of `sizes` bytes (least, most)."""
    say(f"filling a library with {people:,} people")
    library = open_library(folder, create=True)
    try:
        for start in range(0, people, BATCH):
            with library.batch() as batch:
                for number in range(start, min(start + BATCH, people)):
                    photo = padded_photo(number, sizes)
                    digest = hashlib.sha256(photo).digest()
                    person = Person.of(mails=[mail(number)], name=f"Person {number:07d}")
                    record = Record(person, "bench", mail(number), modified=MODIFIED)
                    batch.put(record, Portrait(digest, RUNG, RUNG, {RUNG: photo}))
    finally:
        library.close()


def padded_photo(number: int, sizes: tuple[int, int]) -> bytes:
    """Give a small JPEG that nobody else has, of `sizes` bytes (least, most): a square with a comment of noise."""
    chance = random.Random(number)
    fill_up = chance.randint(*sizes) - len(_PLAIN) - 4
    comment = chance.randbytes(max(fill_up, 8))
    return _PLAIN[:2] + _COMMENT + (len(comment) + 2).to_bytes(2) + comment + _PLAIN[2:]


def _plain() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (RUNG, RUNG), (90, 110, 140)).save(out, "JPEG", optimize=True)
    return out.getvalue()


_PLAIN = _plain()
