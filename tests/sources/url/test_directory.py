"""The way Sametime's proxy does it, in full: a real slapd says each person's address, a web server has the photos."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from tests.origin import Asked, Reply, origin
from tests.sync.scene import make_here

from ldap_servers import Slapd, needs_slapd
from ldap_servers.slapd import PEOPLE, person
from limner import people, sync
from limner.library import open_library
from limner.settings import Fetch, LdapSource, Settings, Sync, UrlSource
from limner.sync import apply


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 120), colour).save(out, "JPEG")
    return out.getvalue()


@needs_slapd
def test_photos_at_the_addresses_that_a_directory_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "make_all", make_here)

    def shelf(asked: Asked) -> Reply:
        if asked.path == "/faces/1.jpg":
            return Reply(200, jpeg("red"), {"Content-Type": "image/jpeg", "ETag": '"1"'})
        return Reply(404)

    with origin(shelf) as server:
        entries = [
            person("jane", mail="jane@acme.example", labeledURI=f"{server.url}/faces/1.jpg"),
            person("joe", mail="joe@acme.example", labeledURI="file:///etc/passwd"),
            person("ann", mail="ann@acme.example"),
        ]
        with Slapd(*entries) as slapd:
            directory = LdapSource(
                kind="ldap",
                name="directory",
                servers=[slapd.url],
                ca_file=slapd.ca_file,
                directory="openldap",
                base=[PEOPLE],
                attributes={"photo_url": "labeledURI"},
            )
            photos = UrlSource(kind="url", name="photos", people="directory", attribute="photo_url")
            settings = Settings(
                library=tmp_path / "library",
                source=[directory, photos],
                fetch=Fetch(tries=1, allow=[f"127.0.0.1:{server.port}"]),
                sync=Sync(workers=1),
            )
            library = open_library(settings.library, create=True)
            try:
                reports = sync.run(library, settings)
                assert [report.failed for report in reports] == [None, None]
                assert library.rendition(people.by_mail("jane@acme.example"), 48) is not None
                assert library.rendition(people.by_uid("jane"), 48) is not None
                assert library.rendition(people.by_mail("joe@acme.example"), 48) is None
                assert [refused.reason for refused in reports[1].refused] == [
                    "file:///etc/passwd: not an http or https address"
                ]
                assert library.count().people == 3
                again = sync.run(library, settings)
                assert [(report.added, report.changed) for report in again] == [([], []), ([], [])]
                assert [asked.method for asked in server.asked] == ["HEAD", "GET", "HEAD"]
            finally:
                library.close()
