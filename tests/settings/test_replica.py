"""`[replica]`: what is taken, and what is a mistake."""

from pathlib import Path

import pytest

from limner import settings
from limner.errors import SettingsError


def test_a_door_says_that_it_is_cut_off_before_it_shows_no_faces() -> None:
    with pytest.raises(SettingsError, match="late_after"):
        settings.parse(b'[replica]\nlate_after = "2h"\nvouch_for = "1h"', Path("limner.toml"))
    loaded = settings.parse(b'[replica]\nfolder = "copy"\nvouch_for = "1h"', Path("/etc/limner.toml"))
    assert loaded.replica.folder == Path("/etc/copy")
