"""Which job comes next, and what is said of one that is done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.publish.results import Result as Published
from limner.publish.standing import Row as TableRow
from limner.sync.results import Result as Synced
from limner.sync.standing import Row as SourceRow
from limner.web.jobs import due, news

NOW = 1000.0
moments = st.none() | st.integers(0, 2000).map(float)
begun = st.integers(0, 900).map(float)


def source(name: str, began: float = 0, next_run: float | None = NOW) -> SourceRow:
    return SourceRow(Synced(name, began), next_run)


def table(name: str, began: float = 0, next_run: float | None = NOW, *, running: bool = False) -> TableRow:
    return TableRow(Published(name, "sftp", began), running, next_run)


def test_all_sources_that_are_due_are_one_job_and_each_table_is_one() -> None:
    jobs = due([source("hr"), source("ad"), source("late", next_run=NOW + 1)], [table("dmz"), table("cdn")], NOW)
    assert [(job.noun, job.words) for job in jobs] == [
        ("sync", ("--source", "hr", "--source", "ad")),
        ("publish", ("sftp", "--name", "dmz")),
        ("publish", ("sftp", "--name", "cdn")),
    ]
    assert [job.name for job in jobs] == ["sync", "publish dmz", "publish cdn"]


@given(st.lists(st.tuples(begun, moments)), st.lists(st.tuples(begun, moments, st.booleans())))
def test_who_has_waited_longest_comes_first_and_nobody_else_comes(
    sources: list[tuple[float, float | None]], tables: list[tuple[float, float | None, bool]]
) -> None:
    """So a source that is always due keeps no table from its turn."""
    jobs = due(
        [source(f"s{at}", *each) for at, each in enumerate(sources)],
        [table(f"t{at}", began, ends, running=runs) for at, (began, ends, runs) in enumerate(tables)],
        NOW,
    )
    assert [job.last for job in jobs] == sorted(job.last for job in jobs)
    ripe = {f"s{at}" for at, (_, ends) in enumerate(sources) if ends is not None and ends <= NOW}
    ripe |= {f"t{at}" for at, (_, ends, runs) in enumerate(tables) if ends is not None and ends <= NOW and not runs}
    assert sorted(name for job in jobs for name in job.whom) == sorted(ripe)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (Synced("hr", counts={"added": 1, "refused": 2}), "synced hr: 1 added, 0 changed, 0 removed, 2 refused"),
        (Synced("hr", counts={"refused": 2, "kept": 9}), None),
        (Synced("hr", failed="down", counts={"added": 1}), None),
        (Published("dmz", "sftp", counts={"added": 1, "removed": 2, "kept": 7}), "published dmz: 1 added, 2 removed"),
        (Published("dmz", "sftp", counts={"refused": 2}), "published dmz: 2 refused"),
        (Published("dmz", "sftp", counts={"kept": 7, "foreign": 1}), None),
        (Published("dmz", "sftp", failed="down"), None),
    ],
)
def test_what_changed_is_said(last: Synced | Published, said: str | None) -> None:
    assert news(last) == said
