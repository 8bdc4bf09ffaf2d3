"""Clothes: shoulders, and the collars that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limner.demo.pen import BLACK, WHITE, Colour, Pen, colours, mirrored, mix

if TYPE_CHECKING:
    from limner.demo import Chance

CLOTHES = colours(
    "2f4858 33658a 55828b 3d5a4c 6b8f71 a44a3f c8553d d98e4a e0b45c 7b4b94 5b5f97 8d6a9f 3c3c4a 8a9ba8 b56576 eee7dc"
)


@dataclass(frozen=True, slots=True)
class Wear:
    """What one person wears, and on which skin."""

    chance: Chance
    skin: Colour
    cloth: Colour
    collar: str  # a name in COLLARS


def shoulders(pen: Pen, wear: Wear) -> None:
    """Draw the clothes up to the neck."""
    half = [
        *((0.0, 1.5), (0.42, 1.52), (0.62, 1.66), (1.15, 1.86), (1.75, 2.08)),
        *((2.22, 2.5), (2.42, 3.3), (2.6, 5), (0.0, 5)),
    ]
    broad = wear.chance.between("shoulders", 0.9, 1.06)
    pen.shape(mirrored(*((x * broad, y) for x, y in half)), wear.cloth)
    fold = mix(wear.cloth, BLACK, 0.16)
    for side in (-1, 1):
        pen.line([(side * 1.62 * broad, 2.62), (side * 1.55 * broad, 3.1), (side * 1.6 * broad, 5)], 0.05, fold)


def collar(pen: Pen, wear: Wear) -> None:
    """Draw what lies around the neck."""
    COLLARS[wear.collar](pen, wear)


def _crew(pen: Pen, wear: Wear) -> None:
    pen.line([(-0.66, 1.6), (-0.42, 1.88), (0, 2.0), (0.42, 1.88), (0.66, 1.6)], 0.15, mix(wear.cloth, BLACK, 0.15))


def _vee(pen: Pen, wear: Wear) -> None:
    pen.shape([(-0.6, 1.62), (0, 1.5), (0.6, 1.62), (0, 2.42)], wear.skin, straight=True)
    for side in (-1, 1):
        pen.line([(side * 0.63, 1.6), (side * 0.32, 2.0), (0, 2.42)], 0.12, mix(wear.cloth, BLACK, 0.15))


def _turtleneck(pen: Pen, wear: Wear) -> None:
    roll = mirrored((0, 1.36), (0.54, 1.28), (0.58, 1.5), (0.74, 1.78), (0.4, 2.06), (0, 2.12))
    pen.shape(roll, mix(wear.cloth, WHITE, 0.08))
    pen.line([(-0.5, 1.36), (0, 1.45), (0.5, 1.36)], 0.05, mix(wear.cloth, BLACK, 0.2))


def _shirt(pen: Pen, wear: Wear) -> None:
    cloth = mix(wear.cloth, WHITE, 0.16)
    pen.line([(0, 1.95), (0, 3.2), (0, 5)], 0.035, mix(wear.cloth, BLACK, 0.2))
    for side in (-1, 1):
        corner = [(side * x, y) for x, y in ((0.6, 1.42), (0.78, 1.66), (0.44, 2.28), (0.0, 1.96), (0.5, 1.64))]
        pen.shape(corner, cloth, straight=True)
    for button in range(3):
        pen.ball(0.0, 2.4 + 0.5 * button, 0.045, 0.045, cloth)


def _jacket(pen: Pen, wear: Wear) -> None:
    shirt = wear.chance.pick("shirt", [WHITE, (222, 232, 242), (244, 226, 220)])
    pen.shape([(-0.62, 1.6), (0, 1.9), (0.62, 1.6), (0.05, 3.6), (-0.05, 3.6)], shirt, straight=True)
    if wear.chance.happens("tie", 0.5):
        tie = wear.chance.pick("tie colour", [colour for colour in CLOTHES if colour != wear.cloth])
        pen.shape(
            [(-0.13, 1.93), (0.13, 1.93), (0.09, 2.16), (0.2, 3.2), (-0.2, 3.2), (-0.09, 2.16)], tie, straight=True
        )
    else:
        pen.shape([(-0.45, 1.62), (0.45, 1.62), (0, 2.34)], wear.skin, straight=True)
    for side in (-1, 1):
        pen.shape(
            [(side * 0.58, 1.44), (side * 0.7, 1.62), (side * 0.42, 2.2), (side * 0.08, 2.04), (side * 0.46, 1.64)],
            shirt,
            straight=True,
        )
        lapel = [(side * x, y) for x, y in ((0.66, 1.62), (1.04, 1.84), (1.0, 2.28), (0.84, 2.36), (0.0, 3.7))]
        pen.shape(lapel, mix(wear.cloth, BLACK, 0.17), straight=True)


def _hood(pen: Pen, wear: Wear) -> None:
    dark = mix(wear.cloth, BLACK, 0.18)
    for side in (-1, 1):
        pen.shape(
            [(side * x, y) for x, y in ((0.5, 1.4), (0.95, 1.55), (0.98, 1.85), (0.4, 2.2), (0.0, 2.16), (0.42, 1.86))],
            dark,
        )
        pen.line([(side * 0.26, 2.1), (side * 0.28, 2.4), (side * 0.25, 2.7)], 0.05, mix(wear.cloth, WHITE, 0.6))


COLLARS = {
    "crew": _crew,
    "vee": _vee,
    "turtleneck": _turtleneck,
    "shirt": _shirt,
    "jacket": _jacket,
    "hood": _hood,
}
