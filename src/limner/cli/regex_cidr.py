"""`limner regex-cidr`: which addresses does this regular expression really admit?"""

from __future__ import annotations

import click

from limner.cli import say
from limner.pattern.doubts import doubts
from limner.pattern.lists import networks_of
from limner.pattern.read import Admitted, admitted, read

SHOWN = 1000  # networks in a text report


@click.command("regex-cidr", short_help="Say which addresses a regular expression admits.")
@click.argument("regex")
@click.option("--ignore-case", is_flag=True, help="As [NC] of a RewriteCond, or nginx's ~*.")
@click.option("--expect", multiple=True, metavar="CIDR", help="What it is meant to admit; may be repeated.")
@say.as_json
@click.pass_context
def command(ctx: click.Context, regex: str, ignore_case: bool, expect: tuple[str, ...], as_json: bool) -> None:
    """Say exactly which addresses a regular expression on REMOTE_ADDR admits, as networks, and what is doubtful in it.

    The expression is searched in the address as servers write it, as RewriteCond and nginx do. Exit status 1: it
    admits something else than `--expect` says, or, without that, something in it is doubtful.
    """
    found = read(regex, ignore_case=ignore_case)
    doubtful = list(doubts(regex, found, ignore_case=ignore_case))
    wanted = admitted(networks_of(expect)) if expect else None
    more = found - wanted if wanted is not None else None
    less = wanted - found if wanted is not None else None
    if as_json:
        say.print_json(
            {
                "addresses": found.size,
                "networks": _networks(found),
                "doubts": doubtful,
                "as_expected": None if wanted is None else not (more or less),
                "beyond": None if more is None else _networks(more),
                "lacking": None if less is None else _networks(less),
            }
        )
    else:
        _print(found)
        for doubt in doubtful:
            say.warn(doubt)
        for label, part in (("beyond what is expected", more), ("lacking", less)):
            if part:
                say.echo(f"{label}: {part.size:,} address{'' if part.size == 1 else 'es'}, such as {part.example}")
                _print(part, indent="  ")
    if doubtful if wanted is None else more or less:
        ctx.exit(1)


def _networks(found: Admitted) -> list[str] | None:
    """Give the networks; None: there are too many."""
    networks = found.networks()
    return None if networks is None else networks.cidrs()


def _print(found: Admitted, indent: str = "") -> None:
    if not found:
        say.echo(f"{indent}no address")
        return
    networks = _networks(found)
    if networks is None:
        say.echo(f"{indent}{found.size:,} addresses in too many networks to list, the first of them {found.example}")
        return
    for network in networks[:SHOWN]:
        say.echo(f"{indent}{network}")
    if len(networks) > SHOWN:
        say.echo(f"{indent}and {len(networks) - SHOWN:,} more networks; --json has them all")
