from __future__ import annotations

from dataclasses import replace

import pytest

from limner.ltpa import DominoSecret, WebSphereKeys, doubts, published
from limner.ltpa.doubts import PUBLISHED

from .maker import NOW, cell

KEYS = WebSphereKeys("cell", cell().shared[:16], cell().n, created="2023-12-01")


def test_fresh_keys_of_ones_own_raise_no_doubt() -> None:
    assert list(doubts(KEYS, NOW)) == []


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        (replace(KEYS, default_password=True), "WebAS"),
        (replace(KEYS, shared=cell().shared), "LTPA 1"),
        (replace(KEYS, created="2023-10-17"), "76 days ago"),
        (replace(KEYS, valid_until=NOW - 1), "last day"),
        (replace(KEYS, valid_until=NOW + 86_400 * 3), "3 days"),
        (DominoSecret("d", bytes(20)), "make tokens for everyone"),
    ],
)
def test_each_doubt_is_said_once(keys: WebSphereKeys, word: str) -> None:
    [said] = doubts(keys, NOW)
    assert word in said.message


@pytest.mark.parametrize("created", ["2023-10-18", None, "soon"])
def test_young_keys_and_those_of_unknown_age_are_not_called_old(created: str | None) -> None:
    assert list(doubts(replace(KEYS, created=created), NOW)) == []


def test_published_keys_are_known_by_their_modulus(monkeypatch: pytest.MonkeyPatch) -> None:
    assert published(KEYS) is None
    monkeypatch.setitem(PUBLISHED, KEYS.public.fingerprint, "a public repository")
    assert published(KEYS) == "a public repository"
    assert "anyone in the world" in next(doubts(KEYS, NOW)).message
    assert len(PUBLISHED) == 14
    assert all(len(bytes.fromhex(digest)) == 32 for digest in PUBLISHED)
