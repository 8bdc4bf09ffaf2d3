"""A sync of a shared library has all machines make its pictures, whatever becomes of any of them."""

import hashlib
import os
import signal
import subprocess
import sys

import pytest
from tests.web.house import until

from limner import settings, sync
from limner.library import open_library
from limner.library.engine import Asked
from shared_servers import needs_postgres, needs_store

from .scene import a_photo

pytestmark = needs_postgres
START = "from limner.cli import main; main()"


@pytest.fixture(params=["shared_place", pytest.param("s3_place", marks=needs_store)])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def loaded(place, tmp_path):
    endpoint = f'[shared]\nendpoint = "{place.access.endpoint}"\n' if place.access.endpoint else ""
    text = (
        f'library = "{place.url}"\npictures = "{place.pictures}"\n{endpoint}'
        '[sync]\nworkers = 1\n[[source]]\nkind = "folder"\npath = "photos"\nname = "photos"\n'
    )
    (tmp_path / "limner.toml").write_text(text)
    (tmp_path / "photos").mkdir()
    return settings.load(tmp_path / "limner.toml")


@pytest.fixture
def library(place):
    library = open_library(place, create=True)
    yield library
    library.close()


@pytest.fixture
def worker(loaded, library, tmp_path):
    """Starts `limner work`, and waits until its hands are counted."""
    started = []

    def start(more=2):
        queue = library.queue()
        before = queue.hands()
        command = [sys.executable, "-c", START, "work", "--config", str(tmp_path / "limner.toml")]
        started.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, process_group=0))
        until(lambda: queue.hands() == before + more, 30)
        queue.close()
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def photos(tmp_path, count):
    for at in range(count):
        (tmp_path / "photos" / f"p{at}@example.com.jpg").write_bytes(a_photo(f"#{at:02x}{4 * at:02x}80"))


def test_other_machines_make_pictures_and_the_library_is_the_same(loaded, library, worker, tmp_path):
    photos(tmp_path, 40)
    (tmp_path / "photos" / "bad@example.com.jpg").write_bytes(b"no picture at all")
    (tmp_path / "photos" / "twin@example.com.jpg").write_bytes(
        (tmp_path / "photos" / "p1@example.com.jpg").read_bytes()
    )
    process = worker()
    (report,) = sync.run(library, loaded)
    assert (len(report.added), len(report.refused), report.failed) == (41, 1, None)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    made = int(said.split("made the pictures of ")[1].split()[0])
    assert 0 < made <= 40, "it had its part in it"
    assert list(library.check()) == []
    alone = open_library(tmp_path / "alone", create=True)
    sync.run(alone, loaded.model_copy(update={"library": tmp_path / "alone", "pictures": ""}))
    assert library.count().pictures == alone.count().pictures == 40
    for _, record in library.people():
        assert library.portrait(record.digest).renditions == alone.portrait(record.digest).renditions
    alone.close()


def test_a_worker_that_is_killed_leaves_nobody_without_a_photo(loaded, library, worker, tmp_path):
    photos(tmp_path, 60)
    process = worker()
    killed = []

    def tell(what, done, of):
        if "photos of" in what and not killed:
            os.killpg(process.pid, signal.SIGKILL)
            killed.append(done)

    (report,) = sync.run(library, loaded, tell=tell)
    assert (len(report.added), report.refused) == (60, [])
    assert library.count().with_photo == 60
    assert list(library.check()) == []


def test_a_sync_that_is_killed_leaves_pictures_that_the_next_one_takes(loaded, library, worker, tmp_path):
    """What workers made for it meanwhile is not made again."""
    photos(tmp_path, 30)
    worker()
    queue = library.queue()
    command = [sys.executable, "-c", START, "sync", "--config", str(tmp_path / "limner.toml")]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0)
    until(lambda: waiting(queue) > 0, 30)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(10)
    until(lambda: not library.is_held(), 20)
    (report,) = sync.run(library, loaded)
    assert library.count().with_photo == 30
    assert report.refused == []
    assert waiting(queue) == 0, "nothing is left in the queue"
    assert list(library.check()) == []
    queue.close()


def waiting(queue):
    return queue._read("select count(*) from limner.work")[0][0]


def test_a_full_sync_tries_again_what_was_set_aside(loaded, library, worker, tmp_path):
    photos(tmp_path, 3)
    queue = library.queue()
    raw = (tmp_path / "photos" / "p1@example.com.jpg").read_bytes()
    queue.put([Asked(hashlib.sha256(raw).digest(), "p1@example.com.jpg", lambda: raw)])
    queue._open().execute("update limner.work set state = 3, reason = 'three workers died'")
    worker()
    (report,) = sync.run(library, loaded)
    assert [(each.where, each.reason) for each in report.refused] == [("p1@example.com.jpg", "three workers died")]
    told = subprocess.run(
        [sys.executable, "-c", START, "status", "--config", str(tmp_path / "limner.toml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "set aside: p1@example.com.jpg: three workers died\n" in told.stdout, told
    (report,) = sync.run(library, loaded)
    assert len(report.refused) == 1, "it is remembered"
    (report,) = sync.run(library, loaded, full=True)
    assert report.refused == []
    assert queue.aside() == []
    assert library.count().with_photo == 3
    queue.close()
