"""Where a cell's files are: a profile, its `config` folder, a zip made by backupConfig, or a tar.

Only the files that matter are read, and nothing is ever unpacked to a disk.
"""

from __future__ import annotations

import lzma
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from limner.cell.errors import CellError

LARGEST: Final = 16 << 20  # bytes of one file: a security.xml of some thousand objects has 2 MB
MOST_BYTES: Final = 256 << 20  # of all files that are kept
MOST_FILES: Final = 20_000  # that are kept
MOST_MEMBERS: Final = 500_000  # files and folders that are looked at: a backup holds whole applications
MOST_UNPACKED: Final = 8 << 30  # bytes of a tar after decompression, of which most are passed over

_STORE: Final = r"[^/]+\.(?:p12|pfx|jks|jceks)"
_CELL: Final = re.compile(
    r"(?P<before>(?:.*/)?)cells/(?P<cell>[^/]+)/(?P<path>"
    r"security\.xml|cell\.xml"
    r"|nodes/[^/]+/(?:serverindex\.xml|node\.xml|node-metadata\.properties)"
    r"|nodes/[^/]+/servers/[^/]+/(?:server|security)\.xml"
    r"|clusters/[^/]+/cluster\.xml|nodegroups/[^/]+/nodegroup\.xml"
    rf"|{_STORE}|nodes/[^/]+/(?:servers/[^/]+/)?{_STORE})"
)
_DOMAIN: Final = re.compile(
    r"(?P<before>(?:.*/)?)(?P<path>waspolicies/default/securitydomains/[^/]+/domain-security\.xml)"
)
_PROFILE: Final = re.compile(rf"(?P<before>(?:.*/)?)(?P<path>properties/(?:ssl|soap)\.client\.props|etc/{_STORE})")
_DAMAGE: Final = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # a zip with a password
)
_NO_CELL: Final = "give a profile, its config folder, a zip made by backupConfig, or a tar of one of them"


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one place. Paths have `/`: those of `files` begin below the cell, those of `profile` below that.

    `domains` are the paths of security domains that are there.
    """

    place: str
    cell: str
    files: Mapping[str, bytes] = field(repr=False)
    profile: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    domains: tuple[str, ...] = ()

    def where(self, path: str) -> str:
        """Give a file's place for people."""
        return f"{self.place}: {path}"


def read_tree(place: Path, side: str = "") -> Tree:
    """Read what matters of a place; `side` is `before` or `after`, for one half of a delta checkpoint.

    Raises CellError if it cannot be read, holds no cell or several, or is larger than it should be.
    """
    try:
        members = list(_bounded(_members(place)))
    except OSError as why:
        raise CellError(f"cannot read {why.filename or place}: {why.strerror or why}") from None
    except _DAMAGE as why:
        raise CellError(f"{place} is not a sound archive: {str(why).partition(chr(10))[0]}") from None
    return _tree(str(place), [(path, read) for path, read in members if not side or side in path.split("/")[:-1]])


def _tree(place: str, members: list[tuple[str, bytes]]) -> Tree:
    found = [(match, raw) for path, raw in members if (match := _CELL.fullmatch(path))]
    tops = {(match["before"], match["cell"]) for match, _ in found if match["path"] == "security.xml"}
    if not tops:
        raise CellError(f"{place}: there is no cells/<cell>/security.xml in it", hint=_NO_CELL)
    nearest = min(before.count("/") for before, _ in tops)  # a work space or a checkpoint below it is not the cell
    tops = {(before, cell) for before, cell in tops if before.count("/") == nearest}
    if len(tops) > 1:
        names = ", ".join(sorted(f"{before}cells/{cell}" for before, cell in tops))
        raise CellError(f"{place}: there are several cells in it: {names}", hint="give the folder of one")
    before, cell = tops.pop()
    home = before.removesuffix("config/")
    return Tree(
        place=place,
        cell=cell,
        files={match["path"]: raw for match, raw in found if (match["before"], match["cell"]) == (before, cell)},
        profile={
            match["path"]: raw
            for path, raw in members
            if (match := _PROFILE.fullmatch(path)) and match["before"] == home and before.endswith("config/")
        },
        domains=tuple(
            sorted(
                match["path"] for path, _ in members if (match := _DOMAIN.fullmatch(path)) and match["before"] == before
            )
        ),
    )


Member = tuple[str, Callable[[], bytes]]


