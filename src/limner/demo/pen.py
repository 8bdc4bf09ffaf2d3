"""A pen that draws flat shapes in face units, and the colours to draw them in.

The origin is the middle of a face, x goes right, y goes down, and 1 is half the width of an average head. An outline
is a list of points that a closed smooth curve runs through; a point given twice makes a corner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageDraw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

Point = tuple[float, float]
Colour = tuple[int, int, int]

WHITE: Colour = (255, 252, 248)
BLACK: Colour = (24, 18, 22)
_STEPS = 8  # straight pieces per stretch of curve


def colours(text: str) -> list[Colour]:
    """Give the colours of a text of hex numbers, `rrggbb rrggbb ...`."""
    return [(int(rgb[0:2], 16), int(rgb[2:4], 16), int(rgb[4:6], 16)) for rgb in text.split()]


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Give the colour that holds `share` (0 to 1) of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def mirrored(*right: Point) -> list[Point]:
    """Give the outline that has this right half: points on the middle line at both ends, or nowhere."""
    return [*right, *((-x, y) for x, y in reversed(right) if x)]


def _smooth(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """Give points on the Catmull-Rom curve that runs through the given ones."""
    around = [points[-1], *points, points[0], points[1]] if closed else [points[0], *points, points[-1]]
    curve: list[Point] = []
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(around, around[1:], around[2:], around[3:], strict=False):
        for step in range(_STEPS if (bx, by) != (cx, cy) else 1):
            t = step / _STEPS
            a, b = t * (-0.5 + t * (1 - 0.5 * t)), 1 + t * t * (1.5 * t - 2.5)
            c, d = t * (0.5 + t * (2 - 1.5 * t)), t * t * (0.5 * t - 0.5)
            curve.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return curve if closed else [*curve, points[-1]]


class Pen:
    """Draws on a canvas in face units."""

    def __init__(self, canvas: Image.Image, *, unit: float, middle: Point) -> None:
        self.size = canvas.size
        self._draw = ImageDraw.Draw(canvas)
        self._unit = unit
        self._x, self._y = middle

    def _at(self, x: float, y: float) -> Point:
        return self._x + x * self._unit, self._y + y * self._unit

    def ball(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """Fill an ellipse, given by its middle and radii."""
        self._draw.ellipse([self._at(x - rx, y - ry), self._at(x + rx, y + ry)], fill=colour)

    def shape(self, outline: Sequence[Point], colour: Colour, *, straight: bool = False) -> None:
        """Fill an outline: a smooth one, or a polygon."""
        points = outline if straight else _smooth(outline, closed=True)
        self._draw.polygon([self._at(x, y) for x, y in points], fill=colour)

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """Draw a smooth line with round ends."""
        curve = _smooth(points, closed=False)
        self._draw.line([self._at(x, y) for x, y in curve], fill=colour, width=round(width * self._unit), joint="curve")
        for x, y in (curve[0], curve[-1]):
            self.ball(x, y, width / 2, width / 2, colour)

    def ring(self, x: float, y: float, rx: float, ry: float, width: float, colour: Colour, corner: float) -> None:
        """Draw the rim of a rectangle with round corners, given by its middle and radii."""
        self._draw.rounded_rectangle(
            [self._at(x - rx, y - ry), self._at(x + rx, y + ry)],
            radius=corner * self._unit,
            outline=colour,
            width=round(width * self._unit),
        )

    def band(self, top: int, bottom: int, colour: Colour) -> None:
        """Fill the canvas from side to side, in pixels."""
        self._draw.rectangle([0, top, self.size[0], bottom], fill=colour)
