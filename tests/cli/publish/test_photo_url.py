"""`limner publish photo-url` on the command line; tests/cli/test_write_back.py has what both verbs say."""

from __future__ import annotations

from tests.cli.conftest import Run


def test_what_it_says_of_itself(run: Run) -> None:
    done = run("publish photo-url --help")
    assert done.status == 0
    assert "Only what differs is written" in done.out


def test_the_nearest_verb_is_suggested(run: Run) -> None:
    done = run("publish photourl")
    assert done.status == 2
    assert "did you mean 'photo-url'?" in done.err
