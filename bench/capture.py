"""The capture bench: how fast `limner signon capture` reads, on one core, and what it holds meanwhile."""

from __future__ import annotations

import random
import resource
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.results import Section, Target
from bench.servers import open_folder, say

WANTED = 50  # MB/s
SEGMENT = 1448  # bytes of payload in a full Ethernet frame

CHAT = "a community server alone: one Sametime message of 100 bytes a packet"
# name: share of conversations that are read, payload of most packets
MIXES: dict[str, tuple[float, int]] = {
    "a proxy's day: half HTTPS and HTTP, half other ports, full packets": (0.5, SEGMENT),
    "the same, packets of 576 bytes on average": (0.5, 522),
    "sign-on alone: every packet of a conversation that is read": (1.0, SEGMENT),
    "other traffic alone, full packets": (0.0, SEGMENT),
    "other traffic alone, packets of 120 bytes": (0.0, 66),
    CHAT: (1.0, 100),
}


def bench(*, megabytes: int, rounds: int) -> Section:
    """Measure each mix in a process of its own. Raises BenchError."""
    rows, rates, largest = [], {}, 0.0
    with open_folder() as folder:
        make(folder / "empty.pcap", 0, 0, 0)
        start = min(measure(folder / "empty.pcap")[0] for _ in range(rounds))
        for number, (name, (share, payload)) in enumerate(MIXES.items()):
            file = folder / f"{number}.pcap"
            packets = make(file, megabytes, share, payload, chat=name == CHAT)
            measured = [measure(file) for _ in range(rounds)]
            size = file.stat().st_size / 1e6
            cpu = min(each[0] for each in measured) - start
            memory = max(each[1] for each in measured)
            rates[name], largest = size / cpu, max(largest, memory)
            rows.append([name, f"{packets:,}", f"{size / cpu:.0f}", f"{cpu / packets * 1e6:.2f}", f"{memory:.0f}"])
            say(f"{name}: {size / cpu:.0f} MB/s, {memory:.0f} MB held")
            file.unlink()
    first = next(iter(MIXES))
    return Section(
        title="Captures",
        about=(
            f"pcap files of {megabytes} MB, read by `limner signon capture --json` in a process of its own; processor "
            f"time of the whole process, less the {start:.2f} s that it takes with an empty file; the best of {rounds} "
            "rounds."
        ),
        headings=["what is in the file", "packets", "MB/s", "CPU us/packet", "MB of memory"],
        rows=rows,
        targets=[Target(f"rate of {first!r}", rates[first], WANTED, at_least=True, unit=" MB/s")],
        notes=[
            "What counts is packets, not bytes: one of a conversation that is read to its end costs most.",
            f"Memory does not grow with the file: at most {largest:.0f} MB here, the interpreter included.",
        ],
    )


def measure(file: Path) -> tuple[float, float]:
    """Give the seconds of processor time and the largest memory, in MB, of reading a file."""
    code = (
        "import resource, sys\nsys.argv = ['limner', 'signon', 'capture', '--json', sys.argv[1]]\n"
        "from limner import cli\ntry:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    before = _children_seconds()
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    return _children_seconds() - before, int(done.stderr.split()[-1]) / 1024


def make(file: Path, megabytes: int, share: float, payload: int, *, chat: bool = False) -> int:
    """Write a capture of about so many megabytes; give the number of its packets. The same in every run."""
    chance = random.Random(7)
    packets = 0
    with file.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while out.tell() < megabytes * 1_000_000:
            for frame in conversation(chance, read=chance.random() < share, payload=payload, chat=chat):
                packets += 1
                when = packets * 20  # microseconds
                out.write(
                    struct.pack("<IIII", 1_475_575_200 + when // 10**6, when % 10**6, len(frame), len(frame)) + frame
                )
    return packets


def conversation(chance: random.Random, *, read: bool, payload: int, chat: bool) -> Iterator[bytes]:
    """Yield the frames of a connection: some requests, each with an answer of some hundred packets."""
    client = bytes([10, chance.randrange(4), chance.randrange(250), chance.randrange(1, 250)])
    server = bytes([10, 200, 0, chance.randrange(1, 20)])
    ports = chance.randrange(20_000, 60_000), chance.choice((80, 443)) if read else chance.choice((445, 5671, 8443, 22))
    ports = (ports[0], 1533) if chat else ports
    seqs = [chance.randrange(1 << 32), chance.randrange(1 << 32)]

    def frame(by_client: bool, flags: int, data: bytes = b"") -> bytes:
        me, you = (0, 1) if by_client else (1, 0)
        ends, pair = ((client, server), ports) if by_client else ((server, client), ports[::-1])
        head = struct.pack(">HHIIBBHHH", *pair, seqs[me], seqs[you], 5 << 4, flags, 500, 0, 0)
        seqs[me] = (seqs[me] + len(data) + (flags & 3 != 0)) & 0xFFFFFFFF
        length = 40 + len(data)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, length, 1, 0x4000, 64, 6, 0, *ends)
        return bytes(12) + b"\x08\x00" + ip + head + data

    yield frame(True, 2)
    yield frame(False, 18)
    yield frame(True, 16)
    filler = bytes(range(256)) * (payload // 256 + 1)
    if chat:  # a unit that is for a channel, as chats and awareness are
        filler = struct.pack(">IHHI", payload - 4, 4, 0, 7) + bytes(payload)
    for _ in range(4):
        count = chance.randrange(100, 400)
        ask = b"GET /x HTTP/1.1\r\nHost: web.example.com\r\nCookie: LtpaToken2=x\r\n\r\n"
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (count * payload)
        if chat:
            ask = answer = filler[:payload]
        elif ports[1] != 80:
            ask, answer = (b"\x17\x03\x03" + struct.pack(">H", len(part)) + part for part in (ask, answer))
        yield frame(True, 24, ask)
        yield frame(False, 24, answer)
        for number in range(count):
            yield frame(False, 16, filler[:payload])
            if number % 8 == 7:  # acknowledgements are packets, too
                yield frame(True, 16)
    yield frame(True, 17)
    yield frame(False, 17)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
