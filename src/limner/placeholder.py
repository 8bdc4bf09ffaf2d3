"""Faces for those who have none: initials, a silhouette, an identicon, nothing at all.

All are drawn from their arguments alone: equal arguments give equal bytes, on every machine and in every run. Sizes
are pixels of a side, 1 to 2048; another one raises ValueError.
"""

from __future__ import annotations

import colorsys
import hashlib
import io
import re
import unicodedata
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

LARGEST: Final = 2048  # pixels of a side; the most that Gravatar's clients may ask for

_WHITE: Final = (255, 255, 255)
_READABLE: Final = 4.5  # WCAG 2.2, 1.4.3: contrast of text (level AA)
_SEVERAL: Final = 256  # pictures kept; a wall of faces asks for the same few again and again


# -- initials ---------------------------------------------------------------------------------------------------


def initials_of(display_name: str) -> str:
    """Give the initials of a person's name: at most two letters in upper case, "" where there is no letter.

    "Jane van der Roe", "Roe, Jane" and "Dr. Jane Roe (Sales)" are all "JR"; "Cher" is "C".
    """
    name = unicodedata.normalize("NFKC", display_name[:400])
    name = _ASIDE.sub(" ", name)
    family, comma, given = name.partition(",")
    words = f"{given} {family}".split() if comma and _letter(given) else name.split()
    named = [word for word in words if _letter(word)]
    letters = [_letter(word) for word in named if not _TITLE.fullmatch(word)] or [_letter(word) for word in named]
    return letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)


_ASIDE: Final = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_TITLE: Final = re.compile(r"\w{2,}\.")  # "Dr.", "Prof.", "Jr."; a dot behind one letter is an initial


def _letter(word: str) -> str:
    """Give the first letter of a word in upper case, or "" where it has none."""
    first = next((char for char in word if char.isalpha()), "")
    upper = first.upper()
    return upper if len(upper) == 1 else first


@lru_cache(maxsize=_SEVERAL)
def initials(text: str, seed: str | bytes, size: int) -> bytes:
    """Draw up to three letters in white on the colour of `seed`, as a JPEG.

    The font that comes with Pillow knows the letters of ASCII: others lose their accents ("É" is drawn as "E"), and
    where nothing can be drawn, or there is no text, it is the silhouette.
    """
    _check(size)
    text = "".join(_plain(char) for char in unicodedata.normalize("NFC", text[:80]).strip()[:3])
    if not text or not all(_can_write(char) for char in text):
        return silhouette(size)
    font = _font(size * _LETTER_SIZE[len(text)])
    bold = size / 160
    _, top, _, _ = font.getbbox("H", anchor="ls")  # accents and tails do not move the line
    ink = Image.new("L", (size * 2, size))
    ImageDraw.Draw(ink).text((size / 2, (size - top) / 2), text, 255, font, anchor="ls", stroke_width=bold)
    left, _, right, _ = ink.getbbox() or (0, 0, size, size)
    image = Image.new("RGB", (size, size), colour(seed))
    image.paste(_WHITE, ((size - left - right) // 2, 0), ink)
    return _jpeg(image)


_LETTER_SIZE: Final = {1: 0.52, 2: 0.44, 3: 0.29}  # of the picture's side, by the number of letters


def _plain(char: str) -> str:
    return unicodedata.normalize("NFD", char.translate(_BARRED))[0]


_BARRED: Final = str.maketrans("ØŁĐ", "OLD")  # Unicode sees no accent in these


@lru_cache(maxsize=32)
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(max(size, 1.0))


@lru_cache(maxsize=1024)
def _can_write(char: str) -> bool:
    """Tell whether the font has a glyph: without one it draws the same box as for what is no character at all."""
    font = _font(32.0)
    return not char.isspace() and bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))


# -- colour -----------------------------------------------------------------------------------------------------


def colour(seed: str | bytes) -> tuple[int, int, int]:
    """Give the colour (red, green, blue; 0 to 255) of a seed: always the same, and dark enough for white text.

    The contrast with white is at least 4.5 (WCAG AA).
    """
    digest = _digest(seed)
    hue = int.from_bytes(digest[:2]) / 65_536
    saturation = 0.42 + digest[2] / 255 * 0.2
    lightness = 0.52
    while True:
        red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
        shade = (round(red * 255), round(green * 255), round(blue * 255))
        if 1.05 / (_luminance(shade) + 0.05) >= _READABLE:
            return shade
        lightness -= 0.01


def _luminance(shade: tuple[int, int, int]) -> float:
    """Give the relative luminance of a colour, 0 to 1, as WCAG defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in shade)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _digest(seed: str | bytes) -> bytes:
    raw = seed if isinstance(seed, bytes) else seed.encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).digest()


# -- the others -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def silhouette(size: int) -> bytes:
    """Draw head and shoulders, the same for everybody, as a JPEG."""
    _check(size)
    fine = size * (4 if size <= 512 else 2)  # drawn larger and reduced, for smooth edges
    shape = Image.new("L", (fine, fine))
    draw = ImageDraw.Draw(shape)
    for left, top, right, bottom in (_HEAD, _SHOULDERS):
        draw.ellipse((left * fine, top * fine, right * fine - 1, bottom * fine - 1), fill=255)
    image = Image.new("RGB", (size, size), _PAPER)
    image.paste(_SHADOW, mask=shape.resize((size, size), Image.Resampling.BOX))
    return _jpeg(image)


_HEAD: Final = (0.325, 0.19, 0.675, 0.57)  # left, top, right, bottom, of the picture's side
_SHOULDERS: Final = (0.13, 0.635, 0.87, 1.5)
_PAPER: Final = (226, 231, 237)
_SHADOW: Final = (150, 163, 178)


@lru_cache(maxsize=_SEVERAL)
def identicon(seed: bytes, size: int) -> bytes:
    """Draw a pattern of 5 x 5 blocks, left and right alike, in the colour of `seed` on a light ground, as a JPEG."""
    _check(size)
    image = Image.new("RGB", (size, size), _LIGHT)
    edges = [round(size * (step + 0.5) / 6) for step in range(6)]  # a margin of half a block all around
    blocks = int.from_bytes(_digest(seed)[4:6]) % 0x7FFF + 1  # 15 bits, never none
    for row in range(5):
        for column in range(5):
            if blocks >> (row * 3 + min(column, 4 - column)) & 1:
                image.paste(colour(seed), (edges[column], edges[row], edges[column + 1], edges[row + 1]))
    return _jpeg(image)


_LIGHT: Final = (240, 241, 243)


@lru_cache(maxsize=64)
def blank(size: int) -> bytes:
    """Give a transparent picture, as a PNG."""
    _check(size)
    out = io.BytesIO()
    Image.new("P", (size, size)).save(out, "PNG", transparency=0, bits=1, optimize=True)
    return out.getvalue()


def _check(size: int) -> None:
    if not 1 <= size <= LARGEST:
        raise ValueError(f"a picture of {size} pixels a side; 1 to {LARGEST} can be drawn")


def _jpeg(image: Image.Image) -> bytes:
    """Write a drawing; colour at full resolution, for the edges of flat colours show what 4:2:0 does to them."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, subsampling="4:4:4", optimize=True)
    return out.getvalue()
