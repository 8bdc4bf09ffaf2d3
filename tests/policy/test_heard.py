"""Whether a door was without news for too long."""

import os
import time

import pytest

from limner.policy.heard import FILE, SLACK, Heard
from limner.settings import Settings


def settings_of(tmp_path, library="postgresql://limner@db.example.com/limner"):
    return Settings.model_validate({"library": library, "replica": {"folder": str(tmp_path)}})


def heard(tmp_path, ago):
    (tmp_path / FILE).touch()
    os.utime(tmp_path / FILE, (time.time() - ago,) * 2)
    return Heard(settings_of(tmp_path), "1m").is_cut_off()


@pytest.mark.parametrize(("ago", "cut_off"), [(0, False), (50, False), (61 + SLACK, True), (-3600, True)])
def test_it_is_cut_off_after_so_long_and_where_the_clock_cannot_be_believed(tmp_path, ago, cut_off):
    assert heard(tmp_path, ago) is cut_off


def test_one_that_never_heard_anything_is_cut_off_but_for_a_library_in_a_folder(tmp_path):
    assert Heard(settings_of(tmp_path), "1m").is_cut_off()
    assert not Heard(settings_of(tmp_path, str(tmp_path)), "1m").is_cut_off()
