from __future__ import annotations

from pathlib import Path

import pytest

from ldap_servers.slapd import free_port
from limner.errors import PublishError
from limner.publish.files.s3 import S3
from shared_servers import needs_store

from .conftest import Site

pytestmark = needs_store


def test_objects_say_that_they_are_pictures(s3_site: Site) -> None:
    import obstore

    s3_site.has("jane")
    s3_site.publish()
    got = obstore.get(s3_site.more["hands"], "jane@example.com.jpg")
    assert got.attributes["Content-Type"] == "image/jpeg"


def test_a_wrong_secret_is_told_and_never_shown(s3_site: Site) -> None:
    s3_site.has("jane")
    secret: Path = s3_site.table.secret_file  # type: ignore[attr-defined]
    secret.write_text("hunter2hunter2")
    with pytest.raises(PublishError, match="refuses this key") as why:
        s3_site.publish()
    assert "hunter2" not in str(why.value) + str(why.value.hint)


def test_a_bucket_that_is_not_there(s3_site: Site) -> None:
    s3_site.set(url="s3://nothing-of-the-kind/photos")
    s3_site.has("jane")
    with pytest.raises(PublishError, match=r"s3://nothing-of-the-kind/photos|cannot write"):
        s3_site.publish()


def test_a_store_that_is_away(s3_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("limner.publish.files.s3.RETRIES", {"max_retries": 0})
    s3_site.set(endpoint=f"http://127.0.0.1:{free_port()}")
    s3_site.has("jane")
    with pytest.raises(PublishError, match="s3://"):
        s3_site.publish()


def test_without_a_key_it_says_where_keys_come_from(s3_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    s3_site.set(access_key="", secret_file=None)
    with pytest.raises(PublishError, match="there is no key") as why:
        S3(s3_site.table)  # type: ignore[arg-type]
    assert "AWS_SECRET_ACCESS_KEY" in (why.value.hint or "")


def test_the_environments_key_is_used(s3_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    table = s3_site.table
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", table.access_key)  # type: ignore[attr-defined]
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", table.secret_file.read_text())  # type: ignore[attr-defined]
    s3_site.set(access_key="", secret_file=None)
    s3_site.has("jane")
    s3_site.publish()
    assert list(s3_site.read()) == ["jane@example.com.jpg"]
