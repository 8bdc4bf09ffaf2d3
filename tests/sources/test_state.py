"""What a reading leaves for the next one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.sources.ldap.state import State, read

TEXTS = st.text(max_size=30)
STATES = st.builds(
    State,
    way=TEXTS,
    server=TEXTS,
    marks=st.dictionaries(TEXTS, TEXTS, max_size=4),
    tip=TEXTS,
    people=st.dictionaries(st.binary(min_size=16, max_size=16), st.binary(min_size=4, max_size=4), max_size=20),
    at=st.floats(0, 1e12),
)


@given(STATES)
def test_a_state_is_read_as_it_was_written(state: State) -> None:
    assert read(state.written()) == state
    assert "\n" not in state.written()


@given(STATES)
def test_the_same_state_is_the_same_text(state: State) -> None:
    shuffled = State(state.way, state.server, state.marks, state.tip, dict(reversed(state.people.items())), state.at)
    assert shuffled.written() == state.written()


@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_anything_else_is_no_state(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "change",
    [{"people": "AA=="}, {"people": 1}, {"way": 1}, {"marks": []}, {"marks": {"a": 1}}, {"at": "x"}, {"more": 1}],
)
def test_a_state_that_was_changed_is_none(change: dict[str, object]) -> None:
    whole = json.loads(State("csn", people={bytes(16): b"abcd"}).written())
    assert read(json.dumps(whole)) is not None
    assert read(json.dumps(whole | change)) is None


def test_no_state_is_none() -> None:
    assert read(None) is None
