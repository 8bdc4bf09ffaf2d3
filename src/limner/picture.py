"""Any image in, safe upright renditions out.

A portrait is decoded under limits, turned upright, cropped to a square that keeps the head, brought to sRGB on white,
and written as one JPEG for each rung of a fixed ladder of sizes. Nothing but pixels survives: no EXIF, GPS, XMP,
colour profile or comment. The same bytes in give the same bytes out.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import struct
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageCms, ImageFilter, ImageStat, UnidentifiedImageError

from limner.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.ImageFile import ImageFile

LADDER: Final = (48, 64, 80, 96, 120, 160, 240, 360, 432, 504, 648)
"""Pixels of a rendition's side, ascending."""

RECIPE: Final = 1
"""Raised when the way renditions are made changes; stored with them, so that a sync can remake them."""

CEILINGS: Final = {
    160: 10_000,  # Sametime recommends at most 10 KB for a photo in a contact list
    240: 45_000,  # Sametime takes no photo of more than 45 KB
    648: 100_000,  # Active Directory's thumbnailPhoto ends at 102,400 bytes, Verse's photos at 100 KB
}
"""The most bytes of a rendition, by the highest rung that the ceiling holds for."""

QUALITY: Final = 85  # JPEG quality of a rendition that keeps to its ceiling without more ado
LOWEST_QUALITY: Final = 20  # below it blocks show so much that a softer picture at this quality looks better

SHORTEST_SIDE: Final = 16  # pixels
LONGEST_SIDE: Final = 65_535  # pixels; what a JPEG can have
MOST_SCANS: Final = 100  # of a progressive JPEG; cameras write about ten, an attacker thousands to burn time
LARGEST_PROFILE: Final = 4_000_000  # bytes; press profiles have about 2 MB

_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
_TAKEN: Final = "JPEG, PNG, GIF, WebP, AVIF, BMP and TIFF are taken"

# Pillow's own guard against bombs speaks of an attack, and only warns up to twice its limit: `_check_size` is stricter.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken in: a file of at most `bytes`, a picture of at most `pixels` (width times height)."""

    bytes: int = 20_000_000
    pixels: int = 60_000_000


@dataclass(frozen=True, slots=True)
class Portrait:
    """A portrait and its renditions.

    `digest` is the SHA-256 of the original's bytes; `width` and `height` are the original's pixels, upright and before
    cropping; `renditions` leads from a rung of LADDER to a square baseline JPEG. A rung that the picture is too small
    for is left out, except that the first rung above its size holds it at its own size.
    """

    digest: bytes
    width: int
    height: int
    renditions: dict[int, bytes]


def portrait(source: bytes | Path, limits: Limits = Limits()) -> Portrait:
    """Make a portrait of the bytes of an image file, or of the file at a path.

    Raises PictureError for anything that is not a whole picture within the limits. Warnings are silenced meanwhile,
    which is a setting of the whole process: make several portraits at once in processes, not in threads.
    """
    raw = _read(source, limits.bytes) if isinstance(source, Path) else source
    _check_bytes(len(raw), limits.bytes)
    with _as_picture_errors(), Image.open(io.BytesIO(raw), formats=_FORMATS) as image:
        _check_size(image, limits.pixels)
        _check_effort(image, raw, limits.pixels)
        width, height = image.size
        if image.format in ("JPEG", "MPO"):  # lets libjpeg skip detail that no rendition shows: much less work
            image.draft(image.mode, (LADDER[-1], LADDER[-1]))
        image.load()
        turn = _TURNS.get(_orientation(image))
        if turn in _SIDEWAYS:
            width, height = height, width
        square = _square(image if turn is None else image.transpose(turn))
    return Portrait(hashlib.sha256(raw).digest(), width, height, _renditions(square))


# -- the file ---------------------------------------------------------------------------------------------------


def _read(path: Path, limit: int) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device might never end
            raise PictureError("not a picture: it is not a regular file")
        _check_bytes(status.st_size, limit)
        with path.open("rb") as file:
            return file.read(limit + 1)
    except (OSError, ValueError) as why:
        reason = why.strerror if isinstance(why, OSError) else None
        raise PictureError(f"the file cannot be read: {reason or why}") from None


def _check_bytes(size: int, limit: int) -> None:
    if not size:
        raise PictureError("the file is empty")
    if size > limit:
        raise PictureError(
            f"the file has {size / 1e6:.1f} MB; at most {limit / 1e6:g} MB are taken", hint="make the picture smaller"
        )


