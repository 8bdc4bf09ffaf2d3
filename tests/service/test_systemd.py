"""The units of systemd, and what docs/operations.md does with them: on a machine with a real systemd."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .machine import ROOT, Machine, needs_systemd
from .page import BY_HAND, PAGE, PHOTO, SECTION, SETTINGS, WITH_SECRETS, asked_until, photo

UNITS = ROOT / "packaging" / "systemd"


pytestmark = [needs_systemd, pytest.mark.root]


def test_the_door_is_open_as_the_page_says(machine: Machine) -> None:
    assert machine.run(PHOTO) == "200 "
    assert machine.run("systemctl is-active limner.socket limner limner-sync.timer").split() == ["active"] * 3
    status = machine.run("systemctl show -P StatusText -P NRestarts limner")
    assert status.split("\n")[:2] == ["serving on 0.0.0.0:443", "0"]


def test_the_units_are_sound(machine: Machine) -> None:
    names = " ".join(sorted(unit.name for unit in UNITS.iterdir() if unit.suffix in (".service", ".socket", ".timer")))
    assert names == "limner-sync.service limner-sync.timer limner.service limner.socket"
    done = machine.run(f"cd /etc/systemd/system && systemd-analyze verify --man=no {names} 2>&1")
    assert done == ""


@pytest.mark.parametrize("unit", ["limner.service", "limner-sync.service"])
def test_the_units_shut_out_what_they_do_not_need(unit: str) -> None:
    """The page names the figure; lower is better."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", UNITS / unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    figure = re.search(rf"Overall exposure level for {unit}: (\S+)", done.stdout)
    assert figure
    assert float(figure[1]) <= 1.4
    assert "calls that\n1.4 of 10" in SECTION


def test_limner_sees_its_own_folders_only(machine: Machine) -> None:
    """What a door that somebody broke into could reach."""
    pid = machine.run("systemctl show -P MainPID limner").strip()
    inside = f"nsenter -t {pid} -m setpriv --reuid limner --regid limner --clear-groups"
    for forbidden in ("touch /etc/limner/x", "touch /opt/limner/x", "ls /root", "cat /etc/limner/secrets/door.key"):
        assert machine.run(f"{inside} {forbidden} 2>/dev/null || echo no") == "no\n", forbidden
    assert machine.run(f"grep -E 'CapBnd|NoNewPrivs|Seccomp:' /proc/{pid}/status").split() == [
        "CapBnd:", "0" * 16, "NoNewPrivs:", "1", "Seccomp:", "2",
    ]  # fmt: skip
    assert machine.run("stat -c '%U %a' /var/lib/limner /var/lib/limner/library/data.mdb /var/log/limner").split() == [
        "limner", "700", "limner", "600", "limner", "750",
    ]  # fmt: skip


def test_nobody_is_refused_while_it_is_started_again(machine: Machine) -> None:
    before = machine.run("systemctl show -P MainPID limner")
    said = machine.run(f"for i in 1 2 3 4 5 6 7 8 9 10; do {PHOTO} & sleep 0.2; done & systemctl restart limner; wait")
    assert said.split() == ["200"] * 10
    assert machine.run("systemctl show -P MainPID limner") != before


def test_new_settings_are_taken_without_a_new_process(machine: Machine) -> None:
    before = machine.run("systemctl show -P MainPID limner")
    try:
        machine.put("/etc/limner/limner.toml", SETTINGS.replace("127.0.0.0/8", "10.0.0.0/8").encode())
        machine.run("systemctl reload limner")
        assert machine.run(asked_until(403)) == "403\n"
    finally:
        machine.put("/etc/limner/limner.toml", SETTINGS.encode())
        machine.run("systemctl reload limner")
    assert machine.run("systemctl show -P MainPID limner") == before
    assert (
        machine.run(f"for i in $(seq 100); do [ \"$({PHOTO})\" = '403 ' ] || break; sleep 0.1; done; {PHOTO}") == "200 "
    )


def test_a_door_that_was_killed_is_opened_again(machine: Machine) -> None:
    machine.run("systemctl kill -s KILL limner")
    assert machine.run(PHOTO) == "200 ", "who comes meanwhile waits"
    assert machine.run("systemctl show -P NRestarts limner") != "0\n"


