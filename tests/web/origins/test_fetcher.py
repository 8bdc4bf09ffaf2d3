"""Photos fetched when somebody asks: the real command with two workers, and an origin on loopback."""

import hashlib
import io
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from tests.origin import Reply, drip, origin
from tests.web.house import Served, until

from limner import settings, sync
from limner.library import open_library


def jpeg(colour):
    out = io.BytesIO()
    Image.new("RGB", (100, 100), colour).save(out, "JPEG")
    return out.getvalue()


def colour_of(reply):
    red, green, blue = Image.open(io.BytesIO(reply.body)).convert("RGB").getpixel((20, 20))
    return max((red, "red"), (green, "green"), (blue, "blue"))[1]


class Shelf:
    """An origin; `photos` by path, `tamper` answers instead where it gives something."""

    def __init__(self):
        self.photos = {}
        self.tamper = None
        self.open = threading.Event()
        self.open.set()

    def __call__(self, asked):
        if self.tamper is not None and (reply := self.tamper(asked)) is not None:
            return reply
        self.open.wait(20)
        body = self.photos.get(asked.path)
        if body is None:
            return Reply(404)
        etag = f'"{hashlib.md5(body).hexdigest()}"'
        if asked.headers.get("If-None-Match") == etag:
            return Reply(304)
        return Reply(200, body, {"Content-Type": "image/jpeg", "ETag": etag})


class Scene:
    """Served people p0 to p19, whose photos are at the origin, and one with a photo of a folder."""

    def __init__(self, folder, workers=2, first="", **more):
        self.folder = folder
        self.first = first
        self.shelf = Shelf()
        self.shelf.photos = {f"/p{n}@acme.example.jpg": jpeg("green") for n in range(20)}
        self._origin = origin(self.shelf)
        self.server = self._origin.__enter__()
        rows = "".join(f"p{n}@acme.example\n" for n in range(20)) + "nobody@acme.example\n"
        (folder / "people.csv").write_text("mail\n" + rows)
        (folder / "photos").mkdir()
        (folder / "photos" / "jane@acme.example.jpg").write_bytes(jpeg("blue"))
        (folder / "photos" / "joe.jpg").write_bytes(jpeg("blue"))
        self.workers = workers
        self.fields = {"wait_seconds": 5.0, "parallel": 4, **more}
        self.served = None

    @property
    def text(self):
        fields = "".join(f"{name} = {value!r}\n" for name, value in self.fields.items()).replace("'", '"')
        return (
            f"{self.first}[serve]\nworkers = {self.workers}\n[fetch]\nseconds = 4\n"
            f'[[source]]\nkind = "folder"\npath = "photos"\n'
            f'[[source]]\nkind = "url"\nname = "proxy"\ntable = "people.csv"\nfetch = "on ask"\n'
            f'template = "{self.server.url}/{{mail}}.jpg"\n{fields}'
        )

    def __enter__(self):
        self.served = Served(self.folder, self.text)
        self.sync()
        self.served.__enter__()
        return self

    def __exit__(self, *exc):
        try:
            self.shelf.open.set()
            self.served.__exit__(*exc)
        finally:
            self._origin.__exit__(*exc)

    def sync(self):
        loaded = settings.load(self.folder / "limner.toml")
        library = open_library(loaded.place, create=True)
        try:
            reports = sync.run(library, loaded)
            assert not any(report.failed for report in reports), reports
            assert list(library.check()) == []
        finally:
            library.close()
        return reports

    def ask(self, who, headers=None, form="/photos/{}.jpg"):
        return self.served.ask(form.format(who), headers)

    def asked(self, who):
        return [asked for asked in self.server.asked if asked.path == f"/{who}@acme.example.jpg"]

    @property
    def fetcher(self):
        for pid in self.served.workers:
            if b"limner.web.origins.fetcher" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        return None


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    with Scene(tmp_path_factory.mktemp("scene")) as scene:
        yield scene


def test_the_first_ask_brings_the_photo_and_the_next_does_without_the_origin(scene):
    first = scene.ask("p0@acme.example")
    assert (first.status, colour_of(first)) == (200, "green")
    assert len(scene.asked("p0")) == 1
    again = scene.ask("p0@acme.example")
    assert again == first
    assert scene.ask(hashlib.md5(b"p0@acme.example").hexdigest(), form="/avatar/{}").status == 200
    assert len(scene.asked("p0")) == 1