@contextmanager
def _as_picture_errors() -> Iterator[None]:
    """Turn whatever Pillow raises into PictureError, and keep its warnings about odd metadata to ourselves."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureError:
        raise
    except UnidentifiedImageError as why:
        raise PictureError(
            "not a picture: its format is not known, or it is damaged or cut short", hint=_TAKEN
        ) from why
    except MemoryError as why:
        raise PictureError("not a picture: it asks for more memory than there is") from why
    except Exception as why:  # Pillow's decoders raise almost anything on hostile bytes
        reason = " ".join(str(why).split())[:120] or type(why).__name__
        if isinstance(why, EOFError) or _ENDS_EARLY.search(reason):
            raise PictureError("the file ends early (truncated)", hint="fetch or export it again") from why
        raise PictureError(
            f"not a picture: it is damaged or cut short ({reason})", hint="export it again as JPEG"
        ) from why


_ENDS_EARLY: Final = re.compile(r"truncat|unexpected end|end of (file|image)|not enough (image )?data", re.IGNORECASE)


def _check_size(image: ImageFile, limit: int) -> None:
    """Judge a picture by what its header says, before anything is decoded."""
    width, height = image.size
    if min(width, height) < SHORTEST_SIDE:
        raise PictureError(f"{width} x {height} pixels; too small to be a portrait, at least {SHORTEST_SIDE} a side")
    if width * height > limit:
        raise PictureError(
            f"{width} x {height} pixels; at most {limit / 1e6:g} million are taken", hint="make the picture smaller"
        )
    if max(width, height) > LONGEST_SIDE:
        raise PictureError(f"{width} x {height} pixels; at most {LONGEST_SIDE} a side are taken")


def _check_effort(image: ImageFile, raw: bytes, limit: int) -> None:
    """Refuse pictures whose header is modest but whose decoding is not."""
    if image.info.get("progressive") and _scans(raw) > MOST_SCANS:
        raise PictureError(f"not a picture: a JPEG of more than {MOST_SCANS} scans")
    tags = getattr(image, "tag_v2", None)
    if tags is not None and int(tags.get(_TILE_WIDTH, 0)) * int(tags.get(_TILE_LENGTH, 0)) > limit:
        raise PictureError(f"not a picture: a TIFF with tiles of more than {limit / 1e6:g} million pixels")


_TILE_WIDTH, _TILE_LENGTH = 322, 323
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
_START_OF_SCAN, _END_OF_IMAGE = b"\xda", b"\xd9"


def _scans(raw: bytes) -> int:
    """Count the scans of a JPEG's first image, stepping over segments (one may hold a thumbnail with its own)."""
    count, at = 0, 2
    while (marker := _MARKER.search(raw, at)) and marker[1] != _END_OF_IMAGE:
        count += marker[1] == _START_OF_SCAN
        at = marker.end() + int.from_bytes(raw[marker.end() : marker.end() + 2])
    return count


# -- pixels -----------------------------------------------------------------------------------------------------

_TURNS: Final = {  # what sets each EXIF orientation upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS: Final = tuple(_TURNS[orientation] for orientation in (5, 6, 7, 8))
_BROKEN_METADATA: Final = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, AttributeError),
    *(struct.error, zlib.error, ImageCms.PyCMSError),
)


def _orientation(image: ImageFile) -> int:
    """Read the EXIF orientation: 1 to 8, or 1 where there is none or EXIF is broken."""
    try:
        orientation = image.getexif().get(0x0112, 1)
    except _BROKEN_METADATA:
        return 1
    return orientation if isinstance(orientation, int) else 1


