"""Locks of files, as processes of one machine see them: the system frees them when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

TRIES = 5
LOOK_SECONDS = 0.02  # far longer than `is_locked` holds a lock that it looks at


def lock(opened: int) -> bool:
    """Lock an open file until it is closed; False: another process has it. Raises OSError."""
    for _ in range(TRIES):
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_SECONDS)
        else:
            return True
    return False


def is_locked(file: Path) -> bool:
    """Tell whether a process has a file's lock now; one that is not there, or cannot be looked at, has none."""
    try:
        opened = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(opened)
    return False
