"""The floor: a bare uvloop protocol that writes one photo's worth of bytes for each read, and looks at nothing.

No Python server can be cheaper. `python -m bench.floor PORT BYTES` runs it.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import uvloop


class Floor(asyncio.Protocol):
    """Answer every read with the same bytes."""

    answer: bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = cast("asyncio.Transport", transport).write

    def data_received(self, data: bytes) -> None:
        self._write(self.answer)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Floor, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    Floor.answer = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % int(sys.argv[2])
    Floor.answer += bytes(int(sys.argv[2]))
    uvloop.run(_serve(int(sys.argv[1])))
