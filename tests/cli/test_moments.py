from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cli import moments


@pytest.mark.parametrize(
    "text", ["2024-01-31T12:00:00Z", "2024-01-31T13:00:00+01:00", "2024-01-31 12:00", "1706702400", "2024-01-31T12"]
)
def test_a_moment_is_read(text: str) -> None:
    assert moments.read(text) == 1_706_702_400


@pytest.mark.parametrize("text", ["", "soon", "31.1.2024", "99999999999999", "2024-13-01", "-1"])
def test_what_is_none_is_a_mistake_of_usage(text: str) -> None:
    with pytest.raises(click.UsageError, match="is not a time"):
        moments.read(text)


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1 < moment.year < 9999))
def test_what_is_written_is_read_again_to_the_millisecond(moment: datetime) -> None:
    unix = moment.timestamp()
    written = moments.iso(unix)
    assert written is not None
    assert abs(moments.read(written) - unix) <= 0.00055


@given(st.floats(allow_nan=False) | st.integers() | st.none())
def test_whatever_is_no_moment_is_none(moment: float | None) -> None:
    written = moments.iso(moment)
    assert written is None or written.endswith("Z")
