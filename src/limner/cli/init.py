"""`limner init`: write a commented settings file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from limner.cli.say import tell
from limner.errors import SettingsError
from limner.settings import DEFAULT_FILE


@click.command("init")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=DEFAULT_FILE)
def command(file: Path) -> None:
    """Write a commented settings file, limner.toml if no other name is given. Nothing is overwritten."""
    text = resources.files("limner.cli").joinpath("limner.toml").read_text("utf-8")
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise SettingsError(f"{file} is there already", hint="nothing was changed; name another file") from None
    except OSError as why:
        raise SettingsError(f"cannot write {file}: {why.strerror}") from None
    tell(f"wrote {file}; next: put photos into the folder it names, then `limner sync` and `limner serve`")
