import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from limner.demo.pen import Pen, _smooth, colours, mirrored, mix

coordinates = st.floats(-3, 3)
outlines = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=12)


@given(outlines, st.booleans())
def test_a_curve_runs_through_every_point_that_is_given(points, closed):
    curve = _smooth(points, closed=closed)
    for point in points:
        assert any(near == pytest.approx(point, abs=1e-9) for near in curve)


def test_a_point_given_twice_makes_a_corner():
    """Beside a corner the curve stays on the straight line to it; beside any other point it swings out."""
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    assert min(x for x, _ in _smooth(square, closed=True)) < -0.05
    cornered = [point for point in square for _ in range(2)]
    assert all(min(x, y) == 0 or max(x, y) == 1 for x, y in _smooth(cornered, closed=True))


@given(outlines)
def test_a_mirrored_outline_is_its_own_mirror_image(right):
    outline = mirrored(*right)
    assert {(-x, y) for x, y in outline} == set(outline)
    assert outline[: len(right)] == right


def test_colours_mix_from_one_to_the_other():
    black, white = colours("000000 ffffff")
    assert [mix(black, white, share) for share in (0, 0.5, 1)] == [black, (128, 128, 128), white]


def test_a_pen_draws_in_face_units():
    canvas = Image.new("RGB", (100, 100))
    Pen(canvas, unit=10, middle=(50, 40)).ball(2, 1, 1, 1, (9, 9, 9))
    assert canvas.getbbox() == (60, 40, 81, 61)
