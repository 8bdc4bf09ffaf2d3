"""Any image in, safe upright renditions out, or a PictureError that says why not."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageFilter, ImageOps

from limner.errors import PictureError
from limner.picture import CEILINGS, LADDER, Limits, Portrait, jpeg_under, portrait

if TYPE_CHECKING:
    from collections.abc import Callable

RED, GREEN, BLUE, YELLOW = (200, 40, 30), (30, 160, 60), (40, 60, 190), (230, 210, 40)
FACES = sorted(path for path in Path("/usr/share/pixmaps/faces").glob("**/*") if path.suffix in (".jpg", ".png"))


def quarters(width: int = 200, height: int = 200) -> Image.Image:
    """Draw a picture whose four quarters differ: red, green over blue, yellow."""
    image = Image.new("RGB", (width, height))
    across, down = width // 2, height // 2
    for colour, corner in ((RED, (0, 0)), (GREEN, (across, 0)), (BLUE, (0, down)), (YELLOW, (across, down))):
        image.paste(colour, (*corner, corner[0] + across, corner[1] + down))
    return image


def photo(side: int = 648, seed: int = 1) -> Image.Image:
    """Draw something with the soft shapes and the grain of a photo."""
    dice = random.Random(seed)
    image = Image.new("RGB", (side, side), (120, 130, 140))
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, r = dice.randrange(side), dice.randrange(side), dice.randrange(2, side // 4 + 3)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(dice.randrange(256) for _ in range(3)))
    grain = Image.frombytes("L", (side, side), dice.randbytes(side * side)).convert("RGB")
    return Image.blend(image.filter(ImageFilter.GaussianBlur(side / 150)), grain, 0.06)


def noise(side: int, seed: int = 1) -> Image.Image:
    return Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def pixels(rendition: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(rendition))
    image.load()
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """Give the colours in the middle of the four quarters, row by row."""
    near, far = image.width // 4, image.width * 3 // 4
    found = [image.convert("RGB").getpixel(at) for at in ((near, near), (far, near), (near, far), (far, far))]
    return [colour for colour in found if isinstance(colour, tuple)]


def alike(colour: tuple[int, ...], expected: tuple[int, ...], apart: int = 14) -> bool:
    return all(abs(a - b) <= apart for a, b in zip(colour, expected, strict=True))


def assert_quarters(result: Portrait, expected: list[tuple[int, int, int]], apart: int = 14) -> None:
    found = corners(pixels(result.renditions[160]))
    assert all(alike(a, b, apart) for a, b in zip(found, expected, strict=True)), found


# -- what is taken in -------------------------------------------------------------------------------------------


def grey_ramp() -> Image.Image:
    """Draw a 16-bit ramp from black to white; clipped to 8 bits it would be all white but the first column."""
    return Image.frombytes("I;16", (256, 256), struct.pack("<256H", *range(0, 65_536, 256)) * 256)


def cmyk() -> Image.Image:
    return quarters().convert("CMYK")


def multi_picture() -> bytes:
    return encoded(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (200, 200), "black")])


def animated(kind: str, **options: Any) -> bytes:
    others = [Image.new("RGB", (200, 200), "black"), Image.new("RGB", (200, 200), "white")]
    return encoded(quarters(), kind, save_all=True, append_images=others, duration=100, **options)


COLOURED: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: encoded(quarters(), "JPEG", quality=95),
    "progressive JPEG": lambda: encoded(quarters(), "JPEG", quality=95, progressive=True),
    "4:4:4 JPEG": lambda: encoded(quarters(), "JPEG", quality=95, subsampling="4:4:4"),
    "RGB JPEG": lambda: encoded(quarters(), "JPEG", quality=95, keep_rgb=True),
    "CMYK JPEG with Adobe's marker": lambda: encoded(cmyk(), "JPEG", quality=95),
    "MPO": multi_picture,
    "PNG": lambda: encoded(quarters(), "PNG"),
    "palette PNG": lambda: encoded(quarters().quantize(8), "PNG"),
    "palette PNG with a transparent entry": lambda: encoded(quarters().quantize(8), "PNG", transparency=7),
    "RGBA PNG": lambda: encoded(quarters().convert("RGBA"), "PNG"),
    "RGB PNG with a transparent colour": lambda: encoded(quarters(), "PNG", transparency=(1, 2, 3)),
    "animated PNG": lambda: animated("PNG"),
    "GIF": lambda: encoded(quarters(), "GIF"),
    "animated GIF": lambda: animated("GIF"),
    "WebP": lambda: encoded(quarters(), "WEBP", quality=95),
    "lossless WebP": lambda: encoded(quarters(), "WEBP", lossless=True),
    "animated WebP": lambda: animated("WEBP", quality=95),
    "AVIF": lambda: encoded(quarters(), "AVIF", quality=95, speed=9),
    "animated AVIF": lambda: animated("AVIF", quality=95, speed=9),
    "BMP": lambda: encoded(quarters(), "BMP"),
    "palette BMP": lambda: encoded(quarters().quantize(8), "BMP"),
    "TIFF": lambda: encoded(quarters(), "TIFF"),
    "TIFF with LZW": lambda: encoded(quarters(), "TIFF", compression="tiff_lzw"),
    "TIFF with JPEG": lambda: encoded(quarters(), "TIFF", compression="jpeg", quality=95),
    "CMYK TIFF": lambda: encoded(cmyk(), "TIFF"),
    "TIFF of several pages": lambda: animated("TIFF"),
    "16-bit RGB PNG": lambda: sixteen_bit_png(quarters()),
}


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, depth: int, colour_type: int, rows: bytes, *extra: bytes) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def sixteen_bit_png(image: Image.Image) -> bytes:
    """Write a 16-bit RGB PNG; Pillow reads it but cannot write it."""
    raw = image.tobytes()
    deep = bytes(byte for sample in raw for byte in (sample, sample))
    stride = image.width * 6
    rows = b"".join(b"\0" + deep[at : at + stride] for at in range(0, len(deep), stride))
    return png(*image.size, 16, 2, zlib.compress(rows))


@pytest.mark.parametrize("kind", COLOURED)
def test_a_picture_of_any_kind_keeps_its_colours_and_its_place(kind: str) -> None:
    """Of several pictures in one file, the first is taken. CMYK without a profile comes back as Pillow has it."""
    raw = COLOURED[kind]()
    result = portrait(raw)
    assert (result.width, result.height) == (200, 200)
    assert result.digest == hashlib.sha256(raw).digest()
    assert_quarters(result, [RED, GREEN, BLUE, YELLOW], apart=24 if "CMYK" in kind or "JPEG" in kind else 14)


GREYS = {
    "grey JPEG": lambda: encoded(quarters().convert("L"), "JPEG"),
    "grey PNG": lambda: encoded(quarters().convert("L"), "PNG"),
    "grey PNG with alpha": lambda: encoded(quarters().convert("LA"), "PNG"),
    "grey TIFF": lambda: encoded(quarters().convert("L"), "TIFF"),
}


@pytest.mark.parametrize("kind", GREYS)
def test_a_grey_picture_stays_grey(kind: str) -> None:
    expected = [
        (level, level, level) for level in (quarters().convert("L").getpixel(at) for at in ((50, 50), (150, 50)))
    ]
    found = corners(pixels(portrait(GREYS[kind]()).renditions[160]))
    assert all(alike(a, b) for a, b in zip(found, expected, strict=False)), found  # type: ignore[arg-type]


def test_black_and_white_is_taken() -> None:
    image = Image.new("1", (200, 200))
    image.paste(1, (100, 0, 200, 200))
    for kind in ("PNG", "BMP", "TIFF"):
        result = portrait(encoded(image, kind))
        assert_quarters(result, [(0, 0, 0), (255, 255, 255)] * 2)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_not_clipped(kind: str) -> None:
    image = pixels(portrait(encoded(grey_ramp(), kind)).renditions[240]).convert("L")
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        level = image.getpixel((round(image.width * share), 100))
        assert isinstance(level, int)
        assert abs(level - share * 255) < 6


def test_16_bit_grey_with_a_transparent_level_is_flattened() -> None:
    rows = (b"\0" + struct.pack(">100H", *[0x1234] * 50, *[0x8000] * 50)) * 100
    result = portrait(png(100, 100, 16, 0, zlib.compress(rows), png_chunk(b"tRNS", b"\x12\x34")))
    assert_at = corners(pixels(result.renditions[96]))
    assert alike(assert_at[0], (255, 255, 255))
    assert alike(assert_at[1], (128, 128, 128))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "GIF", "TIFF"])
@pytest.mark.parametrize("side", [200, 900])
def test_what_is_transparent_becomes_white(kind: str, side: int) -> None:
    """Also when the picture is made smaller on the way; the colour hidden under transparency does not bleed."""
    image = Image.new("RGBA", (side, side), (255, 0, 0, 0))
    image.paste((40, 60, 190, 255), (side // 2, 0, side, side))
    result = portrait(encoded(image, kind))
    assert_quarters(result, [(255, 255, 255), BLUE] * 2)
    for x in range(60, 100):
        red, green, blue = pixels(result.renditions[160]).convert("RGB").getpixel((x, 80))  # type: ignore[misc]
        assert red <= green + 24 or blue >= green, "a red fringe"


def test_half_transparent_pixels_are_mixed_with_white() -> None:
    result = portrait(encoded(Image.new("RGBA", (200, 200), (0, 0, 0, 128)), "PNG"))
    assert_quarters(result, [(127, 127, 127)] * 4)


@pytest.mark.skipif(not FACES, reason="gnome-control-center-faces is not installed")
@pytest.mark.parametrize("path", FACES, ids=lambda path: path.name)
def test_real_faces_are_taken(path: Path) -> None:
    result = portrait(path)
    assert set(result.renditions) <= set(LADDER)
    assert_sound(result)


# -- upright, in the right colours, without secrets -------------------------------------------------------------


def exif_of(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


STORED = {  # how a camera that writes this orientation stores an upright picture; the inverse of what a viewer does
    1: lambda image: image,
    2: ImageOps.mirror,
    3: lambda image: image.rotate(180),
    4: ImageOps.flip,
    5: lambda image: ImageOps.mirror(image.rotate(-90, expand=True)),
    6: lambda image: image.rotate(90, expand=True),
    7: lambda image: ImageOps.mirror(image.rotate(90, expand=True)),
    8: lambda image: image.rotate(-90, expand=True),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "TIFF with LZW"])
@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_comes_out_upright(kind: str, orientation: int) -> None:
    stored: Image.Image = STORED[orientation](quarters(200, 240))  # type: ignore[no-untyped-call]
    options = {"compression": "tiff_lzw"} if "LZW" in kind else {}
    raw = encoded(stored, kind.split()[0], exif=exif_of(orientation), **options)
    result = portrait(raw)
    assert (result.width, result.height) == (200, 240)
    assert_quarters(result, [RED, GREEN, BLUE, YELLOW], apart=24)


@pytest.mark.parametrize("orientation", STORED)
def test_the_orientations_of_this_test_agree_with_pillows_viewer(orientation: int) -> None:
    """An oracle for the table above."""
    stored: Image.Image = STORED[orientation](quarters(200, 240))  # type: ignore[no-untyped-call]
    viewed = ImageOps.exif_transpose(pixels(encoded(stored, "PNG", exif=exif_of(orientation))))
    assert viewed.tobytes() == quarters(200, 240).tobytes()


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0", b"\0" * 50])
def test_broken_exif_does_not_cost_the_picture(exif: bytes) -> None:
    assert_quarters(portrait(encoded(quarters(), "JPEG", exif=exif)), [RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_an_orientation_that_does_not_exist_is_upright(orientation: int) -> None:
    result = portrait(encoded(quarters(), "JPEG", exif=exif_of(orientation)))
    assert_quarters(result, [RED, GREEN, BLUE, YELLOW])


def secretive() -> Image.Exif:
    exif = exif_of(6)
    exif[0x010F] = "SECRET maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 0.0), 29: "SECRET"})
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_no_metadata_survives(kind: str) -> None:
    """EXIF with GPS, XMP, colour profile and comment go in; nothing but tables and pixels comes out."""
    options: dict[str, Any] = {"exif": secretive(), "icc_profile": profile("sRGB")}
    if kind == "JPEG":
        options |= {"comment": b"SECRET comment", "xmp": b"<x>SECRET</x>", "dpi": (301, 301)}
    raw = encoded(photo(240), kind, **options)
    assert b"SECRET" in raw
    for rendition in portrait(raw).renditions.values():
        assert b"SECRET" not in rendition
        assert set(segments(rendition)) == {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}  # JFIF, tables, baseline frame, scan
        image = pixels(rendition)
        assert not set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def segments(jpeg: bytes) -> list[int]:
    """List the markers of a JPEG up to its first scan."""
    found, at = [], 2
    while not found or found[-1] != 0xDA:
        assert jpeg[at] == 0xFF
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return found


def profile(kind: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(kind)).tobytes()  # type: ignore[arg-type]


def swapped_profile() -> bytes:
    """Make a profile whose red is green and whose green is red: nobody can miss whether it was applied."""
    raw = bytearray(profile("sRGB"))
    count = int.from_bytes(raw[128:132])
    entries = {bytes(raw[at : at + 4]): at for at in range(132, 132 + count * 12, 12)}
    red, green = entries[b"rXYZ"], entries[b"gXYZ"]
    raw[red : red + 4], raw[green : green + 4] = raw[green : green + 4], raw[red : red + 4]
    start = int.from_bytes(raw[entries[b"desc"] + 4 : entries[b"desc"] + 8])
    end = start + int.from_bytes(raw[entries[b"desc"] + 8 : entries[b"desc"] + 12])
    raw[start:end] = bytes(raw[start:end]).replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    return bytes(raw)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_colour_profile_is_applied(kind: str) -> None:
    raw = encoded(quarters(), kind, icc_profile=swapped_profile())
    red, green, *_ = corners(pixels(portrait(raw).renditions[160]))
    assert red[1] > 150 > 100 > red[0]
    assert green[0] > 120 > 100 > green[1]


@pytest.mark.parametrize(
    "broken", [b"garbage", profile("sRGB")[:200], profile("LAB"), b"\0" * 4096, swapped_profile()[:-40]]
)
def test_a_broken_or_unfit_colour_profile_is_ignored(broken: bytes) -> None:
    result = portrait(encoded(quarters(), "PNG", icc_profile=broken))
    assert_quarters(result, [RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize(("size", "applied"), [(100_000, True), (4_100_000, False)])
def test_a_huge_colour_profile_is_ignored(size: int, applied: bool) -> None:
    padded = struct.pack(">I", size) + swapped_profile()[4:].ljust(size - 4, b"\0")
    red, *_ = corners(pixels(portrait(encoded(quarters(), "TIFF", icc_profile=padded)).renditions[160]))
    assert (red[1] > red[0]) == applied


def test_an_srgb_profile_changes_nothing() -> None:
    plain, tagged = (portrait(encoded(photo(200), "PNG", **more)) for more in ({}, {"icc_profile": profile("sRGB")}))
    assert plain.renditions == tagged.renditions


# -- the square -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [100, 300, 2000])
def test_of_a_high_picture_the_upper_part_is_kept(side: int) -> None:
    """Twice as high as wide: a tenth of the surplus is taken off the top, the rest off the bottom."""
    image = Image.new("RGB", (side, side * 2), BLUE)
    image.paste(RED, (0, 0, side, side // 10))  # this tenth is what goes
    image.paste(GREEN, (0, side // 10, side, side // 10 + side // 2))
    square = pixels(portrait(encoded(image, "PNG")).renditions[96])
    assert alike(square.getpixel((48, 2)), GREEN, 30)  # type: ignore[arg-type]
    assert alike(square.getpixel((48, 45)), GREEN, 30)  # type: ignore[arg-type]
    assert alike(square.getpixel((48, 51)), BLUE, 30)  # type: ignore[arg-type]


@pytest.mark.parametrize("side", [100, 300, 2000])
def test_of_a_wide_picture_the_middle_is_kept(side: int) -> None:
    image = Image.new("RGB", (side * 2, side), RED)
    image.paste(GREEN, (side // 2, 0, side, side))
    image.paste(BLUE, (side, 0, side + side // 2, side))
    square = pixels(portrait(encoded(image, "PNG")).renditions[96])
    assert all(alike(square.getpixel((x, 48)), GREEN, 30) for x in (2, 45))  # type: ignore[arg-type]
    assert all(alike(square.getpixel((x, 48)), BLUE, 30) for x in (51, 93))  # type: ignore[arg-type]


@pytest.mark.parametrize(("width", "height"), [(400, 400), (800, 400), (400, 900), (3000, 2000), (1999, 2600)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_circle_stays_round(kind: str, width: int, height: int) -> None:
    image = Image.new("L", (width, height), 255)
    side = min(width, height)
    x, y, r = width // 2, (height - side) // 10 + side // 2, side * 3 // 8
    ImageDraw.Draw(image).ellipse((x - r, y - r, x + r, y + r), fill=0)
    for rung, rendition in portrait(encoded(image, kind)).renditions.items():
        box = pixels(rendition).convert("L").point(lambda level: 255 if level < 128 else 0).getbbox()
        assert box is not None
        left, top, right, bottom = box
        assert abs((right - left) - (bottom - top)) <= 1
        assert abs((right - left) - pixels(rendition).width * 0.75) <= 2, rung


# -- the ladder -------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(16, 720))
def test_every_rung_below_the_side_is_there_and_the_next_holds_the_picture_itself(side: int) -> None:
    renditions = portrait(encoded(Image.new("RGB", (side, side + 3), RED), "BMP")).renditions
    below = [rung for rung in LADDER if rung < side]
    above = [rung for rung in LADDER if rung >= side][:1]
    assert list(renditions) == below + above
    assert {rung: pixels(rendition).size for rung, rendition in renditions.items()} == (
        {rung: (rung, rung) for rung in below} | dict.fromkeys(above, (side, side))
    )


@pytest.mark.parametrize(("width", "height"), [(648, 648), (1295, 1296), (5000, 700), (2600, 2600)])
def test_a_large_jpeg_fills_every_rung(width: int, height: int) -> None:
    """Decoding at a fraction of the size must leave enough pixels."""
    result = portrait(encoded(Image.new("RGB", (width, height), RED), "JPEG"))
    assert (result.width, result.height) == (width, height)
    assert {rung: pixels(rendition).width for rung, rendition in result.renditions.items()} == dict(
        zip(LADDER, LADDER, strict=True)
    )


def assert_sound(result: Portrait) -> None:
    for rung, rendition in result.renditions.items():
        image = pixels(rendition)
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert image.width == image.height <= rung
        assert not image.info.get("progressive")
        assert len(rendition) <= next(limit for highest, limit in CEILINGS.items() if rung <= highest)


@pytest.mark.parametrize("side", [48, 97, 160, 200, 240, 648, 1000])
@pytest.mark.parametrize("draw", [noise, photo])
def test_ceilings_hold(draw: Callable[[int], Image.Image], side: int) -> None:
    """Noise is what JPEG can do least about; each side puts it unreduced on some rung, 97 on that of 120."""
    assert_sound(portrait(encoded(draw(side), "PNG")))


def test_the_ceilings_are_those_of_the_tools_that_ask() -> None:
    assert CEILINGS == {160: 10_000, 240: 45_000, 648: 100_000}


@settings(max_examples=25, deadline=None)
@given(st.integers(16, 200), st.integers(2_000, 30_000), st.integers(0, 3))
def test_a_jpeg_keeps_to_any_limit_at_its_full_size(side: int, limit: int, seed: int) -> None:
    made = jpeg_under(noise(side, seed), limit)
    assert len(made) <= limit
    assert pixels(made).size == (side, side)


def test_quality_is_lowered_only_as_far_as_needed() -> None:
    image = photo(240)
    free = jpeg_under(image, 10**6)
    assert jpeg_under(image, len(free)) == free
    tight = jpeg_under(image, len(free) - 1)
    assert len(free) * 0.8 < len(tight) < len(free)
    assert len(jpeg_under(image, 10**6, quality=60)) < len(free)


def test_a_limit_that_no_jpeg_keeps_to_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="fits in 100 bytes"):
        jpeg_under(photo(96), 100)


def test_renditions_are_close_to_the_straight_way() -> None:
    """Small rungs are made from larger renditions; that shows less than JPEG itself does."""
    image = photo(648)
    renditions = portrait(encoded(image, "PNG")).renditions
    for rung, rendition in renditions.items():
        straight = image.resize((rung, rung), Image.Resampling.LANCZOS)
        assert rms(pixels(rendition), straight) < 9, rung
        assert rms(pixels(rendition), straight.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) > 20


def rms(one: Image.Image, other: Image.Image) -> float:
    pairs = zip(one.convert("L").tobytes(), other.convert("L").tobytes(), strict=True)
    return float((sum((a - b) ** 2 for a, b in pairs) / (one.width * one.height)) ** 0.5)


def test_the_same_bytes_in_give_the_same_bytes_out() -> None:
    raw = encoded(photo(500), "JPEG", quality=90)
    program = (
        "import sys, hashlib; from limner.picture import portrait;"
        "made = portrait(sys.stdin.buffer.read()).renditions.values();"
        "print(hashlib.sha256(b''.join(made)).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", program], input=raw, capture_output=True, check=True)
    here = hashlib.sha256(b"".join(portrait(raw).renditions.values())).hexdigest()
    assert other.stdout.decode().strip() == here
    assert portrait(raw) == portrait(raw)


def test_a_path_and_its_bytes_are_the_same_portrait(tmp_path: Path) -> None:
    raw = encoded(photo(120), "JPEG")
    (tmp_path / "jane.gif").write_bytes(raw)  # the name says nothing about the kind
    assert portrait(tmp_path / "jane.gif") == portrait(raw)


# -- what is refused --------------------------------------------------------------------------------------------


def refusal(source: bytes | Path, limits: Limits | None = None) -> str:
    with pytest.raises(PictureError) as caught:
        portrait(source, limits or Limits())
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 200
    return caught.value.message


def test_files_that_are_no_pictures_are_refused(tmp_path: Path) -> None:
    assert refusal(b"") == "the file is empty"
    assert refusal(b"Subject: my photo\n\nHello").startswith("not a picture: its format is not known")
    assert refusal(tmp_path) == "not a picture: it is not a regular file"
    assert refusal(tmp_path / "none.jpg") == "the file cannot be read: No such file or directory"
    assert refusal(Path("nul\0.jpg")).startswith("the file cannot be read")
    (tmp_path / "empty.jpg").touch()
    assert refusal(tmp_path / "empty.jpg") == "the file is empty"
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refusal(tmp_path / "pipe.jpg") == "not a picture: it is not a regular file"


@pytest.mark.parametrize("kind", ["PPM", "TGA", "ICO", "PCX", "EPS", "PDF", "JPEG2000", "DDS", "SGI", "XBM", "MSP"])
def test_formats_that_no_photo_comes_in_are_not_even_tried(kind: str) -> None:
    image = quarters(64, 64).convert("1") if kind in ("XBM", "MSP") else quarters(64, 64)
    assert refusal(encoded(image, kind)).startswith("not a picture: its format is not known")


def test_colours_that_photos_do_not_have_are_refused() -> None:
    assert refusal(encoded(Image.new("F", (64, 64)), "TIFF")).endswith("photos do not have (F)")
    assert refusal(encoded(Image.new("I", (64, 64)), "TIFF")).endswith("photos do not have (I)")
    assert refusal(encoded(Image.new("LAB", (64, 64)), "TIFF")).endswith("photos do not have (LAB)")


def test_a_file_with_too_many_bytes_is_refused_unread(tmp_path: Path) -> None:
    assert refusal(bytes(3_140_000), Limits(bytes=2_000_000)) == "the file has 3.1 MB; at most 2 MB are taken"
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(25_100_000_000)
    assert refusal(tmp_path / "huge.jpg") == "the file has 25100.0 MB; at most 20 MB are taken"
    raw = encoded(quarters(), "PNG")
    assert portrait(raw, Limits(bytes=len(raw))).width == 200
    refusal(raw, Limits(bytes=len(raw) - 1))


def test_sides_and_pixels_are_bounded() -> None:
    assert refusal(encoded(quarters(16, 14), "PNG")).startswith("16 x 14 pixels; too small to be a portrait")
    assert portrait(encoded(quarters(16, 16), "PNG")).width == 16
    message = refusal(png(12_000, 9_000, 8, 2, b""))
    assert message == "12000 x 9000 pixels; at most 60 million are taken"
    assert refusal(png(70_000, 100, 8, 2, b"")) == "70000 x 100 pixels; at most 65535 a side are taken"
    assert refusal(encoded(quarters(200, 200), "PNG"), Limits(pixels=39_999)).startswith("200 x 200 pixels; at most")
    assert portrait(encoded(quarters(200, 200), "PNG"), Limits(pixels=40_000)).width == 200


def jpeg_header(width: int, height: int) -> bytes:
    raw = encoded(quarters(64, 64), "JPEG")
    frame = raw.index(b"\xff\xc0")
    return raw[: frame + 5] + struct.pack(">HH", height, width) + raw[frame + 9 :]


def webp_header(width: int, height: int) -> bytes:
    """Write a lossless WebP of a few bytes that claims any size up to 16,384."""
    payload = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + bytes(100)
    chunk = b"VP8L" + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def zeros(count: int) -> bytes:
    """Deflate many zeros without having them all at once."""
    deflate = zlib.compressobj(1)
    return b"".join(deflate.compress(bytes(1_000_000)) for _ in range(count // 1_000_000)) + deflate.flush()


def tiff(width: int, height: int, *more: tuple[int, int]) -> bytes:
    """Write a small deflated TIFF that claims any size; `more` are its strip or tile tags but offset and length."""
    content = zeros(100_000_000)
    offset, length = (324, 325) if more else (273, 279)
    entries = [(256, width), (257, height), (258, 8), (259, 8), (262, 1), (277, 1), *more]
    at = 8 + 2 + 12 * (len(entries) + 2) + 4
    entries = sorted([*entries, (offset, at), (length, len(content))])
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4) + content


BOMBS: dict[str, Callable[[], bytes]] = {
    "PNG": lambda: png(50_000, 50_000, 8, 2, zlib.compress(bytes(10**6))),
    "JPEG": lambda: jpeg_header(50_000, 50_000),
    "GIF": lambda: b"GIF89a" + struct.pack("<HH", 50_000, 50_000) + encoded(quarters(64, 64), "GIF")[10:],
    "BMP": lambda: (raw := encoded(quarters(64, 64), "BMP"))[:18] + struct.pack("<ii", 50_000, 50_000) + raw[26:],
    "WebP": lambda: webp_header(16_383, 16_383),
    "TIFF": lambda: tiff(50_000, 50_000),
    "PNG with a text bomb": lambda: png(64, 64, 8, 2, b"", png_chunk(b"zTXt", b"Comment\0\0" + zeros(100_000_000))),
    "TIFF with a giant tile": lambda: tiff(64, 64, (322, 10_000), (323, 10_000)),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_costs_a_clear_error_and_little_memory(kind: str) -> None:
    """Measured from outside, for decoders allocate where Python's tracemalloc does not look."""
    program = (
        "import resource, sys; from limner.picture import portrait; from limner.errors import PictureError\n"
        "raw = sys.stdin.buffer.read()\n"
        "try: portrait(open(sys.argv[1], 'rb').read())\n"
        "except PictureError: pass\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: portrait(raw); print('taken')\n"
        "except PictureError as why: print(why.message)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, os.devnull], input=BOMBS[kind](), capture_output=True, check=False
    )
    message, grown = run.stdout.decode().splitlines()
    assert int(grown) < 40_000, f"{grown} KB"
    if " " not in kind:
        assert "pixels; at most 60 million are taken" in message
    assert message != "taken"


