"""`limner cell reach`: who can talk with whom in a cell, and who cannot."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from limner.cli import cell_places, say

if TYPE_CHECKING:
    from limner.cell.reach import Pair, Reach

SHOWN = 40  # pairs that cannot talk, and as many that are open, that are printed; JSON has all
_COLUMNS = ("", "CALLER", "CALLS", "VIA", "AGREED ON", "PAIRS")


@click.command("reach")
@cell_places.path
@cell_places.nodes
@click.option("--clients", type=click.Path(path_type=Path), metavar="FILE", help="Outside clients; see `clients`.")
@click.option("--roles", type=click.Path(path_type=Path), metavar="FILE", help="What servers are for, in TOML.")
@cell_places.jdk
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write one page with the matrix, too.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    place: Path,
    nodes: tuple[str, ...],
    clients: Path | None,
    roles: Path | None,
    jdk: str | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Work out who can talk with whom in the cell at PATH, by what protocol and cipher suite, or why not.

    PATH is a profile of the deployment manager, its config folder, or a backup of it. Looked at are the pairs that
    must be able to talk, and outside clients. What a server is for is guessed from its name; FILE of --roles says it:
    a table [roles] with lines such as "node/server" = "meeting proxy". Exit status 1: a pair that must talk cannot.
    """
    from limner.cell.reach import reach as work_out
    from limner.cell.reach import read_clients, read_roles, write_page
    from limner.cell.reading import read_cell
    from limner.cli.cell.show import read_jdk

    table = read_clients(clients)
    cell = read_cell(place, cell_places.read_nodes(nodes))
    found = work_out(cell, table, read_roles(roles, cell) if roles else None, read_jdk(jdk))
    if html is not None:
        write_page(found, html)
    if as_json:
        say.print_json(_as_dict(found))
    else:
        _print(found)
    for note in [*(f"{note.file}: {note.text}" for note in cell.notes), *found.notes]:
        say.warn(note)
    if html is not None:
        say.tell(f"wrote {html}")
    if not found.sound:
        ctx.exit(1)


def _as_dict(found: Reach) -> dict[str, object]:
    return {
        "cell": found.cell,
        "sound": found.sound,
        "at": found.at.isoformat(),
        "roles": [{"process": label, "role": role, "given": given} for label, role, given in found.roles],
        "notes": list(found.notes),
        "pairs": [_pair(pair) for pair in found.pairs],
    }


def _pair(pair: Pair) -> dict[str, object]:
    outcome = pair.outcome
    return {
        "caller": pair.caller,
        "caller_role": pair.caller_role,
        "target": pair.target,
        "target_role": pair.target_role,
        "endpoint": pair.endpoint,
        "via": pair.via,
        "needed": pair.needed,
        "why": pair.why or None,
        "answer": outcome.answer.value,
        "protocol": outcome.protocol.value if outcome.protocol else None,
        "suite": outcome.suite.name if outcome.suite else None,
        "refusals": [
            {"reason": each.reason.value, "by": each.by.value, "text": each.text} for each in outcome.refusals
        ],
        "uncertain": list(outcome.uncertain),
        "caller_setting": pair.caller_setting,
        "target_setting": pair.target_setting,
    }


def _print(found: Reach) -> None:
    from limner.cell.suites import Answer

    no, unsure, yes = (found.needed(answer) for answer in (Answer.NO, Answer.OPEN, Answer.YES))
    say.echo(f"cell {found.cell}: of {len(no) + len(unsure) + len(yes)} pairs that must talk "
             f"{len(yes)} can, {len(no)} cannot, {len(unsure)} are open")  # fmt: skip
    for title, pairs in (("cannot talk:", no), ("open:", unsure)):
        if pairs:
            _print_wanting(title, pairs)
    if yes:
        say.echo("")
        say.echo("can talk:")
        say.print_table(_counted(yes), _COLUMNS)
    others = [pair for pair in found.pairs if not pair.needed]
    if others:
        say.echo("")
        say.echo("other clients, of which nobody said that they must get in:")
        say.print_table(_doors(others), ("CALLER", "GETS IN", "OPEN", "DOES NOT"))
    guessed = [f"{label} = {role}" for label, role, given in found.roles if not given]
    if guessed:
        more = f", and {len(guessed) - SHOWN} more" if len(guessed) > SHOWN else ""
        say.echo("")
        say.echo(f"roles guessed by name (--roles sets them): {'; '.join(guessed[:SHOWN])}{more}")


def _print_wanting(title: str, pairs: list[Pair]) -> None:
    """Print pairs that cannot talk, or may not, those of the same reason together."""
    reasons: dict[tuple[str, ...], list[Pair]] = {}
    for pair in pairs[:SHOWN]:
        outcome = pair.outcome
        reasons.setdefault((*(each.text for each in outcome.refusals), *outcome.uncertain), []).append(pair)
    say.echo("")
    say.echo(title)
    for texts, same in reasons.items():
        for text in texts:
            say.echo(f"  {text}")
        say.print_table(
            ("    ", f"{pair.caller} -> {pair.target}", pair.via, pair.caller_setting, "->", pair.target_setting)
            for pair in same
        )
    if len(pairs) > SHOWN:
        say.echo(f"  ... and {len(pairs) - SHOWN} more: --json has all of them")


def _doors(pairs: list[Pair]) -> list[tuple[str, ...]]:
    """Sum up by client which roles it reaches."""
    from limner.cell.suites import Answer

    found: dict[str, dict[Answer, dict[str, None]]] = {}
    for pair in pairs:
        answers = found.setdefault(pair.caller, {Answer.YES: {}, Answer.OPEN: {}, Answer.NO: {}})
        answers[pair.answer][pair.target_role] = None
    return [(caller, *(", ".join(roles) or "-" for roles in answers.values())) for caller, answers in found.items()]


def _counted(pairs: list[Pair]) -> list[tuple[str, ...]]:
    """Sum pairs up by roles and what they agree on."""
    from limner.cell.suites import Answer

    signs = {Answer.YES: "yes", Answer.NO: "no", Answer.OPEN: "open"}
    counts: Counter[tuple[str, ...]] = Counter()
    for pair in pairs:
        outcome = pair.outcome
        agreed = f"{outcome.protocol.value} {outcome.suite.name}" if outcome.protocol and outcome.suite else ""
        if outcome.answer is Answer.NO and outcome.refusals:
            agreed = outcome.refusals[0].text
        caller = pair.caller if pair.caller_role == "outside" else pair.caller_role
        counts[signs[outcome.answer], caller, pair.target_role, pair.via, agreed] += 1
    return [(*key, str(count)) for key, count in counts.items()]