def test_the_sync_runs_as_a_service_and_a_photo_that_it_refuses_is_no_failure(machine: Machine) -> None:
    machine.put("/srv/portraits/joe.doe@example.com.jpg", photo())
    machine.put("/srv/portraits/broken@example.com.jpg", b"no photo")
    machine.run("systemctl start limner-sync")
    assert "broken@example.com.jpg" in machine.run("journalctl -o cat -u limner-sync --no-pager")
    assert machine.run("systemctl show -P ExecMainStatus -P Result limner-sync").split() == ["success", "1"]
    assert machine.run(asked_until(200, "joe.doe")) == "200\n"
    machine.run("rm /srv/portraits/broken@example.com.jpg")


def test_other_verbs_by_hand(machine: Machine) -> None:
    said = machine.run(f"set -e\n{BY_HAND}")
    assert "jane.roe@example.com" in said
    assert "(dry run: nothing was done)" in machine.run(WITH_SECRETS)


def test_the_logs_are_rotated_and_written_on(machine: Machine) -> None:
    log = "/var/log/limner/access.jsonl"
    written = f"for i in $(seq 100); do [ -s {log} ] && break; sleep 0.1; {PHOTO}; done; wc -l < {log}"
    assert int(machine.run(written).split()[-1]) > 0
    assert machine.run("logrotate -f /etc/logrotate.d/limner 2>&1") == ""
    assert machine.run(f"stat -c '%U %a' {log}.1") == "limner 640\n"
    assert int(machine.run(written).split()[-1]) > 0
    assert machine.run(f"stat -c '%U %a' {log}") == "limner 640\n"


def test_the_page_shows_the_rotation_as_it_is() -> None:
    assert f"```\n{(UNITS / 'limner.logrotate').read_text()}```\n" in PAGE


def test_both_services_are_shut_in_alike() -> None:
    """Whoever hardens one hardens the other."""

    def fence(unit: str) -> str:
        return (UNITS / unit).read_text().partition("# Each file NAME")[2].partition("\n[Install]")[0].rstrip()

    assert fence("limner.service") == fence("limner-sync.service") != ""


def test_an_installed_limner_brings_its_units_along(tmp_path: Path) -> None:
    """The page finds them in /opt/limner/share/limner."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shared = {name.partition(".data/data/share/limner/")[2] for name in archive.namelist()} - {""}
    assert shared == {str(file.relative_to(UNITS.parent)) for file in UNITS.parent.rglob("*") if file.is_file()}


def test_a_unix_socket_of_systemds(machine: Machine) -> None:
    """As the page says: limner's alone and its group's, and there also while limner is started again."""
    (place,) = re.findall(r"`ListenStream=(/run/limner\.sock)`", PAGE)
    ask = f"curl -s --max-time 20 -o /dev/null -w '%{{http_code}} ' --unix-socket {place}"
    photo = f"{ask} -H 'X-Forwarded-For: 127.0.0.1' http://localhost/jane.roe@example.com.jpg"
    plain = SETTINGS.replace('listen = "0.0.0.0:443"', f'listen = "unix:{place}"')
    plain = re.sub(r"^tls = .*\n", "", plain, flags=re.MULTILINE) + '[policy]\ntrusted_proxies = ["unix"]\n'
    change = "/etc/systemd/system/limner.socket.d/change.conf"
    again = "systemctl daemon-reload; systemctl stop limner.socket limner; systemctl start limner.socket limner"
    try:
        machine.put(change, f"[Socket]\nListenStream=\nListenStream={place}\n".encode())
        machine.put("/etc/limner/limner.toml", plain.encode())
        machine.run(again)
        assert machine.run(photo) == "200 "
        assert machine.run(f"stat -c '%U %G %a' {place}") == "limner limner 660\n"
        said = machine.run(f"for i in 1 2 3 4 5 6; do {photo} & sleep 0.2; done & systemctl restart limner; wait")
        assert said.split() == ["200"] * 6
    finally:
        machine.run(f"rm {change}")
        machine.put("/etc/limner/limner.toml", SETTINGS.encode())
        machine.run(again)
    assert machine.run(PHOTO) == "200 "


def test_a_socket_that_the_settings_do_not_name_is_said_in_the_journal(machine: Machine) -> None:
    try:
        machine.put("/etc/limner/limner.toml", SETTINGS.replace("0.0.0.0:443", "0.0.0.0:8443").encode())
        machine.run("systemctl restart limner", check=False)
        assert "the service manager listens on 0.0.0.0:443, which the settings do not name" in machine.run(
            "journalctl -o cat -u limner --no-pager"
        )
    finally:
        machine.put("/etc/limner/limner.toml", SETTINGS.encode())
        machine.run("systemctl stop limner; systemctl reset-failed limner; systemctl restart limner.socket limner")
    assert machine.run(PHOTO) == "200 "
