"""Objects in a store that speaks S3: obstore, whose errors end here."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

import obstore
from obstore import exceptions
from obstore.store import S3Store

from limner import settings
from limner.errors import PublishError
from limner.publish.files.target import RefusedError, Seen
from limner.settings.credential import read_secret

TYPES: Final = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "in": "text/plain; charset=utf-8"}
RETRIES: Final[Any] = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
CHUNK: Final = 1000  # objects in an answer of a listing, at most, as the protocol has it


class S3:
    """A bucket, or what is under a prefix of it; an object appears whole. See `Target`."""

    parallel = 16

    def __init__(self, table: settings.S3Files) -> None:
        self.table = table
        self._key = table.access_key or os.environ.get("AWS_ACCESS_KEY_ID", "")
        self._secret = read_secret(table.secret_file, "", "secret key") or os.environ.get("AWS_SECRET_ACCESS_KEY", "")
        if not (self._key and self._secret):
            raise PublishError(
                f"there is no key for {table.url}",
                hint="set access_key and secret_file, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            )

    async def __aenter__(self) -> Self:
        bucket, _, prefix = self.table.url.removeprefix("s3://").partition("/")
        endpoint = self.table.endpoint
        more: dict[str, Any] = {"endpoint": endpoint.rstrip("/")} if endpoint else {}
        with self._border():
            self._store = S3Store(
                bucket,
                prefix=prefix or None,
                region=self.table.region,
                access_key_id=self._key,
                secret_access_key=self._secret,
                client_options={
                    "timeout": timedelta(seconds=30),
                    "connect_timeout": timedelta(seconds=10),
                    "allow_http": bool(endpoint and endpoint.startswith("http:")),
                },
                retry_config=RETRIES,
                **more,
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing stays open."""

    async def listing(self, folders: Collection[str]) -> dict[str, Seen]:
        found: dict[str, Seen] = {}
        wanted = set(folders)
        with self._border():
            async for step in obstore.list(self._store, chunk_size=CHUNK):
                for each in step:
                    if each["path"].rpartition("/")[0] in wanted:
                        stamp = each["e_tag"] or each["last_modified"].isoformat()
                        found[each["path"]] = Seen(each["size"], stamp)
        return found

    async def put(self, path: str, body: bytes) -> None:
        kind = TYPES.get(path.rpartition(".")[2].lower(), "image/jpeg")
        with self._border(path):
            await obstore.put_async(self._store, path, body, attributes={"Content-Type": kind}, use_multipart=False)

    async def remove(self, path: str) -> None:
        with self._border(path):
            await obstore.delete_async(self._store, path)

    def _stranger(self) -> PublishError:
        return PublishError(
            f"{self.table.url}: the store refuses this key",
            hint="is it the right key, and may it list, write and delete there?",
        )

    @contextmanager
    def _border(self, path: str | None = None) -> Iterator[None]:
        """Turn obstore's errors into ours."""
        where = self.table.url
        try:
            yield
        except exceptions.NotFoundError:
            if path is None:
                raise PublishError(f"{where}: there is no such bucket") from None
            raise RefusedError(f"cannot write {path}: there is no such bucket or object") from None
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
            raise self._stranger() from None
        except exceptions.BaseError as why:
            reason = " ".join(str(why).split())[:300]
            if " 403 " in reason or " 401 " in reason:  # which obstore has no error of its own for in a listing
                raise self._stranger() from None
            if path is None:
                raise PublishError(f"{where}: {reason}") from None
            raise RefusedError(f"cannot write {path}: {reason}") from None