def _bounded(members: Iterator[Member]) -> Iterator[tuple[str, bytes]]:
    """Read the members that matter, as long as there are not too many, and not too large."""
    files = total = 0
    for count, (name, read) in enumerate(members):
        if count > MOST_MEMBERS:
            raise CellError(f"there are more than {MOST_MEMBERS} files in it", hint="give the config folder alone")
        path = name.replace("\\", "/").removeprefix("./")
        if path.startswith("/") or ".." in path.split("/"):
            continue  # nothing is unpacked: such a name is of no use, and does no harm
        if not any(kind.fullmatch(path) for kind in (_CELL, _PROFILE, _DOMAIN)):
            continue
        raw = read()
        files += 1
        total += len(raw)
        if len(raw) > LARGEST:
            raise CellError(f"{path} is larger than {LARGEST} bytes: it is no file of a cell's configuration")
        if files > MOST_FILES or total > MOST_BYTES:
            raise CellError(f"there are more than {MOST_FILES} files or {MOST_BYTES} bytes of configuration in it")
        yield path, raw


def _members(place: Path) -> Iterator[Member]:
    if place.is_dir():
        return _of_folder(place)
    if not stat.S_ISREG(place.stat().st_mode):  # to open a pipe would take for ever
        raise CellError(f"{place} is neither a file nor a folder", hint=_NO_CELL)
    with place.open("rb") as stream:
        head = stream.read(4)
    if head[:2] == b"PK":
        return _of_zip(place)
    return _of_tar(place)


def _of_folder(place: Path) -> Iterator[Member]:
    """Yield the files below the folders that matter: a profile also holds logs, work spaces and applications."""
    inner = next((each for each in ("config/cells", "cells") if (place / each).is_dir()), None)
    if inner is not None:
        parts: tuple[str, ...] = (inner, inner.replace("cells", "waspolicies"), "properties", "etc")
    elif (place / "security.xml").is_file() and place.resolve().parent.name == "cells":
        place = place.resolve()
        parts = (f"cells/{place.name}",)
    else:
        raise CellError(f"{place}: there is no cell in it", hint=_NO_CELL)
    top = place if inner is not None else place.parent.parent
    for part in parts:
        for folder, folders, names in os.walk(top / part):
            folders[:] = [each for each in folders if each not in ("applications", "blas", "cus")]
            for name in names:
                file = Path(folder, name)
                yield file.relative_to(top).as_posix(), lambda file=file: _of_file(file)  # type: ignore[misc]


def _of_file(file: Path) -> bytes:
    if not file.is_file():  # a pipe would never end
        raise CellError(f"{file} is not a file")
    with file.open("rb") as stream:
        return stream.read(LARGEST + 1)


def _of_zip(place: Path) -> Iterator[Member]:
    with zipfile.ZipFile(place) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield info.filename, lambda info=info: _of_member(archive, info)  # type: ignore[misc]


def _of_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as stream:
        return stream.read(LARGEST + 1)


def _of_tar(place: Path) -> Iterator[Member]:
    try:
        archive = tarfile.open(place, mode="r:*")  # noqa: SIM115 - closed below
    except tarfile.ReadError:
        raise CellError(f"{place} is neither a zip nor a tar that can be read", hint=_NO_CELL) from None
    with archive:
        archive.fileobj = _Counting(archive.fileobj, place)  # type: ignore[arg-type, assignment]
        for info in archive:
            if info.isreg():
                yield info.name, lambda info=info: _of_entry(archive, info)  # type: ignore[misc]


def _of_entry(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(info)
    return stream.read(LARGEST + 1) if stream else b""


class _Counting:
    """A tar's decompressed stream, which ends with an error when it is too long to be honest."""

    def __init__(self, stream: BinaryIO, place: Path) -> None:
        self.stream = stream
        self.place = place

    def read(self, size: int = -1) -> bytes:
        self._check()
        return self.stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset > MOST_UNPACKED:
            self._refuse()
        return self.stream.seek(offset, whence)

    def tell(self) -> int:
        return self.stream.tell()

    def close(self) -> None:
        self.stream.close()

    def _check(self) -> None:
        if self.stream.tell() > MOST_UNPACKED:
            self._refuse()

    def _refuse(self) -> None:
        raise CellError(f"{self.place} unpacks to more than {MOST_UNPACKED} bytes", hint="give the config folder alone")