def test_a_face_is_fetched_once_however_many_ask_for_it_at_once(scene):
    """Over both workers; and all of them get it."""
    scene.shelf.open.clear()
    with ThreadPoolExecutor(24) as pool:
        waiting = [pool.submit(scene.ask, "p1@acme.example") for _ in range(24)]
        until(lambda: scene.asked("p1"))
        scene.shelf.open.set()
        assert {future.result().status for future in waiting} == {200}
    assert len(scene.asked("p1")) == 1


def test_nothing_of_the_visitor_is_sent_on(scene):
    headers = {
        "Cookie": "LtpaToken=x",
        "User-Agent": "Secret-Browser",
        "Referer": "https://intranet.example/secret",
        "Accept-Language": "tlh",
        "X-Forwarded-For": "10.1.2.3",
        "Authorization": "Basic c2VjcmV0",
    }
    assert scene.ask("p2@acme.example", headers, form="/photos/{}.jpg?lang=tlh").status == 200
    (asked,) = scene.asked("p2")
    told = f"{asked.path}{asked.headers}".lower()
    for secret in ("ltpa", "secret", "tlh", "10.1.2.3", "c2vjcmv0", "forwarded"):
        assert secret not in told


def test_who_has_no_photo_there_is_not_asked_for_again_for_a_while(scene):
    for form in ("/photos/{}.jpg", "/photos/{}.jpg", "/{}.jpg"):
        assert scene.ask("nobody@acme.example", form=form).status == 404
    assert len(scene.asked("nobody")) == 1


def test_names_that_nobody_has_and_visitors_who_may_not_see_never_reach_the_origin(scene):
    before = len(scene.server.asked)
    assert scene.ask("stranger@acme.example").status == 404
    assert scene.ask("p3@acme.example", {}).status == 302
    assert scene.ask(hashlib.md5(b"p3@acme.example").hexdigest(), form="/avatar/{}?f=y").status == 200
    assert scene.ask("joe", form="/uid/{}.jpg").status == 200
    assert len(scene.server.asked) == before


def test_a_head_and_a_description_bring_it_too(scene):
    assert scene.served.ask("/photos/p4@acme.example.jpg", method="HEAD").status == 200
    described = scene.ask("p5@acme.example", form="/v1.0/users/{}/photo")
    assert described.status == 200
    assert b"mediaEtag" in described.body