def test_a_jpeg_of_a_thousand_scans_is_refused_at_once() -> None:
    raw = encoded(photo(64), "JPEG", progressive=True)
    last = raw.rindex(b"\xff\xda")
    assert portrait(raw)
    assert refusal(raw[:-2] + raw[last:-2] * 1000 + raw[-2:]) == "not a picture: a JPEG of more than 100 scans"


def test_what_follows_a_progressive_jpeg_is_not_counted_as_its_scans() -> None:
    """Phones append a short film."""
    raw = encoded(photo(64), "JPEG", progressive=True)
    assert portrait(raw + b"\x00\x02" + b"\xff\xda\x00\x02" * 1000)


def test_what_stands_in_a_segment_of_a_progressive_jpeg_is_not_counted_as_its_scans() -> None:
    """A thumbnail has scans of its own."""
    assert portrait(encoded(photo(64), "JPEG", progressive=True, comment=b"\xff\xda\x00\x02" * 1000))


# -- hostile bytes ----------------------------------------------------------------------------------------------

SMALL = {kind: build() for kind, build in {
    "JPEG": lambda: encoded(photo(40), "JPEG", exif=secretive(), icc_profile=profile("sRGB")),
    "progressive JPEG": lambda: encoded(photo(40), "JPEG", progressive=True),
    "CMYK JPEG": lambda: encoded(photo(40).convert("CMYK"), "JPEG"),
    "MPO": lambda: encoded(photo(40), "MPO", save_all=True, append_images=[photo(40)]),
    "PNG": lambda: encoded(photo(40), "PNG", icc_profile=profile("sRGB")),
    "palette PNG": lambda: encoded(photo(40).quantize(16), "PNG", transparency=3),
    "GIF": lambda: encoded(photo(40), "GIF"),
    "WebP": lambda: encoded(photo(40), "WEBP", exif=secretive()),
    "animated WebP": lambda: encoded(photo(40), "WEBP", save_all=True, append_images=[noise(40)]),
    "AVIF": lambda: encoded(photo(40), "AVIF", speed=10),
    "BMP": lambda: encoded(photo(40), "BMP"),
    "TIFF": lambda: encoded(photo(40), "TIFF"),
    "TIFF with LZW": lambda: encoded(photo(40), "TIFF", compression="tiff_lzw"),
    "TIFF with Deflate": lambda: encoded(photo(40), "TIFF", compression="tiff_adobe_deflate"),
    "16-bit TIFF": lambda: encoded(grey_ramp().crop((0, 0, 40, 40)), "TIFF"),
}.items()}  # fmt: skip
WHOLE = {kind: portrait(raw).renditions for kind, raw in SMALL.items()}


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(SMALL)), st.data())
def test_a_file_cut_short_is_refused_or_lacks_nothing(kind: str, data: st.DataObject) -> None:
    """Half a face is not a face. What may be missing is what stands behind the pixels, such as an end marker."""
    raw = SMALL[kind]
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    with contextlib.suppress(PictureError):
        assert portrait(cut).renditions == WHOLE[kind]


