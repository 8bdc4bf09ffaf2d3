"""`[[publish]]` with `kind = "photo-url"`."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.errors import SettingsError
from limner.settings import PhotoUrl, parse

TABLE = """[[publish]]
kind = "photo-url"
servers = "ldaps://dc1.acme.example"
base = "dc=acme,dc=example"
"""
FILE = Path("/etc/limner/limner.toml")


def test_defaults_are_safe() -> None:
    (table,) = parse(f'{TABLE}template = "http://p.example/{{mail}}.jpg"'.encode(), FILE).publish
    assert isinstance(table, PhotoUrl)
    assert (table.attribute, table.max_changes, table.starttls) == ("photoURL", 0.10, True)
    assert table.undo == Path("/etc/limner/undo")
    assert table.label == "photo-url ldaps://dc1.acme.example"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "publish[1].template: this setting is needed"),
        ('template = "http://p.example/"', "publish[1].template: "),
        ('template = "http://p.example/{mail}"\nattribute = "a b"', "publish[1].attribute: "),
        ('template = "http://p.example/{mail}"\nmax_changes = 2.0', "publish[1].max_changes: must be at most 1"),
        ('template = "http://p.example/{mail}"\nsize = 3', "publish[1].size: there is no such setting"),
    ],
)
def test_mistakes_are_named_with_their_place(more: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(f"{TABLE}{more}".encode(), FILE)
    assert said in caught.value.message


def test_a_kind_that_there_is_not() -> None:
    for kind, said in (
        ("photo-urls", 'did you mean "photo-url"?'),
        ("ldap", 'write "folder", "sftp", "s3", "photo-url" or "thumbnails"'),
    ):
        with pytest.raises(SettingsError) as caught:
            parse(f'[[publish]]\nkind = "{kind}"'.encode(), FILE)
        assert f'publish[1].kind: there is no "{kind}"; {said}' in caught.value.message


def test_two_tables_of_one_name_are_a_mistake() -> None:
    table = f'{TABLE}template = "http://p.example/{{mail}}"\n'
    with pytest.raises(SettingsError, match=r"two .* tables have the same name"):
        parse((table + table).encode(), FILE)
