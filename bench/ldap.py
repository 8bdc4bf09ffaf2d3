"""The LDAP bench: `limner sync` from a slapd beside `ldapsearch`, which reads the same entries and no more."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import faces, ours
from bench.results import Section, Target
from bench.servers import BenchError, Server, open_folder, say
from bench.slapd import PEOPLE, change, person, slapd
from bench.sync import same_renditions

SIDE = 240  # pixels: photos of about 10 KB
OTHERS = 1_000_000  # the number of the first of other people with the same photos
SMALL = 48  # pixels, of the photos of the large directory
FACES = 1000  # different ones there; making 200,000 pictures would say nothing of memory
PAGE = 250  # entries: what limner asks for at a time, if not told otherwise
ATTRIBUTES = ("entryUUID", "jpegPhoto", "photo", "mail", "mailLocalAddress", "mailAlternateAddress", "uid",
              "displayName", "cn", "departmentNumber", "physicalDeliveryOfficeName", "o", "entryCSN",
              "modifyTimestamp")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took: seconds, processor seconds, and the most memory of one of its processes (MB)."""

    wall: float
    cpu: float
    megabytes: float

    def row(self, name: str) -> list[str]:
        return [name, f"{self.wall:.2f}", f"{self.cpu:.2f}", f"{self.megabytes:,.0f}"]


def bench(*, people: int, many: int, rounds: int) -> Section:
    """Measure first syncs, with pictures known and not, and syncs in which nothing changed. Raises BenchError."""
    photos = faces.folder_of(people, SIDE)
    files = sorted(photos.iterdir())
    size = sum(file.stat().st_size for file in files) // people
    with open_folder() as folder:
        with slapd(folder / "slapd", _people(files)) as server:
            bare, made = _with_pictures(server, folder, files)
            nothing = median_of([_sync(folder / "made.toml") for _ in range(rounds)])
            full = median_of([_sync(folder / "made.toml", "--full") for _ in range(rounds)])
            change(server, 7, files[8].read_bytes())
            one = _sync(folder / "made.toml")
        reads, known = _pictures_known(folder, files, rounds)
        large = _large(folder, many)
    read, first = median_of(reads), median_of(known)
    ratio = median(ours.wall / theirs.wall for theirs, ours in zip(reads, known, strict=True))
    return Section(
        title="A directory (LDAP)",
        about=(
            f"A slapd on this machine with {people:,} people, each with a photo of {SIDE} pixels and {size:,} bytes on "
            f"average, read in pages of {PAGE} without encryption. `ldapsearch` reads the same attributes and writes "
            "them to /dev/null. Start and end of every process count. Memory is the largest of the command's "
            "processes, with the pages of the library that it has mapped."
        ),
        headings=["run", "s", "CPU s", "MB"],
        rows=[
            read.row("`ldapsearch`"),
            first.row("`limner sync`, the first, all pictures known"),
            made.row("`limner sync`, the first, pictures made"),
            ["a bare Pillow loop, the same renditions", f"{bare:.2f}", "", ""],
            nothing.row("`limner sync`, nothing changed"),
            one.row("`limner sync`, one photo changed"),
            full.row("`limner sync --full`, nothing changed"),
            large.row(f"`limner sync`, the first, {many:,} people"),
        ],
        targets=[
            Target("time of a first sync, pictures known / `ldapsearch`", ratio, 2.0),
            Target("rate of a first sync, pictures made / the bare loop", bare / made.wall, 0.8, at_least=True),
            Target("time where nothing changed / a first sync", nothing.wall / made.wall, 0.01),
            Target(f"memory with {many:,} people", large.megabytes, 1000, unit=" MB"),
        ],
        notes=[
            f"The {many:,} people have {FACES:,} different photos of {SMALL} pixels, about 1 KB each.",
            f"Time where nothing changed / a first sync with all pictures known: {nothing.wall / first.wall:.3f}.",
        ],
    )


def _with_pictures(server: Server, folder: Path, files: Sequence[Path]) -> tuple[float, Run]:
    """Sync into an empty library; half of the bare loop goes before it and half after, as the machine may slow down."""
    half = len(files) // 2
    settings = _settings(folder / "made.toml", server, folder / "made")
    bare = _loop(files[:half])
    made = _sync(settings)
    return bare + _loop(files[half:]), made


def _pictures_known(folder: Path, files: Sequence[Path], rounds: int) -> tuple[list[Run], list[Run]]:
    """Sync other people with the same photos into copies of the library; read with `ldapsearch` before each."""
    reads, syncs = [], []
    with slapd(folder / "others", _people(files, OTHERS)) as server:
        for number in range(rounds):
            library = folder / f"known{number}"
            shutil.copytree(folder / "made", library)
            settings = _settings(folder / "known.toml", server, library)
            reads.append(_ldapsearch(server))
            syncs.append(_sync(settings))
            shutil.rmtree(library)
    return reads, syncs


def _people(files: Sequence[Path], start: int = 0) -> Iterator[str]:
    return (person(n, faces.mail(n), file.read_bytes()) for n, file in enumerate(files, start))


def _large(folder: Path, many: int) -> Run:
    """Sync a directory of many people for the first time."""
    pictures = [faces.draw(number, SMALL) for number in range(FACES)]
    everybody = (person(n, faces.mail(n), pictures[n % FACES]) for n in range(many))
    with slapd(folder / "large", everybody) as server:
        return _sync(_settings(folder / "large.toml", server, folder / "many"))


def _settings(file: Path, server: Server, library: Path) -> Path:
    file.write_text(
        f"library = {json.dumps(str(library))}\n"
        f'[[source]]\nkind = "ldap"\nname = "{file.stem}"\ndirectory = "openldap"\nbase = "{PEOPLE}"\n'
        f'servers = "ldap://127.0.0.1:{server.port}"\nstarttls = false\npage_size = {PAGE}\n'
    )
    return file


def _sync(settings: Path, *options: str) -> Run:
    say(f"limner sync {' '.join(options)} ({settings.stem})")
    return run([ours.LIMNER, "sync", "-c", settings, *options])


def _ldapsearch(server: Server) -> Run:
    where = ["-H", f"ldap://127.0.0.1:{server.port}", "-b", PEOPLE, "-E", f"pr={PAGE}/noprompt"]
    return run(["ldapsearch", "-x", "-LLL", *where, "(objectClass=inetOrgPerson)", *ATTRIBUTES])


def run(command: Sequence[str | Path]) -> Run:
    """Run a command to its end. Raises BenchError if it fails."""
    began = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchError(f"{command[0]} {command[1]} failed ({process.returncode})")
    return Run(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3)


def _loop(files: Sequence[Path]) -> float:
    """Make the renditions of photos on all cores, and give the seconds that it took."""
    began = time.monotonic()
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        for _ in pool.imap_unordered(_size, files, chunksize=16):
            pass
    return time.monotonic() - began


def _size(file: Path) -> int:
    return sum(map(len, same_renditions(file).values()))


def median_of(runs: Sequence[Run]) -> Run:
    """Give the run of the middle time."""
    return sorted(runs, key=lambda each: each.wall)[len(runs) // 2]
