"""Shares on the command line."""

from pathlib import Path

import pytest

from limner.cli.share import Share

from .conftest import Run


@pytest.mark.parametrize(("text", "share"), [("25%", 0.25), ("0.25", 0.25), ("0", 0), ("100%", 1), ("1", 1)])
def test_a_share_is_a_percentage_or_a_fraction(text: str, share: float) -> None:
    assert Share().convert(text, None, None) == share


@pytest.mark.parametrize("text", ["101%", "25", "-1", "nan", "inf", "%", "", "ten"])
def test_all_else_is_no_share(run: Run, fresh: Path, text: str) -> None:
    done = run("sync --max-removals", text)
    assert (done.status, done.out) == (2, "")
    assert "is not a share; write 25% or 0.25" in done.err
