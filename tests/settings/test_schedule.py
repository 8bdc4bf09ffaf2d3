"""When a sync is due."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.settings import FolderSource, Settings, Sync
from limner.settings.schedule import next_run, schedule_of, utc

moments = st.integers(1_700_000_000, 1_900_000_000)
crons = st.sampled_from(["*/15 * * * *", "30 2 * * *", "0 0 1 * *", "0 6 * * 1-5"])


def clock(moment: float) -> datetime:
    return datetime.fromtimestamp(moment).astimezone()


@given(moments, moments)
def test_an_interval_counts_from_the_begin_of_the_last_one(last: int, now: int) -> None:
    assert next_run("every 15m", last, now) == min(last, now) + 900, "a clock that was set back delays nothing"
    assert next_run("every 15m", None, now) == now


@pytest.mark.parametrize(("text", "seconds"), [("every 30s", 30), ("every 2 h", 7200), ("every 1d", 86_400)])
def test_intervals(text: str, seconds: int) -> None:
    assert next_run(text, 1000, 2000) == 1000 + seconds


@given(crons, moments, st.integers(0, 10_000_000))
def test_a_cron_expression_comes_true_after_the_last_one_and_a_missed_one_is_made_up_for(
    cron: str, last: int, later: int
) -> None:
    due = next_run(cron, last, last + later)
    assert due is not None
    assert due > last
    assert clock(due).second == 0
    assert next_run(cron, None, last) == last, "without one before, it is due at once, as the first of an interval is"


def test_half_past_two_is_half_past_two() -> None:
    due = next_run("30 2 * * *", datetime(2026, 3, 2, 3, 0).astimezone().timestamp(), 2e9)
    assert due is not None
    assert (clock(due).day, clock(due).hour, clock(due).minute) == (3, 2, 30)


def test_a_source_has_the_schedule_of_all_or_its_own_or_none() -> None:
    own = {"every 1h": "every 1h", "": "", None: "every 15m"}
    for schedule, expected in own.items():
        source = FolderSource(kind="folder", path="x", schedule=schedule)  # type: ignore[arg-type]  # a text will do
        whole = Settings(source=[source], sync=Sync(schedule="every 15m"))
        assert schedule_of(source, whole) == expected
    assert next_run("", 1, 2) is None


def test_a_moment_is_written_in_utc_and_none_is_none() -> None:
    assert utc(1_700_000_000.9) == "2023-11-14T22:13:20Z"
    assert utc(0) is utc(None) is None
