"""Every command of the guides does what the guide says that it does."""

from __future__ import annotations

import io
import re
import socket
from pathlib import Path

from cryptography import x509
from PIL import Image
from tests.guides.guide import DOCS, follow, steps
from tests.origin import Asked, Reply, origin
from tests.publish.files.sshd import Sshd, needs_sshd
from tests.sources.connections.fake import Profiles, Someone
from tests.sources.graph.fake import Directory


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (155, 155), colour).save(out, "JPEG")
    return out.getvalue()


def test_photos_from_connections(tmp_path: Path) -> None:
    people = [
        Someone(key="1", mail="jane.roe@example.com", uid="jroe", userid="g1", name="Jane Roe", photo=jpeg("red")),
        Someone(key="2", mail="joe.doe@example.com", uid="jdoe", userid="g2", name="Joe Doe"),
    ]
    with origin(Profiles(people, generic=jpeg("grey"), users={"limner": "pass word"})) as server:
        here = {"https://connections.example.com": server.url}
        follow("connections.md", tmp_path, here, {"CONNECTIONS_PASSWORD": "pass word"})
    assert (tmp_path / "jane.jpg").read_bytes().startswith(b"\xff\xd8")


def test_photos_from_entra_id(tmp_path: Path) -> None:
    directory = Directory()
    for name in ("jane.roe", "joe.doe"):
        user = directory.put(f"id-{name}", mail=f"{name}@acme.example", displayName=name, userType="Member")
        user.photos = {240: jpeg("red")}

    def uploaded(asked: Asked) -> None:
        """Take the certificate as whoever uploads it does."""
        directory.certificate = x509.load_pem_x509_certificate((tmp_path / "limner.crt").read_bytes())

    directory.tamper = uploaded
    with origin(directory) as server:
        where = f'graph_url = "{server.url}"\nlogin_url = "{server.url}"\n'
        here = {'certificate = "limner.pem"\n': f'certificate = "limner.pem"\n{where}'}
        follow("entra-id.md", tmp_path, here, {})
    assert (tmp_path / "jane.jpg").read_bytes().startswith(b"\xff\xd8")
    assert len(directory.assertions) >= 2


def test_photos_at_addresses(tmp_path: Path) -> None:
    photos = {f"/{name}@example.com.jpg": jpeg("red") for name in ("jane.roe", "joe.doe")}

    def shelf(asked: Asked) -> Reply:
        body = photos.get(asked.path)
        return Reply(200, body, {"Content-Type": "image/jpeg", "ETag": '"1"'}) if body else Reply(404)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with origin(shelf) as server:
        here = {"https://photos.example.com": server.url, "127.0.0.1:8080": f"127.0.0.1:{port}"}
        follow("photo-url.md", tmp_path, here, {})
    assert (tmp_path / "jane.jpg").read_bytes().startswith(b"\xff\xd8")
    assert "serving on" in (tmp_path / "serve.log").read_text()


def test_a_guide_whose_command_does_something_else_would_be_found(tmp_path: Path) -> None:
    settings, commands = steps("connections.md")
    assert "connections.example.com" in settings
    assert [step.command for step in commands][:2] == [
        "printf '%s\\n' \"$CONNECTIONS_PASSWORD\" > connections.password && chmod 600 connections.password",
        "limner sync --dry-run",
    ]
    assert commands[1].output.endswith("(dry run: nothing was done)\n")


@needs_sshd
def test_files_only(tmp_path: Path) -> None:
    with Sshd() as server:
        (server.data / "photos").mkdir()
        (server.data / "photos").chmod(0o777)
        (tmp_path / "known_hosts").write_text(server.known_hosts.read_text())
        key = tmp_path / "dmz.key"
        key.write_text(server.key.read_text())
        key.chmod(0o600)
        (tmp_path / "photos").mkdir()
        table = re.search(
            r"^```\n(file,.*?)^```", (DOCS / "files-only.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
        assert table
        (tmp_path / "people.csv").write_text(table[1])
        for name, colour in (("jane", "red"), ("joe", "blue")):
            (tmp_path / "photos" / f"{name}.jpg").write_bytes(jpeg(colour))
        follow("files-only.md", tmp_path, {'host = "web.dmz.example"': f'host = "127.0.0.1"\nport = {server.port}'}, {})
        assert len(list((server.data / "photos").iterdir())) == 2
