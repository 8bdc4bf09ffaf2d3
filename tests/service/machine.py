"""A machine with a real systemd: process 1 of namespaces of its own, over this machine's files, left alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SYSTEMD = Path("/lib/systemd/systemd")
NEEDED = ("unshare", "nsenter", "setpriv", "ip")

# $1: an empty folder for what is written; $2: where this Python is; $3: its packages; $4: limner's repository
BOOT = """
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
for kind in proc:proc tmpfs:run tmpfs:tmp; do mount -t "${kind%:*}" none "${kind#*:}"; done
mount --rbind /dev dev
mount --rbind /sys sys
umount -l sys/fs/cgroup
mount -t cgroup2 none sys/fs/cgroup
ip link set lo up
# a machine with limner's files and without any other service
rm -rf etc/systemd/system lib/systemd/system/*.wants etc/init.d etc/rc?.d etc/fstab opt etc/limner var/*/limner
mkdir -p etc/systemd/system opt/python opt/limner-0.1.0/bin opt/limner-0.1.0/lib opt/limner-0.1.0/src
mkdir -p opt/limner-0.1.0/share/limner
mount --bind "$2" opt/python
mount --bind "$3" opt/limner-0.1.0/lib
mount --bind "$4/src" opt/limner-0.1.0/src
mount --bind "$4/packaging" opt/limner-0.1.0/share/limner
cat > opt/limner-0.1.0/bin/limner <<'X'
#!/bin/sh
export PYTHONHOME=/opt/python LD_LIBRARY_PATH=/opt/python/lib PYTHONPATH=/opt/limner-0.1.0/src:/opt/limner-0.1.0/lib
export PYTHONDONTWRITEBYTECODE=1
exec /opt/python/bin/python3 -P -m limner "$@"
X
chmod 755 opt opt/limner-0.1.0 opt/limner-0.1.0/bin opt/limner-0.1.0/bin/limner
ln -s limner-0.1.0 opt/limner
mkdir etc/systemd/system/sockets.target.wants
cd etc/systemd/system/sockets.target.wants
ln -s /lib/systemd/system/systemd-journald.socket /lib/systemd/system/dbus.socket .
cd - >&2
mkdir old
pivot_root . old  # not chroot: who is in one may have no user namespace
umount -l old
mount --make-rshared /  # as systemd does where it is not in a container: credentials are mounted for it by a child
exec env -i container=limner PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=multi-user.target --log-target=journal --show-status=no
"""


def _missing() -> bool:
    return os.geteuid() != 0 or not SYSTEMD.exists() or not all(map(shutil.which, NEEDED))


needs_systemd = pytest.mark.skipif(
    os.environ.get("CI") != "true" and _missing(), reason="needs root and systemd, to start one in namespaces"
)


class Machine:
    """A running machine; `run` runs commands on it, as root."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        packages = next(path for path in sys.path if path.endswith("site-packages"))
        namespaces = ["--pid", "--mount", "--cgroup", "--uts", "--ipc", "--net", "--fork", "--kill-child"]
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", *namespaces, "bash", "-c", BOOT, "boot",
             folder, sys.base_prefix, packages, ROOT],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        self.pid = 0
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    def _wait(self) -> None:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        end = time.monotonic() + 30
        while time.monotonic() < end:
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read().decode()
            self.pid = int((children.read_text() or "0").split()[0])
            if self.pid and self.run("systemctl is-active multi-user.target", check=False) == "active\n":
                return
            time.sleep(0.05)
        raise AssertionError("the machine does not start")

    def run(self, script: str, *, check: bool = True) -> str:
        """Run a shell's script, and give what it prints."""
        done = subprocess.run(
            ["nsenter", "-t", str(self.pid), "-m", "-p", "-C", "-u", "-i", "-n", "-r", "-w", "sh", "-c", script],
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert not check or done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"
        return done.stdout

    def put(self, there: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file of the machine's."""
        target = Path(f"/proc/{self.pid}/root{there}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(mode)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
