"""The nearest command. What users see of it is in test_cli.py."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from limner.cli.noun import Folder, Noun

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


def test_a_folders_commands_are_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "colours"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "light_blue.py").write_text("import click\ncommand = click.Command('light-blue')\n")
    (package / "broken.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    folder = Folder("colours", package="colours")
    context = click.Context(folder)
    assert folder.list_commands(context) == ["broken", "light-blue"]
    assert folder.resolve_command(context, ["light-blue"])[0] == "light-blue"
    with pytest.raises(click.UsageError, match="did you mean 'light-blue'"):
        folder.resolve_command(context, ["light_blue"])
