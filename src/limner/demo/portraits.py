"""Portraits of people who do not exist, drawn in flat colours; the same seed gives the same face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from limner.demo import Chance
from limner.demo.clothes import CLOTHES, COLLARS, Wear, collar, shoulders
from limner.demo.hair import STYLES, Hair
from limner.demo.pen import BLACK, WHITE, Colour, Pen, colours, mirrored, mix

if TYPE_CHECKING:
    from pathlib import Path

_OVERSAMPLING = 3  # drawn this many times larger, then reduced: smooth edges


def draw(seed: bytes | str, size: int = 648) -> Image.Image:
    """Draw the portrait of a seed: RGB, `size` pixels wide (16 to 4096).

    Three in four are square; the others are 3:4, with the head in the upper part, as cameras make them.
    Raises ValueError for another size.
    """
    if not 16 <= size <= 4096:
        raise ValueError(f"a portrait is 16 to 4096 pixels wide, not {size}")
    look = Look.of(Chance(seed))
    wide = size * _OVERSAMPLING
    tall = size * 4 // 3 * _OVERSAMPLING if look.upright else wide
    canvas = Image.new("RGB", (wide, tall))
    pen = Pen(canvas, unit=wide * 0.2, middle=(wide * 0.5, wide * 0.5))
    _background(pen, look)
    _figure(pen, look)
    return canvas.reduce(_OVERSAMPLING)


def save_jpeg(seed: bytes | str, path: Path, size: int = 648, quality: int = 88) -> None:
    """Draw the portrait of a seed into a JPEG file. Raises ValueError as `draw` does, and OSError."""
    draw(seed, size).save(path, "JPEG", quality=quality)


# -- colours ------------------------------------------------------------------------------------------------------


_SKINS = colours("f9dcc8 f3cbaf ecba94 e0a67d cf9168 b87a52 9c6340 7f4e34 643d2b 4d2f24")
_DARK_HAIR = colours("1d1a1e 29211f 3a2a23 4d3428")
_HAIR = colours("2a2220 4a3227 6a452f 8a5433 a4502c c9743a d4a75f e6cb93")
_GREY_HAIR = colours("7d7c80 a5a5a9 d3d3d6 eceae6")
_DYED_HAIR = colours("3c7a86 8c4a7c b24a52")
_WALLS = colours("c9dbe6 d6e4d3 f0dcc4 e9d1d4 dad3ea cfe3e0 f2e6bf d9dde3 e6d7c8 bfd0d9 e8c9b5 c7d3bd")
_IRISES = colours("2b1d17 3a261b 4a3222 35506b 3f6a57 5b6770")
_FRAMES = colours("22222a 5a3a28 7a2e34 2f4a66 8b8d94")


# -- who ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """What one invented person looks like."""

    chance: Chance
    upright: bool
    wall: Colour
    skin: Colour
    hair: Hair
    hair_colour: Colour
    wear: Wear
    beard: str
    glasses: str
    wide: float  # half the width of the head, in face units
    chin: float  # where the face ends below
    lips: bool

    @classmethod
    def of(cls, chance: Chance) -> Look:
        """Make a look by chance."""
        tone = chance.number("skin") % len(_SKINS)
        hair = STYLES[chance.pick("hair", sorted(STYLES))]
        clothes = chance.pick("clothes", CLOTHES)
        bearded = hair.beard and chance.happens("bearded", 0.55)
        return cls(
            chance=chance,
            upright=chance.happens("upright", 0.25),
            wall=chance.pick("wall", _WALLS),
            skin=_SKINS[tone],
            hair=hair,
            hair_colour=_hair_colour(chance, tone, hair, clothes),
            wear=Wear(chance, _SKINS[tone], clothes, chance.pick("collar", sorted(COLLARS))),
            beard=chance.pick("beard", ("full", "short", "goatee", "moustache")) if bearded else "",
            glasses=chance.pick("frames", ("round", "square", "browline")) if chance.happens("glasses", 0.3) else "",
            wide=chance.between("wide", 0.93, 1.04),
            chin=chance.between("chin", 1.2, 1.34),
            lips=not hair.beard and chance.happens("lips", 0.65),
        )


def _hair_colour(chance: Chance, tone: int, hair: Hair, clothes: Colour) -> Colour:
    if hair.cloth:
        return chance.pick("cloth", [colour for colour in CLOTHES if colour != clothes])
    if chance.happens("grey", 0.17):
        return chance.pick("hair colour", _GREY_HAIR)
    if chance.happens("dyed", 0.04):
        return chance.pick("hair colour", _DYED_HAIR)
    fair = tone < 4 and chance.happens("fair", 0.8)
    return chance.pick("hair colour", _HAIR if fair else _DARK_HAIR[: 2 if tone > 6 else 4])


# -- drawing ------------------------------------------------------------------------------------------------------


def _background(pen: Pen, look: Look) -> None:
    light, dark = mix(look.wall, WHITE, 0.45), mix(look.wall, (70, 70, 96), 0.16)
    tall = pen.size[1]
    for step in range(128):
        pen.band(tall * step // 128, tall * (step + 1) // 128, mix(light, dark, step / 127))
    if look.chance.happens("halo", 0.5):
        pen.ball(0, -0.1, 2.05, 2.05, mix(look.wall, WHITE, 0.5))


def _figure(pen: Pen, look: Look) -> None:
    """Draw the person, from what is farthest away to what is nearest."""
    if not look.hair.long:
        _hair_behind(pen, look)
    shoulders(pen, look.wear)
    if look.hair.long:
        _hair_behind(pen, look)
    _neck(pen, look)
    collar(pen, look.wear)
    _head(pen, look)
    _beard(pen, look)
    _mouth(pen, look)
    _eyes(pen, look)
    _nose(pen, look)
    _hair_before(pen, look)
    _glasses(pen, look)


def _shade(look: Look) -> Colour:
    return mix(look.skin, (96, 24, 30), 0.17)


def _hair_behind(pen: Pen, look: Look) -> None:
    colour = mix(look.hair_colour, BLACK, 0.22)
    if look.hair.back:
        pen.shape(look.hair.back, colour)
    for x, y, radius in look.hair.back_balls:
        pen.ball(x, y, radius, radius, mix(look.hair_colour, BLACK, 0.07))


def _hair_before(pen: Pen, look: Look) -> None:
    colour, light = look.hair_colour, mix(look.hair_colour, WHITE, 0.13)
    if look.hair.front:
        pen.shape([(x * look.wide, y) for x, y in look.hair.front], colour)
    for side in (-1, 1):
        if look.hair.sides:
            pen.shape([(side * x * look.wide, y) for x, y in look.hair.sides], colour)
    for x, y, radius in look.hair.front_balls:
        pen.ball(x * look.wide, y, radius, radius, colour)
    for strand in look.hair.strands:
        pen.line(strand, 0.045, light)


def _neck(pen: Pen, look: Look) -> None:
    slim = look.chance.between("neck", 0.42, 0.52)
    pen.shape(mirrored((0, 0.6), (slim, 0.7), (slim, 1.4), (slim + 0.16, 1.66), (0.3, 1.92), (0, 1.98)), look.skin)
    pen.shape(mirrored((0, 0.8), (slim, 0.85), (slim, 1.18), (slim * 0.7, 1.45), (0, 1.56)), _shade(look))


def _head(pen: Pen, look: Look) -> None:
    wide, chin, shade = look.wide, look.chin, _shade(look)
    jaw = look.chance.between("jaw", 0.72, 0.84)
    if not look.hair.cloth:
        for side in (-1, 1):
            pen.ball(side * wide, 0.08, 0.17, 0.27, look.skin)
            pen.ball(side * (wide + 0.02), 0.09, 0.09, 0.16, shade)
            if look.lips and look.chance.happens("earrings", 0.4):
                pen.ball(side * (wide + 0.03), 0.4, 0.07, 0.07, (224, 186, 96))
    right = [
        (0.0, -1.23),
        (0.52, -1.14),
        (0.88, -0.78),
        (1.0, -0.15),
        (0.96, 0.35),
        (jaw, 0.82),
        (0.42, chin - 0.1),
        (0.0, chin),
    ]
    outline = [(x * wide, y) for x, y in right]
    pen.shape(mirrored(*outline), look.skin)
    blush = mix(look.skin, (214, 72, 72), 0.06 + sum(look.skin) / 7000)
    for side in (-1, 1):
        pen.ball(side * 0.62, 0.42, 0.19, 0.14, blush)


def _beard(pen: Pen, look: Look) -> None:
    if not look.beard:
        return
    wide, chin = look.wide, look.chin
    short = look.beard == "short"
    colour = mix(look.skin, look.hair_colour, 0.45) if short else look.hair_colour
    if look.hair.cloth:
        colour = _DARK_HAIR[1]
    if look.beard in ("full", "short"):
        low = chin + (0.02 if short else 0.2)
        pen.shape(
            mirrored(
                *((0, 0.52), (0.34, 0.5), (0.6, 0.66), (0.82 * wide, 0.35), (0.98 * wide, -0.02), (1.0 * wide, 0.3)),
                *((0.84 * wide, 0.88), (0.5, low - 0.1), (0, low)),
            ),
            colour,
        )
        return
    pen.shape(mirrored((0, 0.5), (0.2, 0.48), (0.44, 0.66), (0.3, 0.67), (0, 0.61)), colour)
    if look.beard == "goatee":
        pen.shape(mirrored((0, 0.96), (0.2, 0.94), (0.33, 1.08), (0.22, chin + 0.08), (0, chin + 0.13)), colour)


def _mouth(pen: Pen, look: Look) -> None:
    y, half = 0.76, look.chance.between("mouth", 0.25, 0.34)
    lip = mix(look.skin, (158, 40, 52), 0.55 if look.lips else 0.36)
    kind = look.chance.pick("smile", ("closed", "closed", "open", "side"))
    if kind == "open":
        corner = ((half, y - 0.08),) * 2
        pen.shape(mirrored((0, y - 0.05), *corner, (half * 0.62, y + 0.14), (0, y + 0.19)), lip)
        pen.shape(mirrored((0, y - 0.02), (half * 0.8, y - 0.045), (half * 0.5, y + 0.07), (0, y + 0.085)), WHITE)
        return
    if look.lips:
        corner = ((half, y - 0.03),) * 2
        pen.shape(mirrored((0, y - 0.06), (0.1, y - 0.08), *corner, (0.12, y + 0.11), (0, y + 0.12)), lip)
    lift = 0.03 if kind == "side" else 0
    left = [(-half, y - 0.05), (-half * 0.5, y + 0.02), (0, y + 0.04)]
    right = [(half * 0.5, y + 0.02 - lift), (half, y - 0.05 - 2 * lift)]
    pen.line([*left, *right], 0.055, mix(lip, BLACK, 0.35))


def _eyes(pen: Pen, look: Look) -> None:
    apart = look.chance.between("apart", 0.37, 0.43) * look.wide
    iris = look.chance.pick("iris", _IRISES[:3] if sum(look.skin) < 480 else _IRISES)
    brow = _DARK_HAIR[1] if look.hair.cloth or not (look.hair.front or look.hair.front_balls) else look.hair_colour
    brow = mix(mix(look.skin, brow, 0.85), BLACK, 0.15)
    raised, bent = look.chance.between("raised", 0, 0.07), look.chance.between("bent", 0.0, 0.06)
    weight = 0.075 if look.lips else look.chance.between("weight", 0.085, 0.115)
    for side in (-1, 1):
        x = side * apart
        pen.ball(x, 0, 0.165, 0.115, mix(WHITE, look.skin, 0.12))
        pen.ball(x, 0, 0.105, 0.115, iris)
        pen.ball(x, 0.005, 0.055, 0.06, BLACK)
        pen.ball(x + 0.04, -0.045, 0.032, 0.032, WHITE)
        lid = [(x - 0.17, -0.01), (x - 0.1, -0.09), (x, -0.12), (x + 0.1, -0.09), (x + 0.17, -0.01)]
        pen.line(lid, 0.055 if look.lips else 0.042, mix(look.skin, BLACK, 0.75))
        top = -0.36 - raised - bent
        arch = [(-0.21, -0.33 - raised), (-0.06, top), (0.1, top), (0.24, -0.26 - raised)]
        arch = [(x + side * out, y) for out, y in arch]
        pen.line(arch, weight, brow)


def _nose(pen: Pen, look: Look) -> None:
    long, shade = look.chance.between("nose", 0.36, 0.46), mix(_shade(look), BLACK, 0.06)
    if look.chance.happens("soft nose", 0.5):
        pen.line([(-0.13, long - 0.03), (-0.06, long + 0.03), (0.06, long + 0.03), (0.13, long - 0.03)], 0.055, shade)
    else:
        pen.line([(0.04, 0.06), (0.1, long - 0.1), (0.11, long), (0.0, long + 0.03), (-0.07, long + 0.01)], 0.05, shade)


def _glasses(pen: Pen, look: Look) -> None:
    if not look.glasses:
        return
    frame = look.chance.pick("frame", _FRAMES)
    ry, corner = (0.27, 0.27) if look.glasses == "round" else (0.22, 0.09)
    for side in (-1, 1):
        pen.ring(side * 0.42, 0.02, 0.29, ry, 0.045, frame, corner)
        if look.glasses == "browline":
            pen.line([(side * 0.15, -0.19), (side * 0.4, -0.21), (side * 0.69, -0.18)], 0.09, frame)
        pen.line([(side * 0.7, -0.04), (side * 0.98 * look.wide, -0.09)], 0.045, frame)
    pen.line([(-0.14, -0.02), (0, -0.07), (0.14, -0.02)], 0.045, frame)
