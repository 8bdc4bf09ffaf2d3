from __future__ import annotations

from limner.cli import limner


def test_it_does_what_its_help_says(run, site) -> None:
    """All else is tested in tests/cli/test_files.py: this verb is for tables of its own kind."""
    done = run("publish sftp")
    assert done.status == 2
    assert 'kind = "sftp"' in done.err
    assert "sftp" in limner.get_command(None, "publish").list_commands(None)  # type: ignore[arg-type,union-attr]
