"""`limner cidr-regex`: networks to one regular expression."""

from __future__ import annotations

from pathlib import Path

import click

from limner.cli import say
from limner.pattern.lists import networks_of
from limner.pattern.write import write, write_lines

LIST_LIMIT = 50_000_000  # characters of a list


@click.command("cidr-regex", short_help="Write networks as one regular expression.")
@click.argument("networks", nargs=-1, metavar="CIDR...")
@click.option("--from", "file", type=click.Path(path_type=Path, allow_dash=True), help="A file with more; - is input.")
@click.option("--exclude", multiple=True, metavar="CIDR", help="What to leave out; may be repeated.")
@click.option("--any-spelling", is_flag=True, help="Take every spelling of IPv6, not only the canonical.")
@click.option("--posix", is_flag=True, help="Write [0-9], not \\d.")
@click.option(
    "--line-limit", type=click.IntRange(min=10), metavar="N", help="Write several, none longer than N characters."
)
@say.as_json
def command(
    networks: tuple[str, ...],
    file: Path | None,
    exclude: tuple[str, ...],
    any_spelling: bool,
    posix: bool,
    line_limit: int | None,
    as_json: bool,
) -> None:
    """Write networks, addresses and ranges (10.0.0.5-10.0.0.9) as one anchored regular expression.

    It takes an address as servers write it (10.1.2.3; 2001:db8::1) exactly when the address is in the networks: for a
    RewriteCond on REMOTE_ADDR, a log filter, or wherever else only a regular expression will do.
    """
    texts = [*networks, *([_read(file)] if file else [])]
    if not texts:
        raise click.UsageError("name a network, or a file of them with --from")
    wanted = networks_of(texts) - networks_of(exclude)
    if line_limit:
        lines = write_lines(wanted, line_limit, any_spelling=any_spelling, no_escapes=posix)
    else:
        lines = [write(wanted, any_spelling=any_spelling, no_escapes=posix)]
    if as_json:
        say.print_json({"networks": wanted.cidrs(), "any_spelling": any_spelling, "regexes": lines})
        return
    for line in lines:
        say.echo(line)


def _read(file: Path) -> str:
    try:
        with click.open_file(str(file), "r", encoding="utf-8", errors="replace") as stream:
            text: str = stream.read(LIST_LIMIT)
            return text
    except OSError as why:
        raise click.UsageError(f"cannot read {file}: {why.strerror}") from None
