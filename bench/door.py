"""The door bench: limner and its peers answer the same random faces with the same bytes, one core each."""

from __future__ import annotations

import random
import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bench import contest, faces, ours, peers
from bench.contest import Contender, Figures
from bench.load import COOKIE, HEADERS, Load, Visitor
from bench.results import Section, Target
from bench.servers import BenchError, Server, open_folder, say

OURS = "limner"
FLOOR = "the floor"
CHECKED = 50  # faces looked at one by one before anything is measured


def bench(*, people: int, rounds: int, seconds: float, peers_only: bool = False) -> Section:
    """Measure the door. Raises BenchError."""
    photos = faces.folder_of(people, 160)
    load = Load(people)
    with open_folder() as folder, ExitStack() as running:
        contenders: list[Contender] = []
        if peers_only:
            www, _ = _copied(photos, folder)
        else:
            library = ours.library_of(photos, folder)
            main = running.enter_context(ours.served(OURS, folder / "ours", library=library))
            audited = ours.served(f"{OURS}, audit trail on too", folder / "audited", library=library, audit=True)
            www, tags = _fetched(main, people, folder)
            contenders = _ours(main, running.enter_context(audited), load, tags)
        photo_bytes = sum(file.stat().st_size for file in (www / "photos").iterdir()) // people
        for peer in peers.all_on(www, folder, photo_bytes):
            server = running.enter_context(peer)
            contenders.append(Contender(server.name, server, load))
        for server in {one.server for one in contenders if one.server.name != FLOOR}:
            _verify(server, www / "photos", people)
        figures = contest.hold(contenders, rounds=rounds, seconds=seconds)
    return _section(figures, people, photo_bytes, load, rounds, seconds)


def _ours(main: Server, audited: Server, load: Load, tags: Path) -> list[Contender]:
    return [
        Contender(OURS, main, load),
        Contender(audited.name, audited, load),
        Contender(f"{OURS}, every request with another token", main, replace(load, visitors=1000)),
        Contender(f"{OURS}, unchanged photos (304)", main, replace(load, tags=tags)),
        Contender(f"{OURS}, refused visits (302)", main, replace(load, cookie=False)),
    ]


def _copied(photos: Path, folder: Path) -> tuple[Path, None]:
    shutil.copytree(photos, folder / "www" / "photos")
    return folder / "www", None


def _fetched(server: Server, people: int, folder: Path) -> tuple[Path, Path]:
    """Fetch every photo from limner, for the peers to serve; give their folder and a file of all ETags, in order."""
    say(f"fetching {people:,} photos for the peers")
    photos, tags = folder / "www" / "photos", []
    photos.mkdir(parents=True)
    visitor = Visitor(server.port)
    for number in range(people):
        status, body, tag = visitor.ask(number)
        if status != 200 or not tag:
            raise BenchError(f"{server.name} answers {status} for {faces.mail(number)}")
        (photos / f"{faces.mail(number)}.jpg").write_bytes(body)
        tags.append(tag)
    visitor.close()
    file = folder / "tags.txt"
    file.write_text("\n".join(tags) + "\n")
    return folder / "www", file


def _verify(server: Server, photos: Path, people: int) -> None:
    """Check that a server gives the right photos to those who may see them, and none to others."""
    allowed, stranger = Visitor(server.port), Visitor(server.port, headers=HEADERS)
    guarded = not server.name.startswith("h2o")
    for number in random.sample(range(people), min(CHECKED, people)):
        right = (photos / f"{faces.mail(number)}.jpg").read_bytes()
        status, body, _ = allowed.ask(number)
        if status != 200 or body != right:
            raise BenchError(f"{server.name} gives the wrong photo of {faces.mail(number)} (status {status})")
        if guarded:
            status, body, _ = stranger.ask(number)
            if status != 302 or right in body:
                raise BenchError(f"{server.name} lets a stranger see {faces.mail(number)} (status {status})")
    allowed.close()
    stranger.close()


def _section(
    figures: dict[str, Figures], people: int, photo_bytes: int, load: Load, rounds: int, seconds: float
) -> Section:
    section = Section(
        title="The door",
        about=(
            f"{people:,} people, photos of {photo_bytes:,} bytes on average, the same bytes from every server; random "
            f"faces over {load.connections} kept-open connections; server on one core, `wrk` on another; the middle of "
            f"{rounds} rounds of {seconds:g} s. Processor time is the whole process tree's, user and system."
        ),
        headings=contest.HEADINGS,
        rows=[contest.row(name, one) for name, one in figures.items()],
        notes=[
            "h2o serves the bare files: it has no rule for cookies and networks here.",
            f"Every visitor sends the same {len(COOKIE['Cookie'])} bytes of cookie, but where a row says otherwise.",
        ],
    )
    if OURS in figures:
        bounds = {"nginx": 0.95, "Apache": 0.2, FLOOR: 1.5}
        for start, bound in bounds.items():
            peer = contest.cheapest(figures, start)
            if peer is None:
                section.notes.append(f"{start} is not installed here: nothing is said about it.")
            else:
                value = contest.ratio(figures[OURS].cpu, figures[peer].cpu)
                section.targets.append(Target(f"CPU per photo, {OURS} / {peer}", value, bound))
    return section
