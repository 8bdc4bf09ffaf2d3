"""Mistakes in a change or a plan are told with their places, all at once."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from limner.cell.plan.part import MOST, Part, mistakes


class Inner(Part):
    name: str


class Outer(Part):
    inner: list[Inner]
    flag: bool = False


def test_places_count_from_one() -> None:
    with pytest.raises(ValidationError) as why:
        Outer.model_validate({"inner": [{"name": "a"}, {"name": 1, "nam": "b"}], "flag": "yes"})
    assert mistakes(why.value) == [
        'inner[2].name: write a text in quotation marks: "..."',
        "inner[2].nam: there is no such setting",
        "flag: write true or false, without quotation marks",
    ]


def test_there_is_an_end_of_mistakes() -> None:
    with pytest.raises(ValidationError) as why:
        Outer.model_validate({"inner": [{} for _ in range(MOST + 7)]})
    told = mistakes(why.value)
    assert (len(told), told[-1]) == (MOST + 1, "and 7 more mistakes")
