"""A library, and each kind of place to publish to, real servers all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from library.samples import SOURCE, a_portrait, a_record
from limner import settings
from limner.library import Library, open_library
from limner.publish.files import Report, publish, target_of
from shared_servers import Store, needs_store
from shared_servers.store import BUCKET, KEYS

from .sshd import USER, Sshd, needs_sshd


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = open_library(tmp_path / "library", create=True)
    yield made
    made.close()


@dataclass
class Site:
    """A library whose photos are published to one place, and hands that reach into that place by themselves."""

    library: Library
    table: settings.Files
    read: Callable[[], dict[str, bytes]]
    write: Callable[[str, bytes], None]
    remove: Callable[[str], None]
    more: dict[str, Any] = field(default_factory=dict)

    def has(self, who: str, picture: str | None = None, **fields: object) -> None:
        picture = picture or f"face of {who}"
        with self.library.batch() as batch:
            batch.put(a_record(who, picture, **fields), a_portrait(picture))

    def leaves(self, who: str) -> None:
        with self.library.batch() as batch:
            assert batch.remove(SOURCE, f"{who}.jpg")

    def set(self, **changed: object) -> None:
        self.table = self.table.model_copy(update=changed)

    def publish(self, **how: Any) -> Report:
        return publish(self.library, self.table, target_of(self.table), **how)


def body(picture: str, rung: int = 80) -> bytes:
    return a_portrait(picture).renditions[rung]


@pytest.fixture
def folder_site(library: Library, tmp_path: Path) -> Site:
    place = tmp_path / "out"
    place.mkdir()
    return Site(
        library,
        settings.FolderFiles(kind="folder", path=place, name="out", manifests=tmp_path / "published"),
        lambda: tree(place),
        lambda name, text: (place / name).write_bytes(text) and None,
        lambda name: (place / name).unlink(),
    )


@pytest.fixture(scope="module")
def sshd() -> Iterator[Sshd]:
    with Sshd() as server:
        yield server


@pytest.fixture
def sftp_site(library: Library, tmp_path: Path, sshd: Sshd) -> Site:
    place = sshd.data / tmp_path.name
    place.mkdir()
    place.chmod(0o777)
    table = settings.SftpFiles(
        kind="sftp",
        host="127.0.0.1",
        port=sshd.port,
        user=USER,
        path=tmp_path.name,
        known_hosts=sshd.known_hosts,
        key=sshd.key,
        name="dmz",
        manifests=tmp_path / "published",
    )
    return Site(
        library,
        table,
        lambda: tree(place),
        lambda name, text: (place / name).write_bytes(text) and None,
        lambda name: (place / name).unlink(),
    )


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store() as server:
        yield server


@pytest.fixture
def s3_site(library: Library, tmp_path: Path, store: Store) -> Site:
    import obstore
    from obstore.store import S3Store

    secret = tmp_path / "secret"
    secret.write_text(KEYS["AWS_SECRET_ACCESS_KEY"])
    secret.chmod(0o600)
    key = KEYS["AWS_ACCESS_KEY_ID"]
    hands = S3Store(
        BUCKET,
        prefix=tmp_path.name,
        endpoint=store.endpoint,
        region="us-east-1",
        access_key_id=key,
        secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        client_options={"allow_http": True},
    )
    table = settings.S3Files(
        kind="s3",
        url=f"s3://{BUCKET}/{tmp_path.name}",
        endpoint=store.endpoint,
        access_key=key,
        secret_file=secret,
        name="store",
        manifests=tmp_path / "published",
    )

    def read() -> dict[str, bytes]:
        names = [each["path"] for step in obstore.list(hands) for each in step]
        return {name: bytes(obstore.get(hands, name).bytes()) for name in names}

    def write(name: str, text: bytes) -> None:
        obstore.put(hands, name, text)

    return Site(library, table, read, write, lambda name: obstore.delete(hands, name), {"hands": hands})


@pytest.fixture(
    params=["folder_site", pytest.param("sftp_site", marks=needs_sshd), pytest.param("s3_site", marks=needs_store)]
)
def site(request: pytest.FixtureRequest) -> Site:
    """Each kind of place in turn."""
    return request.getfixturevalue(request.param)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def changed(record: Any, **fields: object) -> Any:
    return dataclasses.replace(record, **fields)
