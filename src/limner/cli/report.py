"""`limner report`: who has a photo, and what is wrong with those that there are."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from limner import report, settings, whole
from limner.cli import say
from limner.errors import LimnerError
from limner.library import Library, open_library
from limner.picture import LADDER
from limner.report import Face, Figures

SMALL = 160  # pixels: what Sametime and the mail form show
SHOWN = 15  # rows of a list in the terminal


@click.command("report", short_help="Who has a photo, and who has not.")
@click.option("--by", default="source", metavar="ATTRIBUTE", help="Count by this: source, domain, or an attribute.")
@click.option("--small", default=SMALL, type=click.IntRange(1, 2048), help="Pixels below which a photo is too small.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a line for each person, for spreadsheets.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page with charts to FILE.")
@say.config
@say.as_json
def command(by: str, small: int, as_csv: bool, html: Path | None, file: Path | None, as_json: bool) -> None:
    """Say who has a photo and who has not, by department or whatever the sources tell of people; how large and how old
    photos are; which picture several people have, often a logo; and which are too small.
    """
    if as_csv and as_json:
        raise click.UsageError("CSV and JSON cannot both go to standard output")
    library = open_library(settings.load(file).place, readonly=True)
    try:
        faces: list[Face] = []
        figures = report.look(library, by, small, each=faces.append if as_csv else lambda face: None)
        _refuse_unknown(figures, library)
        if html is not None:
            page = report.page(figures, lambda digest: _small(library, digest), datetime.now().astimezone())
            whole.write(html, page, 0o640)
            say.tell(f"wrote {html}")
    finally:
        library.close()
    if as_csv:
        shared = Counter({one.digest: one.people for one in figures.duplicates})
        shared.update(face.record.digest for face in faces if face.record.digest and face.record.digest not in shared)
        report.write_csv(faces, shared, sys.stdout)
    elif as_json:
        say.print_json(as_dict(figures))
    elif html is None:
        _print(figures)


def as_dict(figures: Figures) -> dict[str, object]:
    """Give the figures as `limner report --json` prints them."""
    return {
        "people": figures.people,
        "with_photo": figures.with_photo,
        "pictures": figures.pictures,
        "bytes": figures.bytes,
        "by": figures.by,
        "groups": [
            {"name": group.name, "people": group.people, "with_photo": group.with_photo} for group in figures.groups
        ],
        "sizes": [{"pixels": pixels, "people": count} for pixels, count in figures.sizes.items()],
        "ages": [{"age": age, "people": count} for age, count in figures.ages.items()],
        "duplicates": [
            {"digest": one.digest.hex(), "people": one.people, "labels": one.labels} for one in figures.duplicates
        ],
        "small": [{"label": label, "pixels": pixels} for label, pixels in figures.small],
        "missing": figures.missing,
    }


def _refuse_unknown(figures: Figures, library: Library) -> None:
    """Say which attributes there are, where nobody has the one that was asked for."""
    if figures.people and all(group.name == report.NOTHING for group in figures.groups) and figures.by != "domain":
        known = sorted({name for _, record in library.people() for name in record.attributes})
        raise LimnerError(
            f"nobody in the library has {figures.by[:60]!r}",
            hint=f"there are: {', '.join(['source', 'domain', *known])}; `attributes` of a [[source]] says more",
        )


def _small(library: Library, digest: bytes) -> bytes | None:
    return library.picture(digest, LADDER[3])


def _print(figures: Figures) -> None:
    none = figures.people - figures.with_photo
    say.echo(f"{figures.people} people, {figures.with_photo} with a photo ({figures.share:.1%}), {none} without")
    _list(figures.by, [(g.name, str(g.people), str(g.with_photo), f"{g.share:.0%}") for g in figures.groups],
          ("people", "with photo", "share"))  # fmt: skip
    _list("largest size", [(f"up to {p} px", str(n)) for p, n in figures.sizes.items() if n], ("people",))
    _list("age of photo", [(age, str(count)) for age, count in figures.ages.items() if count], ("people",))
    _list("same picture", [(str(one.people), _names(one.labels)) for one in figures.duplicates], ("who",))
    _list(
        f"under {figures.small_under} px", [(label, f"up to {pixels} px") for label, pixels in figures.small], ("size",)
    )
    _list("no photo", [(label,) for label in figures.missing], ())


def _list(title: str, rows: list[tuple[str, ...]], more: tuple[str, ...]) -> None:
    if not rows:
        return
    say.echo("")
    say.print_table(rows[:SHOWN], (title, *more))
    if len(rows) > SHOWN:
        say.echo(f"... and {len(rows) - SHOWN} more; --json and --csv have all")


def _names(labels: list[str]) -> str:
    return ", ".join(labels[:3]) + (", ..." if len(labels) > 3 else "")
