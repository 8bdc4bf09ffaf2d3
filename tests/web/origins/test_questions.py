"""A worker's questions are answered, each with its own number, in the order in which answers are known."""

from __future__ import annotations

import asyncio
import socket

from limner.web.origins.questions import AT_ONCE, Questions


def pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


async def heard(sock: socket.socket) -> bytes:
    sock.setblocking(False)
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(sock, 100), 10)


def test_each_answer_has_the_number_of_its_question() -> None:
    async def run() -> None:
        later: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        async def answer(key: bytes) -> bool:
            return await later if key == b"slow" else key == b"there"

        worker, here = pair()
        with worker, here:
            Questions(answer, lambda: None).listen([here])
            for number, key in ((1, b"slow"), (2, b"there"), (3, b"nowhere")):
                worker.send(number.to_bytes(8) + key)
            assert [await heard(worker), await heard(worker)] == [(2).to_bytes(8) + b"\1", (3).to_bytes(8) + b"\0"]
            later.set_result(True)
            assert await heard(worker) == (1).to_bytes(8) + b"\1"
            asyncio.get_running_loop().remove_reader(here.fileno())

    asyncio.run(run())


def test_more_questions_than_are_taken_at_once_are_all_answered() -> None:
    async def run() -> None:
        async def answer(key: bytes) -> bool:
            return True

        worker, here = pair()
        with worker, here:
            Questions(answer, lambda: None).listen([here])
            numbers = [number.to_bytes(8) for number in range(AT_ONCE + 20)]
            worker.setblocking(False)
            for number in numbers:
                await asyncio.get_running_loop().sock_sendall(worker, number + b"key")
            assert sorted([await heard(worker) for _ in numbers]) == [number + b"\1" for number in numbers]
            asyncio.get_running_loop().remove_reader(here.fileno())

    asyncio.run(run())


def test_when_the_other_end_is_closed_that_is_told_once() -> None:
    async def run() -> None:
        gone = asyncio.Event()
        told = []

        async def answer(key: bytes) -> bool:
            return False

        def note() -> None:
            told.append(1)
            gone.set()

        worker, here = pair()
        with here:
            Questions(answer, note).listen([here])
            worker.close()
            await asyncio.wait_for(gone.wait(), 10)
            await asyncio.sleep(0)
            assert told == [1]

    asyncio.run(run())
