"""The passes bench: a photo for a guest of a meeting costs what one costs for whoever sends a cookie of some name."""

from __future__ import annotations

import http.client
import json
import subprocess
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bench import contest, faces, ours
from bench.contest import Contender
from bench.load import HEADERS, Load
from bench.results import Section, Target
from bench.servers import BenchError, Server, open_folder

COOKIE, BY_COOKIE, BY_QUERY = "cookie by name", "pass in a cookie", "pass in the address"
FACES = 60  # of the meeting


def bench(*, rounds: int, seconds: float) -> Section:
    """Measure photos for guests. Raises BenchError."""
    photos = faces.folder_of(FACES, 160)
    load = Load(FACES)
    with open_folder() as folder, ExitStack() as running:
        library = ours.library_of(photos, folder)
        register = folder / "passes.secrets"
        token = _issue(folder, library, register)
        named = running.enter_context(ours.served(COOKIE, folder / "named", library=library))
        guests = running.enter_context(
            ours.served("guests", folder / "guests", library=library, cookies=(), register=register)
        )
        sent, query = replace(load, sent=f"limner-pass-x={token}"), replace(load, cookie=False, query=f"?pass={token}")
        for one in (sent, query):
            _verify(guests, one)
        contenders = [Contender(COOKIE, named, load), Contender(BY_COOKIE, guests, sent)]
        figures = contest.hold([*contenders, Contender(BY_QUERY, guests, query)], rounds=rounds, seconds=seconds)
    targets = [
        Target(f"CPU per photo, {name} / {COOKIE}", contest.ratio(figures[name].cpu, figures[COOKIE].cpu), 1.05)
        for name in (BY_COOKIE, BY_QUERY)
    ]
    return Section(
        title="Meeting passes",
        about=f"The {FACES} faces of a meeting at random, with a budget of {FACES}, over {load.connections} kept-open "
        f"connections; the middle of {rounds} rounds of {seconds:g} s. Every face is judged anew every ten seconds.",
        headings=contest.HEADINGS,
        rows=[contest.row(name, one) for name, one in figures.items()],
        targets=targets,
    )


def _issue(folder: Path, library: Path, register: Path) -> str:
    """Issue a pass for all faces, and give its token."""
    (folder / "faces.txt").write_text("".join(f"{faces.mail(number)}\n" for number in range(FACES)))
    file = ours.settings(folder / "issue.toml", library=library, register=register)
    command = [
        ours.LIMNER,
        "pass",
        "issue",
        "--room",
        "bench",
        "--faces-from",
        folder / "faces.txt",
        "--json",
        "-c",
        file,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"limner pass issue failed: {done.stderr.strip()[-500:]}")
    token: str = json.loads(done.stdout)["token"]
    return token


def _verify(server: Server, load: Load) -> None:
    """Check that a guest sees the faces of the meeting, and others do not."""
    for headers, query, wanted in ((load.headers(), load.query, 200), (HEADERS, "", 302)):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        for number in range(FACES):
            connection.request("GET", f"/photos/{faces.mail(number)}.jpg{query}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != wanted:
                raise BenchError(f"{server.name} answers {answer.status} for {faces.mail(number)}, not {wanted}")
        connection.close()
