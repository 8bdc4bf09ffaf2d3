"""`limner policy compare`: do two policies decide alike, whatever they are written in?"""

from __future__ import annotations

from dataclasses import replace

import click

from limner import settings
from limner.cli import say
from limner.gateway.compare import Witness, compare
from limner.gateway.meaning import NOBODY, Meaning, meaning_of
from limner.gateway.reading import expression, kinds
from limner.gateway.reading.reading import text_of


@click.command("compare", short_help="Say whether two policies let in the same visitors.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--direct", is_flag=True, help="Visitors reach the servers themselves: proxies do not count.")
@say.as_json
@click.pass_context
def command(ctx: click.Context, a: str, b: str, direct: bool, as_json: bool) -> None:
    """Say whether A and B let in the same visitors, and show a visitor for each "no". Exit status 1: they do not.

    A and B are settings files of limner's, exported configurations, or other configurations of Apache, IHS, nginx,
    HAProxy or Caddy. What a file is, is told from its text; apache:FILE, nginx:FILE, haproxy:FILE, caddy:FILE and
    limner:FILE say it. What is not understood in one is named, and then nothing is said of it.
    """
    meanings = [_meaning(where) for where in (a, b)]
    if direct:
        meanings = [replace(meaning, proxies=NOBODY) for meaning in meanings]
    found = compare(*meanings)
    if as_json:
        say.print_json(
            {
                "relation": found.relation,
                "only_a": None if found.only_a is None else found.only_a.as_dict(),
                "only_b": None if found.only_b is None else found.only_b.as_dict(),
                "proxies_differ": found.proxies_differ,
            }
        )
    else:
        say.echo(_SAID[found.relation])
        _print("A", found.only_a)
        _print("B", found.only_b)
        if found.proxies_differ:
            say.echo("  they do not trust the same proxies (--direct leaves that out)")
    if found.relation != "equivalent":
        ctx.exit(1)


_SAID = {
    "equivalent": "equivalent: A and B let in the same visitors",
    "A implies B": "A implies B: whom A lets in, B does too, but not the other way round",
    "B implies A": "B implies A: whom B lets in, A does too, but not the other way round",
    "neither": "neither: A and B decide differently",
}


def _print(which: str, witness: Witness | None) -> None:
    if witness is not None:
        say.echo(f"  only {which} lets in {witness}")


def _meaning(where: str) -> Meaning:
    """Give the meaning of a file. Raises LimnerError."""
    kind, file = kinds.split(where)
    if kind is None and file.suffix == ".toml":
        kind = kinds.LIMNER
    if kind == kinds.LIMNER:
        return meaning_of(settings.load(file).policy)
    text = text_of(file)  # once: it may be a pipe
    kind = kind or kinds.kind_of(text, str(file))
    if kind == kinds.LIMNER:
        return meaning_of(settings.parse(text.encode(), file).policy)
    reading = kinds.READERS[kind](text, str(file))
    try:
        return expression.meaning_of(reading.lets_in, reading.proxies)
    except expression.NotReadError as why:
        raise expression.NotReadError(_placed(why.message, str(file)), hint=why.hint) from None


def _placed(message: str, file: str) -> str:
    return message if message.startswith(file) else f"{file}: {message}"
