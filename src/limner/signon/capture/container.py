"""Opens a capture file of whichever format, gzipped or not."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from limner.signon.capture import pcap, pcapng
from limner.signon.capture.frames import About, Frames
from limner.signon.errors import SignonError

_GZIP: Final = b"\x1f\x8b"
_OTHERS: Final = {
    b"snoo": "a snoop capture of Solaris",
    b"RTSS": "a capture of Network Monitor 1",
    b"GMBU": "a capture of Network Monitor",
    b"ipt": "an AIX iptrace capture",
    b"\xa1\xb2\xcd\x34": "a modified pcap",
    b"\x34\xcd\xb2\xa1": "a modified pcap",
}


def is_capture(head: bytes) -> bool:
    """Whether a file that begins so, four bytes at least, is a capture of a kind that is read here."""
    return head[:4] in pcap.MAGIC or head[:4] == pcapng.MAGIC


@contextmanager
def opened(path: Path) -> Iterator[tuple[Frames, About]]:
    """Open a capture: its frames, which can be gone through once, and what is known of the file as they are.

    `-` is standard input. Raises SignonError for a file that is no capture, also while it is being read; OSError where
    it cannot be.
    """
    with _bytes(path) as raw:
        file = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if raw.peek(2)[:2] == _GZIP else raw
        try:
            yield _frames(path, file.peek(4)[:4], file)
        except (gzip.BadGzipFile, EOFError, zlib.error) as why:
            raise SignonError(f"{path} cannot be unpacked: {why}") from None


@contextmanager
def _bytes(path: Path) -> Iterator[io.BufferedReader]:
    if str(path) == "-":
        yield cast(io.BufferedReader, sys.stdin.buffer)
        return
    with path.open("rb") as file:
        yield file


def _frames(path: Path, head: bytes, file: BinaryIO) -> tuple[Frames, About]:
    if head in pcap.MAGIC:
        about = About("pcap", str(path))
        return pcap.read_pcap(file, about), about
    if head == pcapng.MAGIC:
        about = About("pcapng", str(path))
        return pcapng.read_pcapng(file, about), about
    other = next((name for begin, name in _OTHERS.items() if head.startswith(begin)), None)
    if other:
        raise SignonError(
            f"{path} is {other}, which is not read here", hint="open it in Wireshark and save it as pcapng"
        )
    if not head:
        raise SignonError(f"{path} is empty")
    raise SignonError(f"{path} is not a capture", hint="give a file that tcpdump or Wireshark wrote: pcap or pcapng")
