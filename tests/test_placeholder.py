"""Faces for those who have none are stable, readable, and the size that was asked for."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from limner import placeholder

SIZES = [1, 2, 5, 16, 48, 97, 240, 648, 2048]


def pixels(encoded: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(encoded))
    image.load()
    return image


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jane Roe", "JR"),
        ("Jane van der Roe", "JR"),
        ("Roe, Jane", "JR"),
        ("Roe, Jane (Sales, North)", "JR"),
        ("Dr. Jane Roe", "JR"),
        ("J. R. Smith", "JS"),
        ("Prof.", "P"),
        ("Cher", "C"),
        ("jane roe", "JR"),
        ("  Jane\t Roe\n", "JR"),
        ("Jean-Luc O'Neill", "JO"),
        ("Jane 🙂 Roe 🎉", "JR"),
        ("E\u0301mile A\u030angström", "ÉÅ"),
        ("𝐉𝐚𝐧𝐞 Roe", "JR"),
        ("王小明", "王"),
        ("Иван Петров", "ИП"),
        ("ßen", "ß"),
        ("3rd Floor", "RF"),
        ("Roe,", "R"),
        ("(nobody)", ""),
        ("🙂", ""),
        ("42", ""),
        ("", ""),
    ],
)
def test_initials_are_the_first_letters_of_the_first_and_the_last_word(name: str, expected: str) -> None:
    assert placeholder.initials_of(name) == expected


@given(st.text())
def test_initials_are_at_most_two_letters_of_any_name(name: str) -> None:
    letters = placeholder.initials_of(name)
    assert len(letters) <= 2
    assert all(letter.isalpha() for letter in letters)
    assert letters or not any(char.isalpha() for char in name) or set(name) & set("([{⁽⦅") or len(name) > 100


def contrast_with_white(colour: tuple[int, int, int]) -> float:
    """WCAG 2.2's definition of contrast, written a second time to check the first."""
    channels = [channel / 255 for channel in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return (1.0 + 0.05) / (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05)


@given(st.one_of(st.text(), st.binary()))
def test_white_text_is_readable_on_every_colour(seed: str | bytes) -> None:
    assert contrast_with_white(placeholder.colour(seed)) >= 4.5


def test_colours_are_bright_enough_to_be_told_apart() -> None:
    colours = {placeholder.colour(f"person{number}@example.com") for number in range(200)}
    assert len(colours) > 150
    assert max(contrast_with_white(colour) for colour in colours) < 12


def test_a_colour_and_a_drawing_are_the_same_in_another_process() -> None:
    """Python's own hash() of a text changes from run to run; nothing here hangs on it."""
    program = (
        "import hashlib; from limner import placeholder as p;"
        "print(p.colour('jane'), hashlib.sha256(p.initials('JR', 'jane', 48) + p.identicon(b'jane', 48)).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert str(placeholder.colour("jane")) in runs.pop()


@pytest.mark.parametrize("size", SIZES)
def test_every_placeholder_has_the_size_asked_for(size: int) -> None:
    for encoded in (
        placeholder.initials("JR", "jane", size),
        placeholder.silhouette(size),
        placeholder.identicon(b"jane", size),
    ):
        image = pixels(encoded)
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (size, size))
        assert not image.getexif()
    assert pixels(placeholder.blank(size)).size == (size, size)


@pytest.mark.parametrize("size", [-1, 0, 2049, 10**9])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    for draw in (
        lambda: placeholder.initials("JR", "jane", size),
        lambda: placeholder.initials("", "jane", size),
        lambda: placeholder.silhouette(size),
        lambda: placeholder.identicon(b"jane", size),
        lambda: placeholder.blank(size),
    ):
        with pytest.raises(ValueError, match="1 to 2048"):
            draw()


def white_box(encoded: bytes) -> tuple[int, int, int, int]:
    box = pixels(encoded).convert("L").point(lambda value: 255 if value > 200 else 0).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("text", ["J", "JR", "II", "WM", "QJ", "WWW"])
def test_initials_are_white_and_centred_and_keep_off_the_edge(text: str) -> None:
    left, top, right, bottom = white_box(placeholder.initials(text, "jane", 240))
    assert abs((240 - right) - left) <= 4
    assert abs((240 - bottom) - top) <= 14  # a tail, as Q has one, hangs below the line
    assert left >= 16
    assert right - left > 10


def test_initials_stand_on_the_colour_of_the_seed() -> None:
    corner = pixels(placeholder.initials("JR", "jane", 240)).getpixel((5, 5))
    assert isinstance(corner, tuple)
    assert all(abs(a - b) <= 4 for a, b in zip(corner, placeholder.colour("jane"), strict=True))


@pytest.mark.parametrize("text", ["", " ", "王", "ИП", "🙂", "J王", "\uffff", "\x00", "\n"])
def test_initials_that_the_font_cannot_write_are_the_silhouette(text: str) -> None:
    assert placeholder.initials(text, "jane", 96) == placeholder.silhouette(96)


@pytest.mark.parametrize(("text", "drawn"), [("ÉÅ", "EA"), ("E\u0301", "E"), ("ØŁ", "OL"), ("Ñ", "N")])
def test_accents_that_the_font_lacks_are_left_off(text: str, drawn: str) -> None:
    assert placeholder.initials(text, "jane", 96) == placeholder.initials(drawn, "jane", 96)


@settings(max_examples=60)
@given(st.text(max_size=6), st.text(max_size=4), st.integers(1, 96))
def test_any_text_can_be_drawn(text: str, seed: str, size: int) -> None:
    assert pixels(placeholder.initials(text, seed, size)).size == (size, size)


def test_the_silhouette_is_symmetric_and_antialiased() -> None:
    image = pixels(placeholder.silhouette(240)).convert("L")
    mirrored = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    difference = ImageChops.difference(image, mirrored).getextrema()
    assert isinstance(difference[1], int)
    assert difference[1] <= 40
    flat = sum(image.histogram()[level] for level in range(165, 225))
    assert flat > 200  # the shades between figure and ground: along the edges


def test_an_identicon_is_symmetric_and_of_its_seed() -> None:
    image = pixels(placeholder.identicon(b"jane", 240)).convert("L")
    mirrored = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    difference = ImageChops.difference(image, mirrored).getextrema()
    assert isinstance(difference[1], int)
    assert difference[1] <= 24
    assert len({placeholder.identicon(bytes([number]), 48) for number in range(100)}) >= 98


@settings(max_examples=60)
@given(st.binary())
def test_an_identicon_is_never_empty(seed: bytes) -> None:
    low, high = pixels(placeholder.identicon(seed, 24)).convert("L").getextrema()
    assert isinstance(low, int)
    assert isinstance(high, int)
    assert high - low > 60


def test_blank_is_wholly_transparent_and_small() -> None:
    encoded = placeholder.blank(2048)
    image = pixels(encoded)
    assert image.format == "PNG"
    assert image.convert("RGBA").getchannel("A").getextrema() == (0, 0)
    assert len(encoded) < 1000
