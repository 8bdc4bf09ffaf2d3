"""`limner policy import`: the policy that decides as another web server does."""  # noqa: N999  (a verb's name)

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from limner import settings
from limner.cli import say
from limner.errors import LimnerError
from limner.gateway import written
from limner.gateway.compare import compare
from limner.gateway.meaning import meaning_of
from limner.gateway.reading import kinds
from limner.gateway.reading.reading import Reading
from limner.pattern.lists import networks_of
from limner.policy.networks import Networks, format_address

SHOWN = 20  # networks of a difference


@click.command("import", short_help="Write the policy that decides as another web server does.")
@click.argument("file", metavar="FILE")
@click.option("--expect", multiple=True, metavar="NET", help="What it should let in without a cookie; may be repeated.")
@click.option("--exact-cookies", is_flag=True, help="Take limner's exact cookies where the server's test is wider.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, which must be new."
)
@say.as_json
@click.pass_context
def command(
    ctx: click.Context, file: str, expect: tuple[str, ...], exact_cookies: bool, output: Path | None, as_json: bool
) -> None:
    """Read a configuration of Apache, IHS, nginx, HAProxy or Caddy, and write settings that decide the same.

    What FILE is, is told from its text; apache:FILE, nginx:FILE, haproxy:FILE and caddy:FILE say it. Where its
    addresses differ from what a comment or --expect says, that is shown. What is not understood is named, and lets
    nobody in; where that cannot be, nothing is written. Exit status 1: something is doubtful, closed, or not as it is
    expected.
    """
    reading = kinds.read(file)
    result = written.imported(reading, exact_cookies=exact_cookies)
    text = written.toml(reading, result)
    _prove(text, result)
    difference = _difference(result, expect) if expect else None
    if output is not None:
        _write(output, text)
    sound = not (result.closed or any(remark.doubtful for remark in reading.remarks) or (difference or _SAME).any)
    if as_json:
        say.print_json(_as_dict(reading, result, difference) | {"sound": sound})
    else:
        if output is None:
            click.echo(text, nl=False)
        _tell(reading, result, difference)
    if output is not None:
        say.tell(f"wrote {output}")
    if not sound:
        ctx.exit(1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Addresses that are let in beyond what is expected, and expected ones that are not."""

    beyond: Networks
    lacking: Networks

    @property
    def any(self) -> bool:
        """Whether there is a difference."""
        return bool(self.beyond or self.lacking)


_SAME = Difference(Networks(), Networks())


def _difference(result: written.Imported, expect: tuple[str, ...]) -> Difference:
    wanted = networks_of(expect)
    return Difference(result.open - wanted, wanted - result.open)


def _prove(text: str, result: written.Imported) -> None:
    """Read what is to be written, and see that it decides as what was read. Raises LimnerError."""
    policy = settings.parse(text.encode(), Path("the policy")).policy
    found = compare(result.meaning, meaning_of(policy))
    if found.relation != "equivalent":
        raise LimnerError(f"the policy would not decide the same about {found.only_a or found.only_b}")


def _tell(reading: Reading, result: written.Imported, difference: Difference | None) -> None:
    for remark in sorted(reading.remarks, key=lambda each: each.line):
        (say.warn if remark.doubtful else say.tell)(f"line {remark.line}: {remark.message}")
    for what in result.closed:
        say.warn(f"{what} is not understood; nobody is let in by it")
    for each in result.narrowed:
        say.tell(f"line {each.line}: {each.test} is now the cookie {each.cookie}: {each.lost} is no longer let in")
    for label, networks in (("beyond what is expected", "beyond"), ("lacking", "lacking")):
        part: Networks = getattr(difference, networks) if difference is not None else Networks()
        if part:
            size = sum(end - start for start, end in part.intervals())
            first = format_address(next(part.intervals())[0])
            shown = part.cidrs()
            more = f" and {len(shown) - SHOWN:,} more" if len(shown) > SHOWN else ""
            say.warn(
                f"{label}: {size:,} address{'' if size == 1 else 'es'}, such as {first}: "
                f"{', '.join(shown[:SHOWN])}{more}"
            )


def _as_dict(reading: Reading, result: written.Imported, difference: Difference | None) -> dict[str, Any]:
    return {
        "kind": reading.kind,
        "otherwise": {"redirect": reading.redirect} if reading.redirect else 403,
        "allow": written.as_dict(result),
        "remarks": [remark.as_dict() for remark in sorted(reading.remarks, key=lambda each: each.line)],
        "closed": result.closed,
        "narrowed": [each._asdict() for each in result.narrowed],
        "beyond": None if difference is None else difference.beyond.cidrs(),
        "lacking": None if difference is None else difference.lacking.cidrs(),
    }


def _write(file: Path, text: str) -> None:
    """Write a new file, whole or not at all. Raises LimnerError where there is one already."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                os.fchmod(handle, 0o644)
                out.write(text)
                out.flush()
                os.fsync(handle)
            os.link(name, file)
        finally:
            Path(name).unlink(missing_ok=True)
    except FileExistsError:
        raise LimnerError(f"{file} is there already", hint="nothing was changed; name another file") from None
    except (OSError, ValueError) as why:
        raise LimnerError(f"cannot write {file}: {why.strerror if isinstance(why, OSError) else why}") from None