def _square(image: Image.Image) -> Image.Image:
    """Cut an upright picture to a square, at most the last rung wide, in sRGB on white.

    Of a wide picture the middle is kept; of a high one the upper part, for that is where heads are.
    """
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 10
    box = (left, top, left + side, top + side)
    square = _resizable(image)
    if side > LADDER[-1]:
        square = square.resize((LADDER[-1], LADDER[-1]), Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    else:
        square = square.crop(box)
    if square.mode == "RGBA":
        ground = Image.new("RGB", square.size, "white")
        ground.paste(square, mask=square.getchannel("A"))
        square = ground
    square = _in_srgb(square, image.info.get("icc_profile"))
    square.info = {}  # Pillow would write a comment that it finds here
    return square


def _resizable(image: Image.Image) -> Image.Image:
    """Give a picture in a mode that can be resized well: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I;16"):
        return _from_sixteen_bits(image)
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    if image.mode in ("P", "YCbCr", "RGBX", "HSV"):
        return image.convert("RGB")
    if image.mode == "1":
        return image.convert("L")
    raise PictureError(f"not a picture: colours of a kind that photos do not have ({image.mode})", hint=_TAKEN)


def _from_sixteen_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey to 8 bits; Pillow's own conversion would clip it."""
    deep = image.convert("I")
    grey = deep.point([value >> 8 for value in range(65_536)], "L")
    see_through = image.info.get("transparency")
    if not isinstance(see_through, int):
        return grey
    alpha = deep.point([0 if value == see_through else 255 for value in range(65_536)], "L")
    return Image.merge("RGBA", (grey, grey, grey, alpha))


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Give an L, RGB or CMYK picture as RGB, by its colour profile where that is sound."""
    if profile and len(profile) <= LARGEST_PROFILE:
        try:
            transform = _to_srgb(profile, image.mode)
            if transform is not None:
                return ImageCms.applyTransform(image, transform) or image.convert("RGB")
        except _BROKEN_METADATA:
            pass  # colours a little off are better than no face
    return image.convert("RGB")


@lru_cache(maxsize=8)  # a site's cameras share a few profiles, and a transform takes longer to make than to apply
def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Make the transform from a profile to sRGB; None where the profile is sRGB already."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if mode == "RGB" and ImageCms.getProfileDescription(source).startswith("sRGB"):
        return None
    return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")


# -- renditions -------------------------------------------------------------------------------------------------


def _renditions(square: Image.Image) -> dict[int, bytes]:
    """Make the rendition of every rung that a square RGB picture, at most the last rung wide, is large enough for."""
    side = square.width
    sizes = {rung: min(rung, side) for below, rung in zip((0, *LADDER), LADDER, strict=False) if below < side}
    made = {side: square}
    for size in sorted(set(sizes.values()) - {side}, reverse=True):
        # From twice the size on, more pixels to begin with cost time and show nothing.
        start = made[min((larger for larger in made if larger >= 2 * size), default=side)]
        # Lanczos is the crisper one; where less than half is taken away, bicubic looks alike in two thirds of the time.
        smooth = Image.Resampling.BICUBIC if 2 * size > start.width else Image.Resampling.LANCZOS
        made[size] = start.resize((size, size), smooth)
    return {rung: jpeg_under(made[size], _ceiling(rung)) for rung, size in sizes.items()}


def _ceiling(rung: int) -> int:
    return next(limit for highest, limit in CEILINGS.items() if rung <= highest)


def jpeg_under(image: Image.Image, limit_bytes: int, quality: int = QUALITY) -> bytes:
    """Write an RGB picture as a JPEG of at most `limit_bytes`: baseline, 4:2:0, without metadata.

    `quality` (Pillow's scale, 20 to 95) is lowered only as far as the limit asks. Where even the lowest does not do,
    the picture is blurred until it fits. Raises ValueError if not even one plain colour fits: it takes about 700 bytes,
    and one more for every 100 pixels.
    """
    for lower in (quality, *range(quality - _STEP, LOWEST_QUALITY, -_STEP), LOWEST_QUALITY):
        encoded = _jpeg(image, lower)
        if len(encoded) <= limit_bytes:
            return encoded
    return _blurred_under(image, limit_bytes)


_STEP: Final = 4  # most photos that are too large are so by little: steps from above find them sooner than bisection


def _blurred_under(image: Image.Image, limit_bytes: int) -> bytes:
    radius = 0.5
    while radius < image.width:
        encoded = _jpeg(image.filter(ImageFilter.GaussianBlur(radius)), LOWEST_QUALITY)
        if len(encoded) <= limit_bytes:
            return encoded
        radius *= 1.5
    plain = Image.new("RGB", image.size, tuple(round(mean) for mean in ImageStat.Stat(image).mean))
    encoded = _jpeg(plain, LOWEST_QUALITY)
    if len(encoded) > limit_bytes:
        raise ValueError(f"no JPEG of {image.width} x {image.height} pixels fits in {limit_bytes} bytes")
    return encoded


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling="4:2:0", optimize=image.width <= _OPTIMISED)
    return out.getvalue()


_OPTIMISED: Final = 160  # pixels; Huffman tables of their own save 2 to 20 % up to here, and little above
