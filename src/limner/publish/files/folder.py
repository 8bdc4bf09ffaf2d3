"""Files in a folder of this machine, or one that is mounted."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

from limner.errors import PublishError
from limner.publish.files.target import RefusedError, Seen, fresh_name


class Folder:
    """A folder that is there; files appear in it by renaming. See `Target`."""

    parallel = 1  # a disk is not quicker for being asked twice

    def __init__(self, path: Path) -> None:
        self.path = path

    async def __aenter__(self) -> Self:
        if not self.path.is_dir():
            raise PublishError(f"there is no folder {self.path}", hint="make it, or mount what should be there")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    async def listing(self, folders: Collection[str]) -> dict[str, Seen]:
        found: dict[str, Seen] = {}
        for folder in folders:
            try:
                with os.scandir(self.path / folder) as entries:
                    for entry in entries:
                        if entry.is_file(follow_symlinks=False):
                            told = entry.stat(follow_symlinks=False)
                            path = f"{folder}/{entry.name}" if folder else entry.name
                            found[path] = Seen(told.st_size, str(told.st_mtime_ns))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as why:
                raise PublishError(f"cannot read {self.path / folder}: {why.strerror}") from None
        return found

    async def put(self, path: str, body: bytes) -> None:
        file = self.path / path
        fresh = self.path / fresh_name(path)
        try:
            with contextlib.suppress(FileExistsError):
                file.parent.mkdir(mode=0o755, parents=True)
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644), "wb") as out:
                out.write(body)
            fresh.replace(file)
        except OSError as why:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise RefusedError(f"cannot write {file}: {why.strerror}") from None

    async def remove(self, path: str) -> None:
        try:
            (self.path / fresh_name(path)).unlink(missing_ok=True)
            (self.path / path).unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as why:
            raise RefusedError(f"cannot remove {self.path / path}: {why.strerror}") from None
