"""A table's `kind` chooses what it is."""

from typing import Annotated, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from limner.settings import FolderSource, Section
from limner.settings.sources.kind import ByKind, kind_of


class Apple(Section):
    kind: Literal["apple"] = Field(description="")
    colour: str = Field(description="")


class Pear(Section):
    kind: Literal["pear"] = Field(description="")
    weight: int = Field(description="")


Fruit = TypeAdapter(list[Annotated[Apple | Pear, ByKind(Apple, Pear)]])


def test_each_kind_has_settings_of_its_own():
    apple, pear = Fruit.validate_python([{"kind": "apple", "colour": "red"}, {"kind": "pear", "weight": 3}])
    assert (apple, pear) == (Apple(kind="apple", colour="red"), Pear(kind="pear", weight=3))
    assert Fruit.validate_python([apple, pear]) == [apple, pear]


@pytest.mark.parametrize(
    ("table", "mistake", "place"),
    [
        ({"kind": "pear", "colour": "red", "weight": 3}, "extra_forbidden", (0, "{pear}", "colour")),
        ({"kind": "apple"}, "missing", (0, "{apple}", "colour")),
        ({"kind": "plum"}, "union_tag_invalid", (0,)),
        ({"kind": ["apple"]}, "union_tag_invalid", (0,)),
        ({}, "union_tag_not_found", (0,)),
        (1, "union_tag_not_found", (0,)),
    ],
)
def test_only_the_mistakes_of_the_kind_that_was_meant_are_told(table, mistake, place):
    with pytest.raises(ValidationError) as caught:
        Fruit.validate_python([table])
    assert [(found["type"], found["loc"]) for found in caught.value.errors()] == [(mistake, place)]


def test_a_section_says_its_kind():
    assert (kind_of(Apple), kind_of(FolderSource), kind_of(Section)) == ("apple", "folder", None)
