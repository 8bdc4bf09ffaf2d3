from __future__ import annotations

import pytest

from limner.web import opened
from limner.web.opened import SECONDS, Opened

NOW = 1_800_000_000.0


def test_connections_with_the_same_peer_and_head_have_the_same_targets() -> None:
    of = Opened()
    mine = of.targets("192.0.2.1", b"head", NOW)
    mine[b"/a"] = NOW + SECONDS, b"/a", None
    assert of.targets("192.0.2.1", b"head", NOW + 1) is mine
    for peer, head in (("192.0.2.2", b"head"), ("192.0.2.1", b"Head"), (None, b"head")):
        assert of.targets(peer, head, NOW + 1) == {}


def test_they_are_forgotten_after_a_while_and_when_verdicts_do_not_stand_any_more() -> None:
    of = Opened()
    mine = of.targets("a", b"", NOW)
    assert of.targets("a", b"", NOW + SECONDS) is not mine
    again = of.targets("a", b"", NOW + SECONDS)
    of.clear()
    assert of.targets("a", b"", NOW + SECONDS) is not again


def test_memory_is_bounded_for_each_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "TARGETS", 3)
    monkeypatch.setattr(opened, "ALL", 50)
    of = Opened()
    for number in range(500):
        of.targets(str(number % 7), b"", NOW)[b"%d" % number] = NOW, b"", None
        assert all(len(each) <= 3 for each in of._of.values())
        assert sum(map(len, of._of.values())) <= 50
