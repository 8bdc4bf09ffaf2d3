from __future__ import annotations

import pytest

from limner.signon.capture import table as room
from limner.signon.capture.packet import ACK, SYN, Segment
from limner.signon.capture.table import Table


def segment(
    number: int, port: int, *, flags: int = ACK, seq: int = 1, data: bytes = b"", length: int | None = None
) -> Segment:
    size = len(data) if length is None else length
    return Segment(number, number, b"\x0a\0\0\1", port, b"\x0a\0\0\2", 1533, seq, 0, flags, 9, 64, 1, data, size)


def test_the_number_of_conversations_followed_at_once_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_OPEN", 50)
    table = Table({1533: "vp"})
    for number in range(500):
        table.add(segment(number + 1, 1000 + number, flags=SYN))
        assert len(table._open) <= 102
    assert len(table.finish()) == 500


def test_those_that_are_over_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_OPEN", 20)
    table = Table({1533: "vp"})
    for number in range(20):
        table.add(segment(2 * number + 1, 1000 + number, flags=SYN))
        if number % 2:
            table.add(segment(2 * number + 2, 1000 + number, flags=4, seq=2))
    table.add(segment(100, 5000, flags=SYN))
    left = {flow.client.port for flow, by_client in table._open.values() if by_client}
    assert left == {5000, *range(1000, 1020, 2)}


def test_what_all_hold_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand clients that each leave out a byte fill no memory."""
    monkeypatch.setattr(room, "MOST_HELD", 100_000)
    table = Table({1533: "vp"})
    for number in range(2000):
        port = 1000 + number % 100
        table.add(segment(number + 1, port, seq=2 + 2000 * (number // 100) + (number >= 100), data=b"x" * 1000))
        held = sum(flow.from_client.held for flow, by_client in table._open.values() if by_client)
        assert held <= 101_000
    assert table.unfollowed > 0


def test_dull_conversations_are_counted_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_DULL", 3)
    table = Table({1533: "tls"})
    for number in range(10):
        table.add(segment(3 * number + 1, 1000 + number, flags=SYN))
        table.add(segment(3 * number + 2, 1000 + number)._replace(
            source=b"\x0a\0\0\2", target=b"\x0a\0\0\1", source_port=1533, target_port=1000 + number, flags=SYN | ACK
        ))  # fmt: skip
    assert len(table.finish()) == 3
    assert table.left_out == 7


def test_conversations_that_tell_something_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_DULL", 0)
    table = Table({1533: "tls"})
    table.add(segment(1, 1000, flags=SYN))  # never answered
    assert len(table.finish()) == 1
