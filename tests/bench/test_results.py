import pytest
from bench.results import Section, Target, render


@pytest.mark.parametrize(
    ("value", "at_least", "met"),
    [(0.8, True, True), (0.79, True, False), (0.8, False, True), (0.81, False, False)],
)
def test_a_target_is_met_up_to_and_with_its_bound(value: float, at_least: bool, met: bool) -> None:
    assert Target("rate", value, 0.8, at_least=at_least).met is met


def test_a_missed_target_is_written_as_missed() -> None:
    section = Section("The door", "about", ["server", "us"], [["limner", "11"]], [Target("CPU", 1.07, 0.95)])
    page = render([section], "python -m bench")
    assert "| CPU | 1.07 | at most 0.95 | **missed** |" in page
    assert "| limner | 11 |" in page
