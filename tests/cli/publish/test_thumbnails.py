"""`limner publish thumbnails` on the command line; tests/cli/test_write_back.py has what both verbs say."""

from __future__ import annotations

from tests.cli.conftest import Run


def test_what_it_says_of_itself(run: Run) -> None:
    done = run("publish thumbnails --help")
    assert done.status == 0
    assert "never written back into it" in " ".join(done.out.split())


def test_a_share_is_a_share(run: Run) -> None:
    done = run("publish thumbnails --max-changes ten")
    assert done.status == 2
    assert "is not a share; write 25% or 0.25" in done.err
