import pytest
from bench.contest import HEADINGS, Figures, cheapest, ratio, row


def figures(*cpu: float) -> Figures:
    rounds = len(cpu)
    return Figures(cpu=list(cpu), rate=[50_000.0] * rounds, p50=[300] * rounds, p99=[900] * rounds)


def test_noise_that_both_share_in_a_round_leaves_the_ratio_as_it_is() -> None:
    assert ratio([10, 40, 11], [20, 80, 22]) == pytest.approx(0.5)


def test_the_better_setup_of_a_peer_is_the_one_compared_with() -> None:
    measured = {"nginx, on": figures(13, 14, 13), "nginx, off": figures(11, 30, 11), "h2o": figures(1, 1, 1)}
    assert cheapest(measured, "nginx") == "nginx, off"
    assert cheapest(measured, "Apache") is None


def test_a_server_that_did_not_get_its_core_shows() -> None:
    """10 us at 50,000/s is half a core: the other half was somebody else's."""
    cells = dict(zip(HEADINGS, row("x", figures(10)), strict=True))
    assert cells["of a core"] == "50%"