@pytest.mark.parametrize("kind", SMALL)
def test_a_file_cut_in_the_middle_of_its_pixels_is_said_to_be_cut(kind: str) -> None:
    raw = SMALL[kind]
    at = raw.index(b"\xff\xda") + 200 if "JPEG" in kind or kind == "MPO" else len(raw) * 2 // 3
    said = refusal(raw[:at])
    if kind in _TOLD_BY_DECODER:
        assert said == "the file ends early (truncated)"
    else:  # formats whose directory stands at the end, or whose decoder says nothing
        assert "cut short" in said


_TOLD_BY_DECODER = {"JPEG", "progressive JPEG", "CMYK JPEG", "MPO", "PNG", "palette PNG", "GIF", "BMP", "TIFF"} | {
    "16-bit TIFF"
}


def assert_taken_or_refused(raw: bytes) -> None:
    try:
        assert_sound(portrait(raw, Limits(pixels=1_000_000)))
    except PictureError as why:
        said = why.message
    else:
        return
    assert said
    assert said.isprintable()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", *{raw[:size] for raw in SMALL.values() for size in (4, 12, 64)}]))
def test_garbage_is_refused_and_nothing_else_happens(garbage: bytes, beginning: bytes) -> None:
    assert_taken_or_refused(beginning + garbage)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SMALL)), st.data())
def test_a_mutated_file_is_refused_or_taken_and_nothing_else_happens(kind: str, data: st.DataObject) -> None:
    raw = bytearray(SMALL[kind])
    reach = data.draw(st.sampled_from([64, 400, len(raw)]), label="mostly in the header")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(reach, len(raw)) - 1))
        how = data.draw(st.sampled_from(["set", "insert", "remove"]))
        piece = data.draw(st.binary(min_size=1, max_size=4))
        raw[at : at + (len(piece) if how != "insert" else 0)] = piece if how != "remove" else b""
        raw = raw or bytearray(b"\0")
    assert_taken_or_refused(bytes(raw))
