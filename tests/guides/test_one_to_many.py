"""docs/one-to-many.md is followed to the letter, while a visitor asks for a face all the time."""

from __future__ import annotations

import http.client
import io
import socket
import threading
from pathlib import Path

from PIL import Image
from tests.guides.guide import follow
from tests.shared_servers import Postgres, Store, needs_postgres, needs_store
from tests.shared_servers.store import KEYS

pytestmark = [needs_postgres, needs_store]
FACE = "/photos/jane.roe@example.com.jpg"


class Visitor(threading.Thread):
    """Asks for a face at the first door, and where that does not show it, at the second."""

    def __init__(self, ports: list[int]) -> None:
        super().__init__(daemon=True)
        self.ports = ports
        self.faces = [0, 0]
        self.missed = 0
        self.stop = threading.Event()

    def run(self) -> None:
        without = 0
        while not self.stop.wait(0.02):
            at = next((at for at, port in enumerate(self.ports) if _shows(port)), None)
            if at is None:
                without += bool(sum(self.faces))  # before the first face no door was open yet
                continue
            self.missed += without  # what was not shown after the last face was asked of doors that had ended
            without = 0
            self.faces[at] += 1


def _shows(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", FACE)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def test_one_machine_becomes_many_and_faces_are_shown_all_the_while(
    tmp_path: Path, postgres: Postgres, store: Store
) -> None:
    (tmp_path / "photos").mkdir()
    for who, colour in {"jane.roe": "red", "joe.doe": "blue", "ann.poe": "gold"}.items():
        out = io.BytesIO()
        Image.new("RGB", (155, 155), colour).save(out, "JPEG")
        (tmp_path / "photos" / f"{who}@example.com.jpg").write_bytes(out.getvalue())
    postgres.run("drop database if exists limner")
    postgres.run("drop role if exists limner")
    with socket.socket() as one, socket.socket() as two, socket.socket() as three, socket.socket() as four:
        free = [one, two, three, four]
        for each in free:
            each.bind(("127.0.0.1", 0))
        doors = [f":{each.getsockname()[1]}" for each in free]
    here = {
        "--host db.example.com": f"--host 127.0.0.1 --port {postgres.port}",
        "@db.example.com/": f"@127.0.0.1:{postgres.port}/",
        "https://s3.example.com": store.endpoint,
        **dict(zip([":8080", ":8081", ":9090", ":9091"], doors, strict=True)),
    }
    visitor = Visitor([int(door[1:]) for door in doors[:2]])
    visitor.start()
    try:
        follow("one-to-many.md", tmp_path, here, {**KEYS, "LIMNER_DATABASE_PASSWORD": "pass word"})
    finally:
        visitor.stop.set()
        visitor.join(30)
    assert visitor.missed == 0
    assert min(visitor.faces) > 5, "both doors were asked"