@pytest.mark.parametrize(
    ("who", "reply"),
    [
        ("p6", Reply(200, b"<html>sign on</html>", {"Content-Type": "text/html"})),
        ("p7", Reply(200, b"\xff\xd8 no photo", {"Content-Type": "image/jpeg"})),
        ("p8", Reply(302, b"", {"Location": "http://169.254.169.254/"})),
        ("p9", Reply(302, b"", {"Location": "file:///etc/passwd"})),
        ("p10", Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhalf")),
        ("p11", Reply(200, b"", {})),
        ("p12", Reply(403)),
    ],
)
def test_what_is_no_photo_is_none_and_is_remembered(scene, who, reply):
    scene.shelf.tamper = lambda asked: reply if asked.path.startswith(f"/{who}@") else None
    try:
        assert scene.ask(f"{who}@acme.example").status == 404
        assert scene.ask(f"{who}@acme.example").status == 404
        assert len(scene.asked(who)) == 1
        assert scene.ask("jane@acme.example").status == 200
    finally:
        scene.shelf.tamper = None


def test_a_sync_leaves_alone_what_was_fetched(scene):
    assert scene.ask("p13@acme.example").status == 200
    reports = scene.sync()
    assert [(len(report.changed), len(report.added), len(report.removed)) for report in reports] == [(0, 0, 0)] * 2
    assert scene.ask("p13@acme.example").status == 200
    assert len(scene.asked("p13")) == 1


def test_who_fetches_is_started_again_when_it_dies(scene):
    pid = scene.fetcher
    os.kill(pid, signal.SIGKILL)
    scene.served.said(rb"who fetches photos on ask ended \(signal SIGKILL\)")
    until(lambda: scene.fetcher not in (None, pid))
    assert until(lambda: scene.ask("p14@acme.example").status == 200)
    assert scene.ask("jane@acme.example").status == 200


def test_new_settings_are_taken(scene):
    scene.fields["missing_minutes"] = 0.001
    scene.served.configure(scene.text)
    scene.served.process.send_signal(signal.SIGHUP)
    scene.served.said(rb"reloaded")
    until(lambda: scene.ask("nobody@acme.example").status == 404 and len(scene.asked("nobody")) > 1)
    assert scene.ask("p15@acme.example").status == 200


def test_a_slow_origin_slows_only_those_who_ask_for_its_faces_and_those_not_for_long(tmp_path):
    with Scene(tmp_path, wait_seconds=0.5, workers=1) as scene:
        scene.shelf.open.clear()
        with ThreadPoolExecutor(12) as pool:
            start = time.monotonic()
            slow = [pool.submit(scene.ask, f"p{n}@acme.example") for n in range(12)]
            until(lambda: len(scene.server.asked) == 4)  # as many as `parallel` says
            for _ in range(50):
                before = time.monotonic()
                assert scene.ask("jane@acme.example").status == 200
                assert time.monotonic() - before < 0.4
            assert [future.result().status for future in slow] == [404] * 12
            assert time.monotonic() - start < 5
        scene.shelf.open.set()
        assert until(lambda: scene.ask("p0@acme.example").status == 200)
        assert len(scene.asked("p0")) == 1  # it went on being fetched though nobody waited any more
        scene.shelf.tamper = lambda asked: Reply(200, feed=drip(b"x", 0.05)) if "/p19@" in asked.path else None
        before = time.monotonic()
        assert scene.ask("p19@acme.example").status == 404
        assert time.monotonic() - before < 3


def test_photos_are_looked_at_again_and_kept_when_the_origin_is_down(tmp_path):
    with Scene(tmp_path, again_hours=0.0004, missing_minutes=0.001, workers=1) as scene:
        for who in ("p0", "p1", "p2"):
            assert scene.ask(f"{who}@acme.example").status == 200
        until(lambda: len(scene.asked("p0")) >= 2)
        assert scene.asked("p0")[-1].headers["If-None-Match"]
        scene.shelf.photos["/p0@acme.example.jpg"] = jpeg("red")
        until(lambda: colour_of(scene.ask("p0@acme.example")) == "red")
        scene.shelf.tamper = lambda asked: Reply(503)
        asked = len(scene.server.asked)
        until(lambda: len(scene.server.asked) > asked)
        assert colour_of(scene.ask("p0@acme.example")) == "red"
        assert scene.ask("p1@acme.example").status == 200
        scene.served.said(rb"503")


def test_a_photo_that_the_origin_has_no_more_goes(tmp_path):
    with Scene(tmp_path, again_hours=0.0004, missing_minutes=60.0, workers=1) as scene:
        assert scene.ask("p1@acme.example").status == 200
        del scene.shelf.photos["/p1@acme.example.jpg"]
        until(lambda: scene.ask("p1@acme.example").status == 404)
        assert scene.sync()[1].failed is None


def test_an_origin_that_has_no_photos_at_all_any_more_is_taken_for_a_mistake(tmp_path):
    """A web server that lost its folder answers 404 for everybody: most keep their photo, as in a sync."""
    with Scene(tmp_path, again_hours=0.0008, missing_minutes=60.0, workers=1) as scene:
        for n in range(6):
            assert scene.ask(f"p{n}@acme.example").status == 200
        scene.shelf.photos.clear()
        scene.served.said(rb"the origin has no photo of many people any more; that of p\d@acme.example is kept")
        assert [scene.ask(f"p{n}@acme.example").status for n in range(6)].count(200) >= 4


def test_an_origin_that_cannot_even_be_asked_keeps_the_door_from_opening(tmp_path):
    scene = Scene(tmp_path)
    text = scene.text.replace("[fetch]\n", '[fetch]\nca = "none.pem"\n')
    with Served(tmp_path, text, ready=False) as served:
        assert served.process.wait(20) == 2
        served.said(rb"error: source 'proxy': cannot take authorities from .*none.pem: No such file")
    scene._origin.__exit__(None, None, None)
