"""`limner init`: write a commented settings file."""

from __future__ import annotations

import shlex
from importlib import resources
from pathlib import Path

import click

from limner.cli import say
from limner.errors import SettingsError
from limner.settings import DEFAULT_FILE


@click.command("init", short_help="Write a commented settings file.")
@click.argument("file", type=click.Path(path_type=Path), default=DEFAULT_FILE)
@say.as_json
def command(file: Path, as_json: bool) -> None:
    """Write a commented settings file, limner.toml if no other name is given. Nothing is overwritten."""
    text = resources.files("limner.cli").joinpath("limner.toml").read_text("utf-8")
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise SettingsError(f"{file} is there already", hint="nothing was changed; name another file") from None
    except (OSError, ValueError) as why:
        reason = why.strerror if isinstance(why, OSError) else why
        raise SettingsError(f"cannot write {file}: {reason}", hint="the folder has to be there") from None
    if as_json:
        say.print_json({"file": str(file)})
    option = "" if str(file) == DEFAULT_FILE else f" -c {shlex.quote(str(file))}"
    say.tell(f"wrote {file}; put photos into the folder `photos` beside it, then: limner sync{option}")
