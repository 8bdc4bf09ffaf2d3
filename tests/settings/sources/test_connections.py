"""`[[source]]` with `kind = "connections"`: mistakes are said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.errors import SettingsError
from limner.settings import ConnectionsSource, parse

WHERE = 'url = "https://connections.example.com/profiles"\n'


def source(text: str, where: str = WHERE) -> ConnectionsSource:
    raw = f'[[source]]\nkind = "connections"\n{where}{text}'.encode()
    (made,) = parse(raw, Path("/etc/limner/limner.toml")).source
    assert isinstance(made, ConnectionsSource)
    return made


def test_an_address_is_enough() -> None:
    made = source("")
    assert made.label == "https://connections.example.com/profiles"
    assert made.feed == "/admin/atom/profiles.do"


def test_the_passwords_file_is_taken_from_the_settings_folder() -> None:
    made = source('user = "limner"\npassword_file = "secret"')
    assert made.password_file == Path("/etc/limner/secret")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('user = "limner"', "who signs on, and with what"),
        ('password_file = "x"', "who signs on, and with what"),
        ('user = "limner"\npassword_file = "x"\npassword_env = "Y"', "both say where the password is"),
        ('user = "limner"\ncookie = "LtpaToken2"\npassword_env = "Y"', "two ways to sign on"),
        ('user = "limner"\npassword = "hunter2"', 'there is no such setting; did you mean "password_env"?'),
        ("page = 0", "must be at least 1"),
    ],
)
def test_mistakes(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        source(text)
    assert words in caught.value.message
    assert "{" not in caught.value.message


@pytest.mark.parametrize("where", ["", 'url = "connections.example.com"', 'url = "https://u:p@c.example.com/"'])
def test_an_address_is_needed(where: str) -> None:
    with pytest.raises(SettingsError, match=r"source\[1\]\.url: "):
        source("", where + "\n")
