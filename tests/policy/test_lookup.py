"""Users of tokens are asked for in a real slapd; no visitor waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import wait
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as options
from hypothesis import strategies as st
from ldap3.operation.search import parse_filter

from ldap_servers import Slapd, needs_slapd
from ldap_servers.cutter import Cutter
from ldap_servers.slapd import PEOPLE, SUFFIX, person
from limner import people
from limner.errors import SettingsError
from limner.policy import lookup
from limner.policy.lookup import REST, WAITING, Lookups
from limner.settings import Lookup

pytestmark = needs_slapd
JANE = people.by_mail("jane@acme.example")


@pytest.fixture(scope="module")
def slapd() -> Iterator[Slapd]:
    entries = [
        person("jane", mail=["jane@acme.example", "no address"]),
        person("joe", mail="joe@acme.example"),
        person("twin", mail="same@acme.example"),
        person("twin2", mail="same@acme.example"),
        person("out", dn=f"uid=out,ou=secret,{SUFFIX}", mail="out@acme.example"),
    ]
    with Slapd(*entries) as server:
        yield server


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lookups(slapd: Slapd) -> Any:
    def build(**more: Any) -> Lookups:
        usual = {"servers": [slapd.url], "ca_file": slapd.ca_file, "base": [PEOPLE]}
        return Lookups(Lookup(**usual | more), Clock())

    return build


def ask(made: Lookups, user: str) -> list[bytes] | None:
    """Ask, wait for the thread, and ask again."""
    made.find(user)
    coming = made.coming(user)
    assert coming is None or wait([coming], 20).done
    found = made.find(user)
    return None if found is None else list(found)


@pytest.mark.parametrize(
    "user", ["jane", "JANE", "jane@acme.example", f"uid=jane,{PEOPLE}", f"UID=Jane , {PEOPLE}", "uid=jane,o=elsewhere"]
)
def test_a_user_is_found_by_login_by_mail_and_by_the_entry_s_own_name(lookups: Any, user: str) -> None:
    """What is no mail address in the entry is left out."""
    assert ask(lookups(), user) == [JANE, people.by_uid("jane"), people.by_dn(f"uid=jane,{PEOPLE}")]


@pytest.mark.parametrize("user", ["nobody", "out", f"uid=out,ou=secret,{SUFFIX}", "", "x,y", "uid=", "cn=jane"])
def test_who_is_not_there_or_not_below_the_bases_is_nobody(lookups: Any, user: str) -> None:
    assert ask(lookups(filter="(uid={user})"), user) == []


def test_a_name_in_slashes_is_the_entry_with_commas(lookups: Any) -> None:
    assert JANE in (ask(lookups(), "uid=jane/ou=people/dc=acme/dc=example") or [])


def test_a_user_whom_two_entries_fit_is_nobody(lookups: Any, caplog: pytest.LogCaptureFixture) -> None:
    made = lookups()
    assert ask(made, "same@acme.example") == []
    assert "more than one entry" in caplog.text
    assert ask(made, "jane")


@pytest.mark.parametrize(
    "user", ["*", "j*", "jane)(uid=*", "*)(|(uid=*", "\\2a", "{login}", "jane\0", "(", "ja\ud800ne"]
)
def test_what_a_name_holds_is_never_part_of_the_filter(lookups: Any, user: str) -> None:
    assert ask(lookups(filter="(|(uid={user})(mail={login}))"), user) == []


@given(st.text(max_size=40))
@options(max_examples=200)
def test_a_filter_has_the_shape_of_the_settings_whoever_it_asks_for(user: str) -> None:
    filled = lookup._filled("(|(uid={user})(mail={login}))", user, user)
    assert filled is not None
    made = parse_filter(filled, None, True, True, None, False)
    assert len(made.elements[0].elements) == 2
    assert filled.count("(") == 3
    assert "*" not in filled


def test_nobody_waits_and_the_directory_is_asked_once(lookups: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the directory takes its time, every call is answered at once."""
    go, asked = threading.Event(), []
    connect = lookup.connect

    def slowly(setting: Lookup) -> Any:
        assert go.wait(20)
        asked.append(setting)
        return connect(setting)

    monkeypatch.setattr(lookup, "connect", slowly)
    made = lookups()
    assert [made.find("jane"), made.find("jane"), made.find("joe")] == [None, None, None]
    coming = [made.coming("jane"), made.coming("joe")]
    assert not any(each.done() for each in coming)
    go.set()
    assert not wait(coming, 20).not_done
    assert len(asked) == 1, "all who wait are asked for over one connection"
    assert JANE in made.find("jane")
    assert made.coming("jane") is None


def test_answers_are_renewed_and_count_while_the_directory_is_down(
    lookups: Any, slapd: Slapd, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = lookups(minutes=1, hours=1)
    clock = made._clock
    assert ask(made, "joe") == [people.by_mail("joe@acme.example"), people.by_uid("joe"), *_dn("joe")]
    slapd.change(f"uid=joe,{PEOPLE}", mail="joseph@acme.example")
    assert (ask(made, "joe") or [])[0] == people.by_mail("joe@acme.example")
    clock.now += 61
    assert (ask(made, "joe") or [])[0] == people.by_mail("joseph@acme.example")

    with monkeypatch.context() as patch:
        down = Lookup(servers=["ldap://127.0.0.1:1"], base=["dc=x"])
        connect = lookup.connect
        patch.setattr(lookup, "connect", lambda setting: connect(down))
        clock.now += 61
        assert (ask(made, "joe") or [])[0] == people.by_mail("joseph@acme.example")
        assert made.trouble is not None
        assert ask(made, "new") is None, "nobody could be asked"
        assert made.coming("new") is None, "it rests for a while"
        clock.now += 3600
        assert ask(made, "joe") is None, "an answer does not count for ever"
    clock.now += REST[-1]
    assert ask(made, "new") == []
    assert made.trouble is None
    assert ["answers again" in record.message for record in caplog.records][-1]


def _dn(uid: str) -> list[bytes]:
    return [people.by_dn(f"uid={uid},{PEOPLE}")]


def test_a_directory_that_falls_silent_is_given_up(slapd: Slapd, caplog: pytest.LogCaptureFixture) -> None:
    with Cutter(slapd.port, after=3, silent=True) as cutter:
        setting = Lookup(servers=[f"ldap://127.0.0.1:{cutter.port}"], base=[PEOPLE], starttls=False, answer_seconds=0.3)
        made = Lookups(setting)
        assert ask(made, "jane") is None
    assert made.trouble is not None
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1


def test_a_thread_that_stumbles_leaves_nobody_waiting(lookups: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(setting: Lookup) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(lookup, "connect", stumbles)
    made = lookups()
    assert ask(made, "jane") is None
    assert "ZeroDivisionError" in made.trouble


def test_memory_is_bounded(lookups: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = lookups(remembered=100)
    users = [f"u{number}" for number in range(150)]
    for user in users:
        made.find(user)
    wait([each for each in map(made.coming, users) if each is not None], 20)
    assert len(made._answers) == 100
    monkeypatch.setattr(threading.Thread, "start", lambda self: None)
    for number in range(WAITING + 50):
        made.find(f"w{number}")
    assert len(made._waiting) == WAITING


def test_a_filter_that_is_none_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(SettingsError, match="search filter"):
        Lookups(Lookup(servers=["ldap://x"], base=["dc=x"], filter="uid={user}"))
