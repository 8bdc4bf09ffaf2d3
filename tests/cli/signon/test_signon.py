"""What all verbs of `limner signon` have in common."""

from __future__ import annotations

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.cli import limner

from .conftest import Put, Run
from .guide import lay_out

VERBS = ["trace", "server-name", "communities check", "communities simulate --client a.example", "communities new"]
pieces = st.sampled_from(
    [
        "trace.txt",
        "sametime.dxl",
        "notes.ini",
        ".",
        "none",
        "--server-doc",
        "--json",
        "--client",
        "reset",
        "--to",
        "a.example",
    ]
)
odd = st.text("-=azé'\x1b[]\n\udcff@.%", max_size=8)


def test_every_verb_is_listed_and_has_its_help(run: Run) -> None:
    group = limner.get_command(click.Context(limner), "signon")
    assert isinstance(group, click.Group)
    for verb in group.list_commands(click.Context(group)):
        done = run(f"signon {verb} --help")
        assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize("line", ["signon", "signon communities"])
def test_a_noun_without_a_verb_shows_its_help(run: Run, line: str) -> None:
    done = run(line)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"Usage: limner {line} ")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(VERBS), st.lists(pieces | odd, max_size=5))
def test_no_arguments_bring_a_traceback(run: Run, put: Put, verb: str, arguments: list[str]) -> None:
    lay_out(put("here", "").parent)
    done = run(f"signon {verb}", *arguments)
    assert done.status in (0, 1, 2)
    assert "mistake in limner" not in done.err
    assert done.err.replace("\n", "").isprintable()
    if done.status == 2:
        assert done.out == "" or "--help" in arguments
