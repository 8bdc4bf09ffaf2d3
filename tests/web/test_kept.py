"""The settings that all workers serve by."""

import os

import pytest

from limner.errors import SettingsError
from limner.web import kept
from limner.web.kept import Kept


def test_a_worker_takes_what_was_kept_not_what_the_file_says_now(tmp_path):
    file = tmp_path / "limner.toml"
    file.write_text("[serve]\nworkers = 2\n")
    raw, loaded = kept.read(file)
    keeper = Kept(file)
    keeper.write(raw)
    file.write_text("[serve]\nwork")
    assert Kept(file, keeper.fd).settings() == loaded
    assert loaded.serve.workers == 2
    keeper.write(b"")  # shorter than before
    assert Kept(file, keeper.fd).settings().serve.workers == 1
    os.close(keeper.fd)


def test_a_file_that_cannot_be_read_is_a_settings_error(tmp_path):
    with pytest.raises(SettingsError, match="no settings file"):
        kept.read(tmp_path / "no")
