"""The people of the bench, and photos for them: drawn from noise, nobody's real face, the same in every run."""

from __future__ import annotations

import io
import multiprocessing
import random
import shutil
from pathlib import Path

from PIL import Image

from bench.servers import BenchError, say

WORK = Path(__file__).parent / "work"
MAIL_TAIL = "@acme.example"


def mail(number: int) -> str:
    """Give the mail address of person `number` (0 to 9,999,999)."""
    return f"p{number:07d}{MAIL_TAIL}"


def draw(number: int, side: int) -> bytes:
    """Draw a photo: JPEG, `side` pixels square; soft forms with finer detail over them, more of it in some.

    At 160 pixels it has 3 to 9 KB, at 648 pixels 30 to 95 KB, as photos of people have.
    """
    most = 0.36 if side <= 160 else 0.24  # of the fine detail; a large photo is smoother, pixel by pixel
    chance = random.Random(number)
    picture = _noise(chance, 5, side)
    coarse, fine = _noise(chance, 24, side), _noise(chance, side // 2, side)
    picture = Image.blend(picture, coarse, chance.uniform(0.1, 0.35))
    picture = Image.blend(picture, fine, chance.uniform(0.01, most))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _noise(chance: random.Random, grain: int, side: int) -> Image.Image:
    dots = Image.frombytes("RGB", (grain, grain), chance.randbytes(3 * grain * grain))
    return dots.resize((side, side), Image.Resampling.BILINEAR)


def folder_of(people: int, side: int) -> Path:
    """Give a folder with a photo `MAIL.jpg` for each of so many people, drawn now unless an earlier run did."""
    folder = WORK / f"photos-{side}-{people}"
    if folder.exists():
        return folder
    say(f"drawing {people:,} photos of {side} pixels, once")
    if shutil.disk_usage(WORK.parent).free < people * 150_000 + 1_000_000_000:
        raise BenchError("the disk is too full for the photos")
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with multiprocessing.Pool() as pool:
        jobs = ((unfinished / f"{mail(number)}.jpg", number, side) for number in range(people))
        for _ in pool.imap_unordered(_draw_into, jobs, chunksize=50):
            pass
    return unfinished.rename(folder)


def _draw_into(job: tuple[Path, int, int]) -> None:
    file, number, side = job
    file.write_bytes(draw(number, side))
