"""Diagrams of sets: the same sets are the same objects, and behave as sets of numbers do."""

from hypothesis import given
from hypothesis import strategies as st

from limner.pattern.shape import everything, first_of, halved, mask_spans, paired, shape_of, union, without

cuts = st.lists(st.integers(0, 2**32), max_size=8, unique=True).map(sorted)
spans = cuts.map(lambda edges: list(zip(edges[::2], edges[1::2], strict=False)))


def shape(found, width=8, depth=4):
    return shape_of(width, depth, found)


def listed(made):
    return [] if made is None else list(made.spans())


@given(spans)
def test_there_and_back_is_the_same(found):
    assert listed(shape(found)) == found
    assert (shape(found).size if found else 0) == sum(end - start for start, end in found)
    if found:
        assert first_of(shape(found)) == found[0][0]


@given(spans, spans)
def test_equal_sets_are_one_object(one, other):
    assert (shape(one) is shape(other)) == (one == other)


@given(spans, spans)
def test_union_and_difference_are_those_of_sets(one, other):
    edges = sorted({at for span in one + other for at in span})
    both, left = union(shape(one), shape(other)), without(shape(one), shape(other))

    def has(found, at):
        return any(start <= at < end for start, end in found)

    for at in edges + [edge - 1 for edge in edges if edge]:
        if at < 2**32:
            assert has(listed(both), at) == (has(one, at) or has(other, at))
            assert has(listed(left), at) == (has(one, at) and not has(other, at))
    assert union(left, shape(other)) is both
    assert without(left, shape(other)) is left


@given(spans)
def test_octets_and_groups_are_two_views_of_one_set(found):
    made = shape(found)
    if made is not None:
        assert paired(made) is shape(found, 16, 2)
        assert halved(shape(found, 16, 2)) is made


@given(st.integers(0, 2**300))
def test_the_runs_of_a_mask_make_it_up(mask):
    assert sum((1 << end) - (1 << start) for start, end in mask_spans(mask)) == mask


def test_everything_is_full():
    assert everything(8, 4).full
    assert everything(8, 4) is shape([(0, 2**32)])
    assert everything(8, 4).size == 2**32
