"""docs/upgrade.md: on a machine with a real systemd, there and back, with visitors all the while."""

from __future__ import annotations

import re

import pytest

from .machine import ROOT, Machine, needs_systemd
from .page import PHOTO, asked_until

PAGE = (ROOT / "docs" / "upgrade.md").read_text("utf-8")
UP, BACK, RESTORE = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
NEWER = """
import lmdb
with lmdb.open("/var/lib/limner/library", max_dbs=20) as env, env.begin(write=True, db=env.open_db(b"meta")) as txn:
    txn.put(b"format", (2).to_bytes(8))
"""

pytestmark = [needs_systemd, pytest.mark.root]


def test_a_new_version_comes_and_goes_and_nobody_is_refused(machine: Machine) -> None:
    """The new version is the old one by another name; what is tried is the way."""
    machine.run("ln -s limner-0.1.0 /opt/limner-0.2.0; rm -f /var/lib/limner/*.backup")
    visits = f"for i in $(seq 8); do {PHOTO} & sleep 0.3; done &"
    said = machine.run(f"set -e; {visits}\n{UP}\nreadlink /opt/limner; wait")
    assert "limner-0.2.0\n" in said
    assert said.count("200 ") == 8
    said = machine.run(f"set -e; {visits}\n{BACK}\nreadlink /opt/limner; wait")
    assert "limner-0.1.0\n" in said
    assert said.count("200 ") == 8


def test_an_old_version_refuses_a_newer_library_and_the_backup_helps(machine: Machine) -> None:
    """The page quotes what it says."""
    python = (
        "export PYTHONHOME=/opt/python LD_LIBRARY_PATH=/opt/python/lib; runuser -u limner -- /opt/python/bin/python3"
    )
    machine.put("/tmp/newer.py", f"import sys; sys.path.insert(0, '/opt/limner/lib')\n{NEWER}".encode())
    backup = next(line for line in UP.splitlines() if "library backup" in line)
    machine.run(f"rm -f /var/lib/limner/*.backup; {backup}")
    machine.run("systemctl stop limner.socket limner.service limner-sync.timer")
    machine.run(f"{python} /tmp/newer.py")
    machine.run("systemctl start limner.service", check=False)
    quoted = re.search(r"`(was made by a newer limner \(.*?\))`", PAGE)
    assert quoted
    assert quoted[1] in machine.run("journalctl -o cat -u limner --no-pager")
    machine.run(f"set -e\n{RESTORE}")
    assert machine.run(asked_until(200)) == "200\n"
    assert machine.run("runuser -u limner -- /opt/limner/bin/limner library check -c /etc/limner/limner.toml").endswith(
        "sound\n"
    )
