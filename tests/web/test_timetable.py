"""The supervisor syncs by itself: what is due, one at a time, and without ever letting go of the door."""

import fcntl
import json
import os
import time

from PIL import Image

from .house import until

SOURCE = '\n[[source]]\nkind = "folder"\npath = "photos"\nname = "photos"\n'
ADMIN = '[serve]\nadmin = "127.0.0.1:0"\n'


def add(tmp_path, who, colour="navy"):
    (tmp_path / "photos").mkdir(exist_ok=True)
    Image.new("RGB", (64, 64), colour).save(tmp_path / "photos" / f"{who}.jpg")


def sources(served):
    return json.loads(served.admin("/readyz").body)["sources"]


def ended(served):
    return until(lambda: (row := sources(served)) and row[0]["last_run"] and row[0], seconds=20)


def test_a_source_is_synced_by_the_door_and_shows(serve, tmp_path):
    add(tmp_path, "jane@example.com")
    served = serve(f'{ADMIN}[sync]\nschedule = "every 2s"\nworkers = 1\n{SOURCE}')
    until(lambda: served.ask("/jane@example.com.jpg").status == 200, seconds=20)
    row = ended(served)
    assert (row["failed"], row["people"], row["counts"]["added"]) == (None, 1, 1)
    assert row["next_run"]
    served.said(b"limner: synced photos: 1 added, 0 changed, 0 removed, 0 refused\n")
    metrics = served.admin("/metrics").body.decode()
    assert 'limner_source_people{source="photos"} 1.0\n' in metrics
    assert 'limner_source_failed{source="photos"} 0.0\n' in metrics
    assert served.stop() == 0


def test_a_source_that_is_down_never_stops_serving_and_its_age_is_told(serve, tmp_path):
    add(tmp_path, "jane@example.com")
    served = serve(f'{ADMIN}[sync]\nschedule = "every 2s"\nworkers = 1\n{SOURCE}')
    first = ended(served)
    (tmp_path / "photos").rename(tmp_path / "elsewhere")
    row = until(lambda: (row := sources(served)[0])["failed"] and row, seconds=30)
    assert "is not a folder" in row["failed"]
    assert row["last_success"] == first["last_success"]
    assert row["age_seconds"] >= 1
    assert served.admin("/readyz").status == 200
    assert served.ask("/jane@example.com.jpg").status == 200
    served.said(b"limner: error: source 'photos': ")
    assert served.stop() == 0


def test_while_another_sync_runs_none_is_started(serve, tmp_path):
    add(tmp_path, "jane@example.com")
    (tmp_path / "library").mkdir()
    lock = os.open(tmp_path / "library" / "sync.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    served = serve(f'{ADMIN}[sync]\nschedule = "every 2s"\nworkers = 1\n{SOURCE}')
    until(lambda: json.loads(served.admin("/readyz").body)["syncing"])
    assert "limner_sync_running 1.0\n" in served.admin("/metrics").body.decode()
    assert sources(served)[0]["last_run"] is None
    os.close(lock)
    assert ended(served)["failed"] is None
    assert served.stop() == 0


def test_without_a_schedule_nothing_is_started(serve, tmp_path):
    add(tmp_path, "jane@example.com")
    served = serve(f"{ADMIN}{SOURCE}")
    row = until(lambda: sources(served))[0]
    assert row["next_run"] is None
    assert served.stop() == 0


def test_a_door_that_closes_ends_its_sync(serve, tmp_path):
    """A pipe in place of a table of people is never read to its end."""
    add(tmp_path, "jane@example.com")
    os.mkfifo(tmp_path / "people.csv")
    served = serve(f'{ADMIN}[sync]\nschedule = "every 2s"\n{SOURCE}table = "people.csv"\n')
    until(lambda: json.loads(served.admin("/readyz").body)["syncing"], seconds=20)
    began = time.monotonic()
    assert served.stop() == 0
    assert time.monotonic() - began < 10


TABLE = '\n[[publish]]\nkind = "folder"\nname = "dmz"\npath = "out"\nschedule = "every 2s"\n'


def published(served):
    (row,) = json.loads(served.admin("/readyz").body)["published"]
    return row


def test_a_table_is_published_by_the_door_and_shows(serve, tmp_path):
    """As soon as there are photos: the sync that is due as well comes first."""
    add(tmp_path, "jane@example.com")
    (tmp_path / "out").mkdir()
    served = serve(f'{ADMIN}[sync]\nschedule = "every 1h"\nworkers = 1\n{SOURCE}{TABLE}')
    until(lambda: (tmp_path / "out" / "jane@example.com.jpg").exists(), seconds=30)
    served.said(b"limner: published dmz: 1 added\n", seconds=20)
    row = published(served)
    assert (row["table"], row["kind"], row["failed"]) == ("dmz", "folder", None)
    assert row["last_success"]
    assert row["next_run"]
    metrics = served.admin("/metrics").body.decode()
    assert 'limner_publish_failed{kind="folder",table="dmz"} 0.0\n' in metrics
    assert 'limner_publish_refused{kind="folder",table="dmz"} 0.0\n' in metrics
    assert served.stop() == 0


def test_a_place_that_is_away_is_told_and_the_next_run_makes_up_for_it(serve, tmp_path):
    add(tmp_path, "jane@example.com")
    served = serve(f'{ADMIN}[sync]\nschedule = "every 1h"\nworkers = 1\n{SOURCE}{TABLE}')
    row = until(lambda: (row := published(served))["failed"] and row, seconds=30)
    assert "there is no folder" in row["failed"]
    assert row["last_success"] is None
    assert 'limner_publish_failed{kind="folder",table="dmz"} 1.0\n' in served.admin("/metrics").body.decode()
    served.said(b"limner: error: dmz: there is no folder ")
    (tmp_path / "out").mkdir()
    until(lambda: (row := published(served))["failed"] is None and row["last_success"], seconds=30)
    assert served.stop() == 0


def test_publishing_waits_for_a_sync_that_runs_elsewhere(serve, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "library").mkdir()
    lock = os.open(tmp_path / "library" / "sync.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    served = serve(f"{ADMIN}{TABLE}")
    until(lambda: json.loads(served.admin("/readyz").body)["syncing"])
    assert published(served)["last_run"] is None
    os.close(lock)
    until(lambda: published(served)["last_run"], seconds=20)
    assert served.stop() == 0


def test_a_table_that_somebody_else_publishes_is_left_to_them(serve, tmp_path):
    (tmp_path / "out").mkdir()
    served = serve(f"{ADMIN}{TABLE.replace('every 2s', 'every 1h')}")
    until(lambda: published(served)["last_run"], seconds=20)
    assert served.stop() == 0
    (lock,) = (tmp_path / "published").glob("*.lock")
    held = os.open(lock, os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    served = serve(f"{ADMIN}{TABLE}")
    before = until(lambda: (row := published(served))["running"] and row, seconds=20)
    assert 'limner_publish_running{kind="folder",table="dmz"} 1.0\n' in served.admin("/metrics").body.decode()
    os.close(held)
    until(lambda: published(served)["last_run"] != before["last_run"], seconds=20)
    assert served.stop() == 0
    assert b"is being published already" not in served.err


def test_the_first_sync_by_a_cron_expression_comes_at_once(serve, tmp_path):
    """Whoever asks every second when it next comes true would never see it come."""
    add(tmp_path, "jane@example.com")
    served = serve(f'{ADMIN}[sync]\nschedule = "30 2 1 1 *"\nworkers = 1\n{SOURCE}')
    assert ended(served)["counts"]["added"] == 1
    assert served.stop() == 0
