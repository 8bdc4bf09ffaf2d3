"""Pages of a feed of Profiles: what they say is found, whatever else they hold does no harm."""

from __future__ import annotations

from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.origin import Asked
from tests.sources.connections.fake import Profiles, Someone

from limner.sources.connections.feed import read

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(
    lambda text: " ".join(text.split()) == text
)
words = st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True)
someone = st.builds(
    Someone,
    key=words,
    userid=words,
    uid=texts,
    name=texts,
    mail=words.map(lambda word: f"{word}@acme.example"),
    department=texts,
    dn=texts,
    last_mod=st.none() | st.integers(0, 2**45),
)


def page(profiles: Profiles, path: str) -> bytes:
    headers = Message()
    headers["Host"] = "connections.example"
    headers["Cookie"] = profiles.cookie
    reply = profiles(Asked("GET", path, headers, b""))
    assert reply.status == 200
    return reply.body


@given(st.lists(someone, max_size=5))
def test_both_kinds_of_feed_say_the_same(people: list[Someone]) -> None:
    profiles = Profiles(people)
    by_pairs = read(page(profiles, "/profiles/admin/atom/profiles.do?ps=100")).profiles
    by_card = read(page(profiles, "/profiles/atom/search.do?name=*&ps=100")).profiles
    for someone, pairs, card in zip(people, by_pairs, by_card, strict=True):
        for read_one in (pairs, card):
            assert (read_one.key, read_one.userid, read_one.uid) == (someone.key, someone.userid, someone.uid)
            assert (read_one.name, read_one.mails) == (someone.name, [someone.mail])
            assert read_one.department == someone.department
            assert read_one.last_mod == (None if someone.last_mod is None else str(someone.last_mod))
            assert read_one.active
        assert pairs.dn == someone.dn


@given(st.integers(1, 30), st.integers(1, 10))
def test_pages_follow_each_other_to_the_last(count: int, size: int) -> None:
    profiles = Profiles([Someone(key=f"k{n}") for n in range(count)])
    at: str | None = f"/profiles/admin/atom/profiles.do?ps={size}"
    found: list[str] = []
    while at is not None:
        got = read(page(profiles, at.removeprefix("http://connections.example")))
        found += [profile.key for profile in got.profiles]
        at = got.following
    assert found == [f"k{n}" for n in range(count)]


@given(st.binary(max_size=200))
def test_rubbish_is_said_to_be_rubbish(raw: bytes) -> None:
    with pytest.raises(ValueError, match="it is no"):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><feed>&b;</feed>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><feed>&a;</feed>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><feed/>',
        b"<?xml version='1.0' encoding='nonsense'?><feed/>",
        b"",
    ],
)
def test_what_expands_or_points_elsewhere_is_not_read(raw: bytes) -> None:
    with pytest.raises(ValueError, match="it is no XML"):
        read(raw)


def test_a_feed_that_says_little_is_read_for_what_it_says() -> None:
    got = read(b"<feed xmlns='http://www.w3.org/2005/Atom'><link rel='next'/><entry/></feed>")
    assert got.following is None
    assert len(got.profiles) == 1
    assert got.profiles[0].mails == []
