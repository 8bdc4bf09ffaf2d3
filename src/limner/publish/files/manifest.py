"""What was written where, kept from one run to the next: a line of JSON for each file.

Before a file is written its name is put down, without what it is: should the run end there, the next one knows that
the file is limner's own, and writes it again. Lines are appended while a run goes on; at its end the file is written
anew, whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from limner.errors import PublishError
from limner.publish.files.target import Seen
from limner.publish.lock import alone, name_of

MOST: Final = 2_000_000_000  # bytes of a manifest: some ten million files


@dataclass(slots=True)
class Written:
    """A file that limner wrote: what it is of (a digest; "": a run ended while it was written), and how its place told
    of it afterwards.
    """

    of: str = ""
    seen: Seen | None = None


@dataclass(slots=True)
class Manifest:
    """The files of one table, by their paths."""

    file: Path
    files: dict[str, Written] = field(default_factory=dict)
    _log: Any = None

    def begin(self, paths: list[str]) -> None:
        """Put down that these files are about to be written, or removed; on disk when this returns."""
        self.files.update((path, Written()) for path in paths)
        self.put_down(paths)

    def put_down(self, paths: list[str]) -> None:
        """Put down what is known of these files now; on disk when this returns."""
        if self._log is None:
            self._log = _opened(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            self._log.write("".join(_line(path, self.files[path]) for path in paths if path in self.files))
            self._log.flush()
            os.fsync(self._log.fileno())
        except OSError as why:
            raise PublishError(f"cannot write {self.file}: {why.strerror}") from None

    def save(self) -> None:
        """Write the manifest anew, all at once."""
        self.close()
        fresh = self.file.with_name(f"{self.file.name}.new")
        try:
            with _opened(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as out:
                out.writelines(_line(path, self.files[path]) for path in sorted(self.files))
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self.file)
        except OSError as why:
            raise PublishError(f"cannot write {self.file}: {why.strerror}") from None

    def close(self) -> None:
        """Close what `begin` opened."""
        if self._log is not None:
            self._log.close()
            self._log = None


@contextmanager
def manifest_of(folder: Path, label: str, place: str, *, change: bool) -> Iterator[Manifest]:
    """Open the manifest of a table that writes to a place; with `change`, nobody else can meanwhile.

    Raises PublishError: it cannot be read; BusyError: another run of this table has it.
    """
    file = folder / f"{name_of(label, place)}.jsonl"
    if not change:
        yield Manifest(file, _read(file))
        return
    with alone(file.with_suffix(".lock")):
        manifest = Manifest(file, _read(file))
        try:
            yield manifest
        finally:
            manifest.close()


def _read(file: Path) -> dict[str, Written]:
    """Read what is there; a last line that was cut is one that was not put down yet."""
    files: dict[str, Written] = {}
    try:
        with file.open("rb") as lines:
            if os.fstat(lines.fileno()).st_size > MOST:
                raise PublishError(f"{file} has more than {MOST:,} bytes")
            for number, raw in enumerate(lines, start=1):
                if raw.endswith(b"\n"):
                    path, written = _parsed(raw, f"{file}:{number}")
                    files[path] = written
    except FileNotFoundError:
        return {}
    except OSError as why:
        raise PublishError(f"cannot read {file}: {why.strerror}") from None
    return files


def _parsed(raw: bytes, where: str) -> tuple[str, Written]:
    try:
        path, of, size, stamp = json.loads(raw)
        if isinstance(path, str) and isinstance(of, str) and isinstance(stamp, str) and type(size) is int:
            return path, Written(of, Seen(size, stamp) if size >= 0 else None)
    except (ValueError, TypeError, RecursionError):
        pass
    raise PublishError(
        f"{where}: a manifest has no such line",
        hint="if it is damaged, remove it and publish with --adopt: files with limner's names are then taken over",
    )


def _line(path: str, written: Written) -> str:
    size, stamp = written.seen or (-1, "")
    return json.dumps([path, written.of, size, stamp], separators=(",", ":")) + "\n"


def _opened(file: Path, flags: int) -> Any:
    try:
        return os.fdopen(
            os.open(file, flags | os.O_CLOEXEC, 0o600), "w" if flags & os.O_TRUNC else "a", encoding="utf-8"
        )
    except OSError as why:
        raise PublishError(f"cannot write {file}: {why.strerror}") from None
