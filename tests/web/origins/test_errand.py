"""A worker's way to who fetches photos: bounded, and never an error."""

import asyncio
import socket

import pytest

from limner import people
from limner.library import Record, open_library
from limner.people import Person
from limner.settings import Settings, UrlSource
from limner.web.forms.ask import Ask
from limner.web.origins import errand, on_ask
from limner.web.origins.errand import NUMBER, Errands

SOURCE = UrlSource(
    kind="url", name="proxy", template="https://p.example/{mail}", people="x", fetch="on ask", wait_seconds=3
)
JANE, JOE, ANN = (people.by_mail(f"{name}@acme.example") for name in ("jane", "joe", "ann"))


@pytest.fixture
def library(tmp_path):
    library = open_library(tmp_path / "library", create=True)
    with library.batch() as batch:
        batch.put(Record(Person.of(mails=["jane@acme.example"]), "proxy", "jane", "1"))
        batch.put(Record(Person.of(mails=["joe@acme.example"]), "folder", "joe", "1"))
    yield library
    library.close()


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def errands(library, pair):
    return Errands(Settings.model_construct(source=[SOURCE]), library, pair[0])


def ask(*keys, forced=False):
    return Ask("mail", keys, 80, forced=forced)


def test_only_people_of_such_a_source_who_have_no_photo_concern_it(errands):
    assert errands.concerns(ask(JANE)) == (JANE, 3)
    assert errands.concerns(ask(ANN, JOE, JANE)) == (JANE, 3)
    assert errands.concerns(ask(JOE, ANN)) is None
    assert errands.concerns(ask(JANE, forced=True)) is None
    errands.reload(Settings())
    assert errands.concerns(ask(JANE)) is None


def test_a_source_that_fetches_ahead_is_none_of_them():
    ahead = SOURCE.model_copy(update={"fetch": "ahead"})
    assert on_ask(Settings.model_construct(source=[SOURCE, ahead])) == [SOURCE]


def test_answers_find_whoever_asked_in_any_order(errands, pair):
    async def run():
        waiting = [asyncio.ensure_future(errands.send(key, 3)) for key in (JANE, JOE, ANN)]
        await asyncio.sleep(0)
        asked = [pair[1].recv(2048) for _ in waiting]
        assert [message[NUMBER:] for message in asked] == [JANE, JOE, ANN]
        for message, found in ((asked[2], b"\1"), (asked[0], b"\0"), (asked[1], b"\1")):
            pair[1].send(message[:NUMBER] + found)
        return await asyncio.gather(*waiting)

    assert asyncio.run(run()) == [False, True, True]


def test_nobody_waits_for_longer_than_they_should(errands, pair):
    async def run():
        assert await errands.send(JANE, 0.05) is False
        late = pair[1].recv(2048)[:NUMBER]
        pair[1].send(late + b"\1")
        pair[1].send(b"rubbish")
        await asyncio.sleep(0.01)
        return len(errands._waiting)

    assert asyncio.run(run()) == 0


def test_a_fetcher_that_takes_nothing_is_not_waited_for(errands, pair):
    async def run():
        answers = await asyncio.gather(*(errands.send(b"x" * 400, 0.2) for _ in range(1500)))
        assert not any(answers)
        pair[1].close()
        return await errands.send(JANE, 0.2)

    assert asyncio.run(run()) is False


def test_not_more_are_sent_than_there_is_room_for(errands, pair, monkeypatch):
    monkeypatch.setattr(errand, "WAITING", 1)

    async def run():
        first = asyncio.ensure_future(errands.send(JANE, 0.1))
        await asyncio.sleep(0)
        assert await errands.send(JOE, 5) is False
        return await first

    assert asyncio.run(run()) is False
