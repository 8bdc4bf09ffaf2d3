"""A door's hands for the pictures of a shared library: `python -m limner.web.hands FILE KEPT-FD`.

It is started by the supervisor where `shared.work` is set. Photos come first: it runs at low priority.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from limner.errors import LimnerError
from limner.sync.hands import Hands
from limner.web.kept import Kept

PARENT_SECONDS = 1.0  # between two looks at whether the supervisor is still there
NICE = 10


def main() -> None:
    """Work until told to stop; errors go to standard error, and the supervisor starts it again."""
    logging.basicConfig(format="limner: %(levelname)s: %(message)s", level=logging.WARNING)
    logging.addLevelName(logging.WARNING, "warning")
    file, kept = sys.argv[1:]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what it takes from the settings is for the start
    os.nice(NICE)
    parent = os.getppid()
    try:
        hands = Hands(Kept(Path(file), int(kept)).settings())
        hands.start()
        while not stop.wait(PARENT_SECONDS) and os.getppid() == parent:
            pass
        hands.stop()
    except LimnerError as why:
        print(f"limner: error: {why.message}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
