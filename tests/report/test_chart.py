"""Bars that say what they say in any case."""

from __future__ import annotations

import xml.etree.ElementTree as Xml

from hypothesis import given
from hypothesis import strategies as st

from limner.report.chart import LABEL, VALUE, WIDTH, Bar, bars

words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=80)
rows = st.lists(st.builds(Bar, words, st.floats(0, 1), words, st.sampled_from([0.0, 1.0])), max_size=8)


@given(words, rows)
def test_any_rows_are_well_formed_and_inside(title: str, rows: list[Bar]) -> None:
    drawn = Xml.fromstring(bars(title, rows))
    assert drawn.get("aria-label") == title
    space = "{http://www.w3.org/2000/svg}"
    groups = drawn.findall(f"{space}g")
    assert [group.find(f"{space}title").text for group in groups] == [f"{row.label}: {row.value}" for row in rows]
    for bar in drawn.iter(f"{space}rect"):
        assert LABEL <= float(bar.get("x")) + float(bar.get("width")) <= WIDTH - VALUE + 2


def test_a_longer_bar_is_longer() -> None:
    drawn = Xml.fromstring(bars("x", [Bar("a", 0.2, ""), Bar("b", 0.4, "")]))
    short, long = (float(bar.get("width")) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect"))
    assert abs(2 * short - long) < 0.2
