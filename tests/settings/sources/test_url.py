"""`[[source]]` with `kind = "url"`: mistakes are said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.errors import SettingsError
from limner.settings import UrlSource, parse


def source(text: str, more: str = "") -> UrlSource:
    whole = parse(f'[[source]]\nkind = "url"\n{text}\n{more}'.encode(), Path("/etc/limner/limner.toml"))
    made = whole.source[0]
    assert isinstance(made, UrlSource)
    return made


TEMPLATE = 'template = "https://photos.example.com/{mail}.jpg"\n'


def test_people_and_where_their_photos_are_is_enough() -> None:
    made = source(f'{TEMPLATE}table = "people.csv"')
    assert (made.label, made.fetch) == ("https://photos.example.com/{mail}.jpg", "ahead")
    assert made.table == Path("/etc/limner/people.csv")
    assert source('table = "people.csv"').label == "people.csv"
    assert (
        source(f'{TEMPLATE}people = "files"', '[[source]]\nkind = "folder"\nname = "files"\npath = "x"').people
        == "files"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEMPLATE, "who are the people?"),
        (f'{TEMPLATE}table = "x"\npeople = "y"', "who are the people?"),
        ('people = "y"', "a `template` or an `attribute` says where their photos are"),
        (f'{TEMPLATE}people = "nobody"', 'takes the people of "nobody", but there is no such source'),
        ('template = "https://photos.example.com/all.jpg"\ntable = "x"', "needs one of {mail}, {uid}, {key}"),
        ('template = "https://photos.example.com/{name}.jpg"\ntable = "x"', "needs one of {mail}, {uid}, {key}"),
        ('template = "https://photos.example.com/{mail}{.jpg"\ntable = "x"', "needs one of {mail}, {uid}, {key}"),
        ('template = "https://{uid}.example.com/a.jpg"\ntable = "x"', "the host of a template is fixed"),
        ('template = "file:///photos/{mail}.jpg"\ntable = "x"', "is not an http or https address"),
        ('template = "https://user:pw@photos.example.com/{mail}.jpg"\ntable = "x"', "is not an http or https address"),
        ('table = "x"\nattribute = "photo_url"', "a table has a column `url`"),
        ('table = "x"\nfetch = "now"', 'there is no "now"; write "ahead" or "on ask"'),
        ('table = "x"\nwait_seconds = 0', "must be more than 0"),
    ],
)
def test_mistakes(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        source(text)
    assert words in caught.value.message


def test_two_sources_do_not_take_each_others_people() -> None:
    other = '[[source]]\nkind = "url"\nname = "b"\ntemplate = "https://p.example.com/{uid}"\npeople = "a"'
    with pytest.raises(SettingsError, match='takes the people of "b", but there is no such source'):
        source(f'name = "a"\n{TEMPLATE}people = "b"', other)
