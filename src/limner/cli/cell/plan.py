"""`limner cell plan`: how to change the TLS of a cell so that nobody is locked out, or why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from limner.cli import cell_places, say
from limner.cli.cert_password import asker, password_file

if TYPE_CHECKING:
    from limner.cell.model import Cell
    from limner.cell.plan import Change, Made, Phase, Refused

SHOWN = 40  # pairs that would break, that are printed; JSON has all
_file = click.Path(path_type=Path)


@click.command("plan")
@cell_places.path
@click.argument("wanted", metavar="CHANGE.toml", type=_file)
@cell_places.nodes
@click.option("--clients", type=_file, metavar="FILE", help="Outside clients; see `clients`.")
@click.option("--roles", type=_file, metavar="FILE", help="What servers are for, in TOML.")
@cell_places.jdk
@password_file
@click.option("-o", "--output", type=_file, metavar="PLAN", help="Write the plan, for `limner cell script`.")
@say.as_json
@click.pass_context
def command(
    ctx: click.Context,
    place: Path,
    wanted: Path,
    nodes: tuple[str, ...],
    clients: Path | None,
    roles: Path | None,
    jdk: str | None,
    password_file: Path | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Plan how the cell at PATH becomes what CHANGE.toml wants, with no pair that must talk broken at any moment.

    PATH is as `limner cell show` takes it. The pairs, --clients and --roles are those of `limner cell reach`. Nothing
    is changed: the plan is printed, and with -o written. FILE of --password-file is for the certificates that
    CHANGE.toml brings. Exit status 1: the change is refused, because pairs would break; they are named, and the
    nearest change that works.
    """
    from limner.cell.plan import Judge, Refused, document, make, nearest, read_change, read_packs, write_plan
    from limner.cell.reach import Roles, read_clients, read_roles
    from limner.cell.reading import read_cell
    from limner.cell.reading.place import read_tree
    from limner.cli.cell.show import read_jdk

    change, table, level = read_change(wanted), read_clients(clients), read_jdk(jdk)
    given = cell_places.read_nodes(nodes)
    cell = read_cell(place, given)
    packs = read_packs(change, wanted.parent, lambda file: asker(file, password_file))
    judge = Judge(cell, table, read_roles(roles, cell) if roles else Roles(), level)
    made = make(cell, change, packs, judge, level)
    for note in cell.notes:
        say.warn(f"{note.file}: {note.text}")
    if isinstance(made, Refused):
        better = nearest(change, made, cell, judge.wanted, lambda each: make(cell, each, packs, judge, level))
        _refuse(made, better, as_json=as_json)
        if len(judge.levels) > 1:
            say.warn("the level of the SDK is not known, and all that there may be are tried: say it with --jdk")
        ctx.exit(1)
    where = {"": str(place.absolute())} | dict(_places(given, cell))
    plan = document(cell, made, level, judge.at, where, read_tree(place).files["security.xml"])
    if as_json:
        say.print_json({"refused": False, "left_out": list(made.left_out), **plan.model_dump(mode="json")})
    else:
        _print(made)
    for told in made.notes:
        say.warn(told)
    if output is not None:
        write_plan(plan, output)
        say.tell(f"wrote {output}: `limner cell script {output} --to FOLDER` makes the scripts")


def _places(given: list[tuple[str, Path]], cell: Cell) -> list[tuple[str, str]]:
    """Give the nodes' places by the nodes' names."""
    from limner.cell.reading.cell import whose
    from limner.cell.reading.place import read_tree

    return [(name or whose(read_tree(place), cell), str(place.absolute())) for name, place in given]


def _refuse(refused: Refused, better: Change | None, *, as_json: bool) -> None:
    if as_json:
        say.print_json({
            "refused": True,
            "broken": [
                {
                    "caller": each.caller,
                    "target": each.wanted.target.label,
                    "endpoint": each.wanted.endpoint,
                    "via": each.wanted.via,
                    "why": each.wanted.why,
                    "moment": each.moment,
                    "before": each.before.answer.value,
                    "after": each.after.answer.value,
                    "reasons": list(each.reasons),
                    "caller_setting": each.caller_setting,
                    "target_setting": each.target_setting,
                }
                for each in refused.broken
            ],
            "nearest": better.text if better else None,
        })  # fmt: skip
        return
    pairs = "pair" if len(refused.broken) == 1 else "pairs"
    say.echo(f"refused: {len(refused.broken)} {pairs} that must talk, and can now, could not any more")
    reasons: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for each in refused.broken[:SHOWN]:
        row = (f"    {each.caller} -> {each.wanted.target.label}", each.wanted.via, each.caller_setting, "->",
               each.target_setting)  # fmt: skip
        reasons.setdefault((each.moment, *each.reasons), []).append(row)
    for (moment, *told), rows in reasons.items():
        say.echo("")
        say.echo(f"{moment}: {'; '.join(told)}")
        say.print_table(rows)
    if len(refused.broken) > SHOWN:
        say.echo(f"  ... and {len(refused.broken) - SHOWN} more: --json has all of them")
    say.echo("")
    if better is None:
        say.echo("no change like it was found that works")
        return
    say.echo("the nearest change that works:")
    say.echo("")
    for line in better.text.splitlines():
        say.echo(line)


def _print(made: Made) -> None:
    if not made.phases:
        say.echo("the cell is as wanted already: there is nothing to do")
    for at, phase in enumerate(made.phases, 1):
        how = "all keep running" if phase.mode == "rolling" else "with servers, proxies and node agents stopped"
        say.echo(f"{at}. {phase.name}: {how}")
        for edit in phase.edits:
            say.echo(f"   {edit.words}")
        if phase.mode == "rolling":
            say.echo(f"   restart: {', '.join(phase.restart) or 'nothing'}")
        _print_stages(phase)
        say.echo("")
    if made.left_out:
        say.echo(f"left as they are, because they cannot: {', '.join(made.left_out)}")


def _print_stages(phase: Phase) -> None:
    """Print how many pairs can talk at each moment; where that is always the same, once."""
    told = [(f"{each.yes} can talk", f"{each.open} open", f"{each.no} cannot") for each in phase.stages]
    if len(set(told)) == 1:
        say.echo(f"   pairs at every moment: {', '.join(told[0])}")
    else:
        say.print_table((f"   {each.name}", *counts) for each, counts in zip(phase.stages, told, strict=True))
