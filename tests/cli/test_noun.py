"""The nearest command. What users see of it is in test_cli.py."""

from __future__ import annotations

import click
import pytest

from limner.cli.noun import Noun

group = Noun("colour", commands=[click.Command("mix"), click.Command("paint")])


def resolve(name: str) -> str | None:
    return group.resolve_command(click.Context(group), [name])[0]


def test_a_command_that_there_is() -> None:
    assert resolve("mix") == "mix"


@pytest.mark.parametrize(
    ("name", "said"), [("pain", "did you mean 'paint'?"), ("zzz", "there are: mix, paint"), ("", "there are")]
)
def test_a_command_that_there_is_not(name: str, said: str) -> None:
    with pytest.raises(click.UsageError, match=f"there is no command {name!r}; {said.replace('?', '[?]')}"):
        resolve(name)
