"""Files from anywhere, read within bounds: whole ones, and lines one by one."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from limner.signon.errors import SignonError

Tell = Callable[[int, int], None]  # bytes done, of bytes

MOST: Final = 64 << 20  # bytes of a file that is read whole: an exported directory of some thousand documents
LONGEST: Final = 16 << 10  # bytes of a line; what is longer is cut
HEAD: Final = 4096  # bytes by which a file is recognised
_TOLD: Final = 4096  # lines after which progress is told again
_ZEROS: Final = 3  # zero bytes among the first lines, from which on a text without a mark is taken for UTF-16


def read(file: Path, most: int = MOST) -> bytes:
    """Give a file's bytes. Raises SignonError if it cannot be read, or has more than `most` bytes."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(most + 1)
    except OSError as why:
        raise SignonError(f"cannot read {file}: {why.strerror}") from None
    if len(raw) > most:
        raise SignonError(f"{file} is larger than {most} bytes", hint="cut out the part that matters")
    return raw


def head(file: Path) -> bytes:
    """Give a file's first bytes, by which its kind is recognised. Raises SignonError."""
    try:
        with file.open("rb") as stream:
            return stream.read(HEAD)
    except OSError as why:
        raise SignonError(f"cannot read {file}: {why.strerror}") from None


def encoding(raw: bytes) -> str:
    """Guess a text's encoding from its first bytes: UTF-16 by its mark or its zeros, UTF-8, else Windows-1252.

    Python's name of it; it decodes any bytes with `errors="replace"`.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if raw[1::2].count(0) > max(_ZEROS, len(raw) // 8):
        return "utf-16-le"
    try:
        # the head of a file may end within a character
        raw[: len(raw) - 4 if len(raw) >= HEAD else None].decode("utf-8")
    except UnicodeDecodeError as why:
        return "utf-8-sig" if len(raw) >= HEAD and why.start >= len(raw) - 8 else "cp1252"
    return "utf-8-sig"


def decode(raw: bytes) -> str:
    """Give bytes as text, whatever they are; line ends become line feeds."""
    text = raw.decode(encoding(raw), errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines(file: Path, tell: Tell | None = None) -> Iterator[tuple[int, str]]:
    """Yield a file's lines without their ends, with numbers from 1, in constant memory. Raises SignonError.

    Lines of more than `LONGEST` bytes are cut, and the rest of them is passed over. `tell` is told now and then how
    many bytes are read, and of how many.
    """
    try:
        with file.open("rb") as stream:
            code = encoding(stream.read(HEAD))
            stream.seek(0)
            read_lines = _wide_lines(stream, code) if code.startswith("utf-16") else _raw_lines(stream, code)
            size = os.fstat(stream.fileno()).st_size
            for number, line in enumerate(read_lines, 1):
                if tell is not None and number % _TOLD == 0:
                    tell(stream.tell(), size)
                yield number, line.rstrip("\r\n")
    except OSError as why:
        raise SignonError(f"cannot read {file}: {why.strerror}") from None


def _raw_lines(stream: BinaryIO, code: str) -> Iterator[str]:
    while line := stream.readline(LONGEST):
        yield line.decode(code, errors="replace")
        while line and not line.endswith(b"\n"):  # the rest of a line that is too long, or the end
            line = stream.readline(LONGEST)


def _wide_lines(stream: BinaryIO, code: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, code, errors="replace", newline="\n")
    try:
        while line := text.readline(LONGEST):
            yield line
            while line and not line.endswith("\n"):
                line = text.readline(LONGEST)
    finally:
        text.detach()
