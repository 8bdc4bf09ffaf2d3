"""How these tests read settings: `parse` a text, or get the report of one that is `refused`."""

from pathlib import Path

import pytest

from limner import settings
from limner.errors import SettingsError

ROOT = Path(__file__).parents[2]
FILE = Path("/etc/limner/limner.toml")


def parse(text):
    return settings.parse(text.encode(), FILE)


def refused(text):
    """Give the report of a file that is refused, without the file's name, which begins each line."""
    with pytest.raises(SettingsError) as error:
        parse(text)
    lines = error.value.message.split("\n")
    assert all(line.startswith(f"{FILE}: ") for line in lines)
    return [line.removeprefix(f"{FILE}: ") for line in lines]
