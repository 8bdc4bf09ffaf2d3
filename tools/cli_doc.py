"""Write the help of all commands into docs/cli.md, between the marks there; `--check` only says if it is stale."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from limner.cli import limner

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
WIDTH = 100
_PART = re.compile(r"(<!-- help: (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)


def commands(group: click.Group, above: click.Context | None = None) -> Iterator[tuple[str, str]]:
    """Yield the line and the help text of every command, those that have verbs first."""
    context = click.Context(
        group, parent=above, info_name=group.name, terminal_width=WIDTH, **({} if above else group.context_settings)
    )
    yield context.command_path, context.get_help()
    for verb in group.list_commands(context):
        command = group.get_command(context, verb)
        if isinstance(command, click.Group):
            yield from commands(command, context)
        elif command is not None:
            below = click.Context(command, parent=context, info_name=verb, terminal_width=WIDTH)
            yield below.command_path, below.get_help()


def renewed(page: str) -> str:
    """Give the page with the help texts as they are now. Raises KeyError for a command that there is not."""
    texts = dict(commands(limner))
    return _PART.sub(lambda part: f"{part[1]}```\n{texts[part[2]]}\n```\n{part[3]}", page)


def main() -> None:
    """Renew the page, or check it."""
    page = PAGE.read_text("utf-8")
    fresh = renewed(page)
    if "--check" in sys.argv[1:]:
        if fresh != page:
            sys.exit(f"{PAGE.name} is stale; renew it: python tools/cli_doc.py")
    else:
        PAGE.write_text(fresh, "utf-8")


if __name__ == "__main__":
    main()
