"""`limner work`: hands for the pictures of a shared library."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from limner import settings
from limner.cli import say
from limner.errors import SettingsError
from limner.library import open_library
from limner.settings import SharedPlace
from limner.sync.hands import Hands


@click.command("work", short_help="Make pictures for the syncs of a shared library.")
@say.config
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that make pictures; `sync.workers` if not set.")
def command(file: Path | None, workers: int | None) -> None:
    """Make pictures for the syncs of a shared library, until SIGTERM or Ctrl-C.

    It may run on any number of machines, and end at any time: what it has in hand is given back. A sync uses all that
    run when it begins to make pictures. `shared.work` has the door do the same.
    """
    loaded = settings.load(file)
    if not isinstance(loaded.place, SharedPlace):
        raise SettingsError(
            "the library is a folder: the machine that syncs makes its pictures",
            hint='library = "postgresql://user@host/database" is shared by several; docs/scale.md tells how',
        )
    if workers is not None:
        loaded = loaded.model_copy(update={"sync": loaded.sync.model_copy(update={"workers": workers})})
    open_library(loaded.place, create=True).close()  # says what is wrong, and brings its tables up to date
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    hands = Hands(loaded)
    hands.start()
    say.tell(f"making pictures with {hands.count} process{'' if hands.count == 1 else 'es'}")
    stop.wait()
    hands.stop()
    say.tell(f"made the pictures of {hands.made} photos")
