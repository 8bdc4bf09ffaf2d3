"""`limner demo`: the whole main job, as one command."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

LIMNER = [sys.executable, "-m", "limner"]


def test_check_sets_up_serves_and_tries_the_five_things(tmp_path):
    done = subprocess.run(
        [*LIMNER, "demo", "--check", "--folder", "town"], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"(ok: .*\n){5}", done.stdout)
    assert "60 people, 54 with a photo" in done.stderr

    # and once more with what is there, until Ctrl-C, on another port than the usual one, which somebody has
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    demo = subprocess.Popen(
        [*LIMNER, "demo", "--folder", "town", "--port", str(port)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        shown = []
        for line in demo.stdout:
            shown.append(line)
            if "Ctrl-C" in line:
                break
        links = re.findall(r"http://127\.0\.0\.1:\d+/\S*", "".join(shown))
        assert len(links) == 4
        assert links[0] == f"http://127.0.0.1:{port}/"
        with urllib.request.urlopen(links[2]) as answer:
            assert answer.headers["Content-Type"] == "image/jpeg"
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does: to all of them
        _, said = demo.communicate(timeout=20)
    finally:
        demo.kill()
        demo.communicate()
    assert demo.returncode == 0, said
    assert "Traceback" not in said
