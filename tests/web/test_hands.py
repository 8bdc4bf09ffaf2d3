"""A door that makes pictures for syncs elsewhere: its hands come and go with it."""

import hashlib
import os
import signal

from PIL import Image
from tests.web.house import Served, until

from limner.library import open_library
from limner.library.engine import Asked
from shared_servers import needs_postgres

pytestmark = needs_postgres


def children(pid, what):
    """Give the processes below a door that run a module."""
    found = []
    for child in os.listdir("/proc"):
        if child.isdigit():
            try:
                with open(f"/proc/{child}/cmdline") as line, open(f"/proc/{child}/stat") as stat:
                    if what in line.read() and int(stat.read().rsplit(")", 1)[1].split()[1]) == pid:
                        found.append(int(child))
            except OSError:
                continue
    return found


def test_a_door_whose_settings_say_so_makes_pictures_and_another_hand_follows_one_that_was_killed(
    shared_place, tmp_path
):
    library = open_library(shared_place, create=True)
    queue = library.queue()
    Image.new("RGB", (64, 64), "navy").save(tmp_path / "a.jpg")
    raw = (tmp_path / "a.jpg").read_bytes()
    digest = hashlib.sha256(raw).digest()
    text = (
        f'library = "{shared_place.url}"\n[serve]\nadmin = "127.0.0.1:0"\n[shared]\nwork = true\n[sync]\nworkers = 1\n'
    )
    with Served(tmp_path, text) as served:
        until(lambda: queue.hands() == 2, 30)
        queue.put([Asked(digest, "a.jpg", lambda: raw)])
        until(lambda: queue.done([digest]) == {digest: None}, 30)
        (hands,) = children(served.process.pid, "limner.web.hands")
        os.kill(hands, signal.SIGKILL)
        until(lambda: children(served.process.pid, "limner.web.hands") not in ([], [hands]), 30)
        until(lambda: queue.hands() == 2, 30)
    until(lambda: queue.hands() == 0, 30)
    queue.close()
    library.close()
