from pathlib import Path

import pytest
from bench.faces import draw
from bench.sync import plain_renditions, same_renditions

from limner.picture import CEILINGS, LADDER, portrait


@pytest.mark.parametrize("side", [LADDER[-1], 240])
def test_the_bare_loop_makes_the_very_bytes_that_limner_makes(tmp_path: Path, side: int) -> None:
    """Otherwise the ratio of the two would compare recipes: a loop that does more, or less, flatters one of them."""
    file = tmp_path / "face.jpg"
    file.write_bytes(draw(7, side))
    made = portrait(file).renditions
    assert all(len(body) < min(CEILINGS.values()) for rung, body in made.items() if rung <= 160)  # none is reached
    assert same_renditions(file) == made


def test_the_plain_loop_makes_every_rung_but_not_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "face.jpg"
    file.write_bytes(draw(7, LADDER[-1]))
    made = plain_renditions(file)
    assert list(made) == list(LADDER)
    assert made != same_renditions(file)
