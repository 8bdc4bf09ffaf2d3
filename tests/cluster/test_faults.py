"""What breaks, one thing at a time; nothing that was acknowledged is lost, and all doors agree when it is mended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bench.cpu import tree
from tests.cli.conftest import jpeg

from limner.errors import LimnerError

from .people import PEOPLE, STAYS, Told, Watcher, Writer
from .site import SETTINGS_OF_FOLDER, VOUCH_FOR, Site, until

pytestmark = pytest.mark.root


@pytest.fixture
def told() -> Told:
    return Told()


def agreed(site: Site, told: Told) -> None:
    """See that all that was acknowledged is in the library and at every door, and that all replicas are the same."""
    site.agree()
    library = site.library()
    told.holds_in(library)
    library.close()
    for door in site.doors:
        told.holds_at(door)


def test_a_door_whose_machine_dies_is_missed_by_nobody_at_the_other_and_comes_back(site: Site, told: Told) -> None:
    one, _ = site.doors
    with Watcher(site.doors, told) as watcher, Writer(site, told, 1):
        until(lambda: watcher.faces[0], 10, "faces")
        one.kill()
        before, writes = watcher.faces[1], told.writes
        until(lambda: watcher.faces[1] > before + 50 and told.writes > writes + 20, 20, "faces and changes go on")
        one.start()
        until(one.is_ready, 20, "it serves again")
    assert watcher.dark[1] == 0
    assert told.refused == 0
    agreed(site, told)


def test_a_supervisor_that_is_killed_leaves_no_port_behind_that_is_taken(site: Site, told: Told) -> None:
    """Its workers see that it is gone and end; a service manager can start it again at once."""
    door = site.doors[0]
    assert door.process is not None
    family = tree(door.process.pid)
    os.kill(door.process.pid, signal.SIGKILL)
    door.process.wait(10)
    until(lambda: not any(_lives(pid) for pid in family), 10, "its workers end")
    door.start()
    until(door.is_ready, 20, "it serves again")
    assert door.shows(STAYS)
    agreed(site, told)


def test_a_door_that_is_cut_off_serves_says_so_then_vouches_for_nobody_and_catches_up(site: Site, told: Told) -> None:
    near, far = site.doors
    with Watcher(site.doors, told), Writer(site, told, 2):
        until(lambda: sum(map(bool, told.shown.values())) > 5, 10, "people")
        far.machine.cut()
        try:
            assert until(lambda: far.standing()["replica"]["cut_off"], 10, "it says so")
            assert far.shows(STAYS)
            until(lambda: not far.shows(STAYS), VOUCH_FOR + 5, "it shows placeholders")
            assert not far.standing()["replica"]["vouches"]
            assert near.shows(STAYS)
        finally:
            far.machine.join()
        until(lambda: far.shows(STAYS), 40, "faces again")
    agreed(site, told)


def test_leavers_disappear_within_seconds_also_at_a_door_with_a_thin_cable(site: Site, told: Told) -> None:
    near, far = site.doors
    with Writer(site, told, 3, pause=3600) as writer:
        for who in PEOPLE:
            assert writer.change(who, f"{who}-1")
        site.agree()
        far.machine.slow(256)
        try:
            for who in PEOPLE[:6]:
                assert writer.change(who, None)
                until(lambda who=who: not near.shows(who), 1, "not at the near door")  # type: ignore[misc]
                until(lambda who=who: not far.shows(who), 3, "nor at the far one")  # type: ignore[misc]
            for who in PEOPLE[6:12]:
                assert writer.change(who, f"{who}-2")
            assert far.shows(STAYS)
        finally:
            far.machine.quick()
    agreed(site, told)


def test_a_clock_that_is_wrong_costs_faces_for_a_moment_and_shows_nobody_who_left(site: Site, told: Told) -> None:
    """By ten minutes, either way, while the door runs: much longer than it vouches for anybody."""
    door = site.doors[0]
    with Watcher(site.doors, told) as watcher, Writer(site, told, 4):
        until(lambda: watcher.faces[0], 10, "faces")
        for seconds in (-600, 600, 0):
            door.skew(seconds)
            before, writes = watcher.faces[0], told.writes
            until(lambda: watcher.faces[0] > before + 30 and told.writes > writes + 10, 20, "faces and changes go on")  # noqa: B023
    with Writer(site, told, 5, pause=3600) as writer:
        door.skew(-600)
        assert writer.change(PEOPLE[0], "p00-1")
        until(lambda: door.shows(PEOPLE[0]), 5, "a change comes, whatever the clock says")
        door.skew(600)
        assert writer.change(PEOPLE[0], None)
        until(lambda: not door.shows(PEOPLE[0]), 5, "somebody removed goes")
        agreed(site, told)
    door.skew(0)


def test_the_primary_dies_in_the_middle_of_a_sync_and_its_standby_takes_over(site: Site, told: Told) -> None:
    """What anybody saw in the library before is there afterwards, and the next sync is whole."""
    folder = site.folder / "hr"
    photos = folder / "photos"
    photos.mkdir(parents=True)
    for at in range(80):
        (photos / f"s{at:03d}@example.com.jpg").write_bytes(jpeg(f"#{at:02x}80{255 - at:02x}"))
    (folder / "limner.toml").write_text(site.settings("127.0.0.1") + SETTINGS_OF_FOLDER)
    command = [sys.executable, "-m", "limner", "sync", "-c", str(folder / "limner.toml")]
    library = site.library()
    with Watcher(site.doors, told) as watcher, Writer(site, told, 6):
        sync = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        seen = set(until(lambda: set(library.origins("folder")), 60, "the sync has begun"))
        site.primary.stop(signal.SIGKILL)
        with contextlib.suppress(LimnerError):
            seen |= set(library.origins("folder"))
        site.fail_over()
        _, error = sync.communicate(timeout=120)
        assert seen <= set(library.origins("folder"))
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, error + done.stderr
        assert len(set(library.origins("folder"))) == 80
        faces = list(watcher.faces.values())
        until(
            lambda: all(now > then + 20 for now, then in zip(watcher.faces.values(), faces, strict=True)),
            10,
            "faces go on",
        )
    assert sum(watcher.dark.values()) == 0, "the doors have served all the while"
    library.close()
    agreed(site, told)


def test_a_store_that_fails_holds_up_new_pictures_and_nothing_else(site: Site, told: Told) -> None:
    """Half a picture is never shown, and whoever leaves does so as always."""
    new, leaver, other, another = PEOPLE[:4]
    with Watcher(site.doors, told), Writer(site, told, 7, pause=3600) as writer:
        for who in (leaver, other, another):
            assert writer.change(who, f"{who}-1")
        site.agree()
        site.proxy.how = "half"  # what is put is whole: answers are spoilt
        assert writer.change(new, f"{new}-1")
        site.proxy.how = "500"
        assert writer.change(leaver, None)
        for door in site.doors:
            until(lambda door=door: not door.shows(leaver), 5, "somebody removed goes")  # type: ignore[misc]
            assert door.shows(other)
            assert not door.shows(new)
            assert door.standing()["ready"]
        assert not writer.change(another, f"{another}-2"), "a picture that the store did not take is not acknowledged"
        site.proxy.how = ""
        assert told.shown[another] == f"{another}-1"
    agreed(site, told)


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
