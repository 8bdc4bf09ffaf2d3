from hypothesis import given
from hypothesis import strategies as st

from limner.library.ladder import rungs_for
from limner.picture import LADDER


@given(st.integers(1, 4000), st.sets(st.sampled_from(LADDER)))
def test_the_next_rung_up_comes_first_then_smaller_ones(size: int, there: set[int]) -> None:
    mask = sum(1 << LADDER.index(rung) for rung in there)
    up = sorted(rung for rung in there if rung >= min(size, LADDER[-1]))[:1]
    down = sorted((rung for rung in there if rung < size and rung not in up), reverse=True)
    assert rungs_for(size)(mask) == up + down
