"""The plan's file is read as it was written, or refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cell.plan.conftest import OLD, WILDCARD, Plans
from limner.cell.errors import CellError
from limner.cell.plan import document, read_plan, write_plan


def test_a_plan_written_is_read_the_same_and_holds_no_secret(plans: Plans, tmp_path: Path) -> None:
    there = plans("1-installed")
    plan = document(there.cell, there.made(WILDCARD), OLD, datetime(2026, 1, 2, tzinfo=UTC), {"": "/x"}, b"<x/>")
    file = tmp_path / "plan.json"
    write_plan(plan, file)
    assert read_plan(file) == plan
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"], "nothing else is left"
    text = file.read_text()
    assert "PRIVATE KEY" not in text
    assert "{xor}" not in text
    assert "WebAS" not in text
    write_plan(plan, file)


@pytest.mark.parametrize("text", ["", "{}", "[]", "{", '{"plan": "limner cell plan", "version": 2}', "\xff"])
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(CellError, match="is no plan"):
        read_plan(file)


@given(st.binary(max_size=60))
def test_rubbish_is_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "rubbish.json"
    file.write_bytes(raw)
    with pytest.raises(CellError):
        read_plan(file)


def test_where_nothing_can_be_read_or_written_it_is_told(plans: Plans, tmp_path: Path) -> None:
    there = plans()
    made = there.made(WILDCARD)
    plan = document(there.cell, made, OLD, datetime(2026, 1, 2, tzinfo=UTC), {}, b"")
    with pytest.raises(CellError, match="cannot write"):
        write_plan(plan, tmp_path / "none" / "plan.json")
    with pytest.raises(CellError, match="cannot read"):
        read_plan(tmp_path / "none.json")
