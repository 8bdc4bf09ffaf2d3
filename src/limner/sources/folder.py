"""A folder of photos: named by mail address or user name, or listed in a CSV table or TDI's collect_photos.in."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath

from limner.errors import NameFormError, SourceError
from limner.people import Person
from limner.settings import FolderSource
from limner.sources import table as tables
from limner.sources.found import Found, Reading, Refused

PICTURE_SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".avif", ".bmp", ".dib", ".tif", ".tiff")
)
DEPTH_LIMIT = 32  # sub-folders within each other


class Folder:
    """The folder source; see `limner.settings.FolderSource` for what can be set."""

    def __init__(self, settings: FolderSource) -> None:
        self.settings = settings
        self.root = settings.path
        self._attributes = {name.strip().lower(): name for name in settings.attributes}

    @property
    def label(self) -> str:
        """The source's name."""
        return self.settings.label

    @property
    def parallel(self) -> int:
        """Nothing is fetched from a folder."""
        return 1

    @property
    def reading(self) -> Reading:
        """A folder is always read whole."""
        return Reading()

    def fetch(self, found: Found, limit: int) -> bytes | None:
        raise TypeError("a folder's photos are files")

    def close(self) -> None:
        """Nothing stays open."""

    def people(self, since: str | None = None) -> Iterator[Found | Refused]:
        try:
            is_folder = stat.S_ISDIR(self.root.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            is_folder = False
        except (OSError, ValueError) as why:
            raise SourceError(f"source {self.label!r}: cannot read {self.root}: {_reason(why)}") from None
        if not is_folder:
            raise SourceError(
                f"source {self.label!r}: {self.root} is not a folder", hint="is it mounted? nobody was removed"
            )
        if self.settings.table:
            return self._table(self.settings.table)
        if self.settings.collect:
            return self._collect(self.settings.collect)
        return self._files()

    # -- files named by their person --------------------------------------------------------------------------------

    def _files(self) -> Iterator[Found | Refused]:
        for where, entry in _walk(self.root, "", 0):
            if isinstance(entry, Refused):
                yield entry
                continue
            stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122  (a path object for each of a million files is slow)
            if suffix.lower() not in PICTURE_SUFFIXES:
                yield Refused(where, "not a picture by its name", harmless=True)
                continue
            try:
                yield _found(self._person(stem), where, entry.stat(), Path(entry.path))
            except NameFormError as why:
                yield Refused(where, why.message)
            except OSError as why:
                yield Refused(where, f"cannot be read: {why.strerror}", origin=where)

    def _person(self, stem: str) -> Person:
        is_mail = self.settings.names == "mail" or (self.settings.names == "auto" and "@" in stem)
        return Person.of(mails=(stem,)) if is_mail else Person.of(uid=stem)

    # -- files listed in a table ------------------------------------------------------------------------------------

    def _table(self, table: Path) -> Iterator[Found | Refused]:
        columns = ("file", *tables.NAMES, *self._attributes)
        others = "; others that reports need stand in `attributes`"
        for line, row in tables.rows(self.label, table, columns, "file", others):
            yield self._row(table, line, row)

    def _row(self, table: Path, line: int, row: dict[str, str]) -> Found | Refused:
        where = f"{table.name}, line {line}"
        try:
            person = tables.person_of(row)
        except NameFormError as why:
            return Refused(where, why.message)
        attributes = {name: row[column] for column, name in self._attributes.items() if row.get(column)}
        listed = self._listed(person, where, row["file"])
        return replace(listed, attributes=attributes) if isinstance(listed, Found) else listed

    # -- TDI's collect_photos.in ------------------------------------------------------------------------------------

    def _collect(self, collect: Path) -> Iterator[Found | Refused]:
        """Read three lines for each person: the photo's absolute path, the user's uid, a single period.

        So the assembly line dump_photos_to_files writes it (documentation of HCL Connections, TDI solution). The
        paths are those of the machine where TDI runs: a file that is not there is looked for by its name alone.
        """
        lines = io.StringIO(tables.text_of(self.label, collect), newline=None).read().split("\n")
        while lines and not lines[-1].strip():
            lines.pop()
        for at in range(0, len(lines), 3):
            where = f"{collect.name}, line {at + 1}"
            three = [line.strip() for line in lines[at : at + 3]]
            if len(three) < 3 or three[2] != ".":
                # from here on, what is a path and what is a uid would be a guess
                yield Refused(where, "the line with the period is missing; the rest is not read", complete=False)
                return
            try:
                yield self._listed(Person.of(uid=three[1]), where, three[0])
            except NameFormError as why:
                yield Refused(where, why.message)

    # -- for both lists ---------------------------------------------------------------------------------------------

    def _listed(self, person: Person, where: str, file: str) -> Found | Refused:
        """Give a person of a list with their file, which must lie in the folder: a list is not trusted with more."""
        if not file:
            return Found(person, person.label, "", None)
        path = self._inside(file)
        if path is None:
            return Refused(where, f"{file!r} is not in the folder", origin=person.label)
        try:
            return _found(person, person.label, path.stat(), path)
        except OSError as why:
            return Refused(where, f"{file!r} cannot be read: {why.strerror}", origin=person.label)

    def _inside(self, file: str) -> Path | None:
        """Find a file of a list in the folder, by its path or else by its name alone; None if it leads elsewhere."""
        name = PureWindowsPath(file).name if "\\" in file else PurePosixPath(file).name
        for candidate in (self._real_root / file, self._real_root / name):
            try:
                path = candidate.resolve()
                if path.is_relative_to(self._real_root) and path.is_file():
                    return path
            except (OSError, ValueError, RuntimeError):  # too long, a NUL, links in a circle
                continue
        return None

    @cached_property
    def _real_root(self) -> Path:
        return self.root.resolve()


def _found(person: Person, origin: str, status: os.stat_result, photo: Path) -> Found:
    version = f"{status.st_mtime_ns}-{status.st_size}"
    return Found(person, origin, version, photo, modified=max(0, int(status.st_mtime)))


def _reason(why: OSError | ValueError) -> str:
    return str(why.strerror if isinstance(why, OSError) else why)


def _walk(folder: Path | str, above: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str] | Refused]]:
    """Yield the files of a folder and its sub-folders in the order of their names, each with its path from the root.

    Hidden ones are left out. Links to files are followed, links to folders are not: they can lead in circles.
    """
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as why:
        yield above, Refused(above or str(folder), f"the folder cannot be read: {why.strerror}", complete=False)
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.lower() in ("thumbs.db", "desktop.ini"):
            continue
        where = above + _readable(entry.name)
        try:
            if entry.is_dir(follow_symlinks=False):
                if depth < DEPTH_LIMIT:
                    yield from _walk(entry.path, f"{where}/", depth + 1)
                else:
                    yield where, Refused(where, f"more than {DEPTH_LIMIT} folders deep", complete=False)
            elif entry.is_file():
                yield where, entry
            elif entry.is_symlink():
                what = "a link to a folder" if entry.is_dir() else "a link that leads to no file"
                yield where, Refused(where, what, harmless=entry.is_dir(), origin=where)
        except OSError as why:
            yield where, Refused(where, f"cannot be read: {why.strerror}", origin=where)


def _readable(name: str) -> str:
    """Give a file's name as text that can be stored and printed, with bytes that are not UTF-8 written in hex."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
