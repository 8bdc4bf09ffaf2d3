from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as options
from hypothesis import strategies as st
from tests.ltpa.maker import FAR, NOW, REALM, body2, cell, domino, ltpa1, ltpa2, user

from limner import people
from limner.ltpa import DominoSecret, WebSphereKeys, store
from limner.ltpa.doubts import PUBLISHED
from limner.policy import NOBODY, Known
from limner.policy.by_ltpa import PERSON_SECONDS, TRIED, UNSETTLED, ByLtpa
from limner.policy.condition import Visitor
from limner.settings import Ltpa

JANE = "uid=jane,ou=people,dc=example,dc=com"
SECRET = bytes(range(20))
KEYS = WebSphereKeys("cell", cell().shared[:16], cell().n, realms=(REALM,))
OTHER = WebSphereKeys("other cell", cell("other").shared[:16], cell("other").n, realms=(REALM,))
Make = Callable[..., ByLtpa]


class Books:
    """The library: one uid and one mail address."""

    def __init__(self) -> None:
        self.people = {people.by_uid("jane"): "jane@example.com", people.by_mail("j@x.org"): "j@x.org"}

    def label(self, keys: Iterable[bytes]) -> str | None:
        return next((self.people[key] for key in keys if key in self.people), None)

    def names(self, key: bytes) -> frozenset[bytes]:
        return frozenset([key] if key in self.people else [])


@pytest.fixture
def make(tmp_path: Path) -> Make:
    store(KEYS, tmp_path / "cell.keyset")

    def build(*keys: str, known_people: Known = NOBODY, **more: Any) -> ByLtpa:
        files = [str(tmp_path / each) for each in keys or ("cell.keyset",)]
        return ByLtpa(Ltpa.model_validate({"keys": files} | more), known_people)

    return build


def token(name: str = JANE, expire: int = FAR) -> bytes:
    return ltpa2(cell(), body2(user(name), expire), expire)


def sends(*cookies: bytes, now: float = NOW) -> Visitor:
    return Visitor(headers=[(b"cookie", b"; ".join(cookies))], now=now)


def test_a_genuine_token_is_admitted_until_it_ends(make: Make) -> None:
    end = int(NOW * 1000) + 10_000
    grant = make().admits(sends(b"LtpaToken2=" + token(expire=end)))
    assert grant is not None
    assert (grant.who, grant.until, grant.by_address) == (JANE, end / 1000, False)
    rule = make()
    for now, admitted in ((NOW, True), (NOW + 9.9, True), (NOW + 10.1, False), (NOW, True)):
        assert (rule.admits(sends(b"LtpaToken2=" + token(expire=end), now=now)) is not None) == admitted


def test_a_cookie_of_that_name_is_nothing(make: Make) -> None:
    """What the seed let in."""
    for cookie in (b"LtpaToken=x", b"LtpaToken2=x", b"LtpaToken2=", b"STPluginActivePage=stMeetingroom"):
        assert make().admits(sends(cookie)) is None


def test_the_names_of_cookies_are_a_setting(make: Make) -> None:
    rule = make(cookies="PhotoToken")
    assert rule.admits(sends(b"PhotoToken=" + token())) is not None
    assert rule.admits(sends(b"LtpaToken2=" + token())) is None


def test_only_the_first_few_tokens_are_looked_at(make: Make) -> None:
    junk = [b"LtpaToken2=%d" % number for number in range(TRIED)]
    assert make().admits(sends(*junk[1:], b"LtpaToken2=" + token())) is not None
    assert make().admits(sends(*junk, b"LtpaToken2=" + token())) is None
    assert make().admits(sends(*[junk[0]] * 20, b"LtpaToken2=" + token())) is not None


def test_ltpatoken2_is_looked_at_first_wherever_it_stands(make: Make) -> None:
    grant = make().admits(sends(b"LtpaToken=" + token("uid=old"), b"LtpaToken2=" + token("uid=new")))
    assert grant is not None
    assert grant.who == "uid=new"


def test_several_key_sets_count_each_until_its_last_day(make: Make, tmp_path: Path) -> None:
    store(replace(OTHER, valid_until=NOW + 100), tmp_path / "old.keyset")
    rule = make("cell.keyset", "old.keyset")
    old = b"LtpaToken2=" + ltpa2(cell("other"), body2(user(JANE)))
    grant = rule.admits(sends(old))
    assert grant is not None
    assert grant.until == min(NOW + 100, NOW + PERSON_SECONDS)
    assert rule.admits(sends(old, now=NOW + 101)) is None
    assert rule.admits(sends(b"LtpaToken2=" + token(), now=NOW + 101)) is not None


def test_domino_and_websphere_at_once(make: Make, tmp_path: Path) -> None:
    store(DominoSecret("domino", SECRET), tmp_path / "domino.keyset")
    rule = make("cell.keyset", "domino.keyset")
    own = domino(SECRET, b"CN=Jane Roe/O=Ex", int(NOW), int(NOW) + 60)
    assert rule.admits(sends(b"LtpaToken=" + own)) is not None
    assert rule.admits(sends(b"LtpaToken2=" + token())) is not None


def test_realms_are_an_allow_list_of_the_rule_and_of_the_key_set(make: Make, tmp_path: Path) -> None:
    mine = b"LtpaToken2=" + token()
    assert make(realms=[REALM]).admits(sends(mine)) is not None
    assert make(realms="other").admits(sends(mine)) is None
    store(replace(KEYS, realms=()), tmp_path / "open.keyset")
    assert make("open.keyset").admits(sends(mine)) is None
    assert make("open.keyset", realms=[REALM]).admits(sends(mine)) is not None


def test_ltpa1_is_off_unless_asked_for(make: Make, tmp_path: Path) -> None:
    store(replace(KEYS, shared=cell().shared), tmp_path / "both.keyset")
    old = b"LtpaToken=" + ltpa1(cell(), user(JANE))
    assert make("both.keyset").admits(sends(old)) is None
    assert make("both.keyset", ltpa1=True).admits(sends(old)) is not None
    assert make("both.keyset", ltpa1=True, max_hours=1.0).admits(sends(old)) is None


def test_what_a_token_may_have_ahead_of_it_is_bounded(make: Make) -> None:
    soon, late = (int(NOW * 1000) + hours * 3_600_000 for hours in (2, 4))
    rule = make(max_hours=3.0)
    assert rule.admits(sends(b"LtpaToken2=" + token(expire=soon))) is not None
    assert rule.admits(sends(b"LtpaToken2=" + token(expire=late))) is None


def test_a_person_is_called_what_the_library_calls_him(make: Make) -> None:
    rule = make(known_people=Books())
    for name, who in ((JANE, "jane@example.com"), ("J@X.org", "j@x.org"), ("uid=boss,o=ex", "uid=boss,o=ex")):
        grant = rule.admits(sends(b"LtpaToken2=" + token(name)))
        assert grant is not None
        assert grant.who == who


def test_a_rule_for_known_people_lets_in_no_others_and_notices_who_comes_and_goes(make: Make) -> None:
    books = Books()
    rule, mine = make(known_people=books, known=True), b"LtpaToken2=" + token("uid=new,o=ex")
    assert rule.admits(sends(mine)) is None
    books.people[people.by_uid("new")] = "new@x.org"
    assert rule.admits(sends(mine, now=NOW + PERSON_SECONDS)) is not None
    del books.people[people.by_uid("new")]
    grant = rule.admits(sends(mine, now=NOW + PERSON_SECONDS + 1))
    assert grant is not None
    assert grant.until == NOW + 2 * PERSON_SECONDS
    assert rule.admits(sends(mine, now=NOW + 2 * PERSON_SECONDS)) is None


def test_an_alias_leads_to_a_person_and_is_taken_up_when_the_table_changes(make: Make, tmp_path: Path) -> None:
    table = tmp_path / "aliases.csv"
    table.write_text("token,person\n")
    rule = make(known_people=Books(), aliases=str(table))
    mine = b"LtpaToken2=" + token("CN=Roe/O=Ex")

    def who() -> str | None:
        grant = rule.admits(sends(mine))
        return grant.who if grant else None

    assert who() == "CN=Roe/O=Ex"
    table.write_text("token,person\nRoe/Ex,j@x.org\n")
    assert rule.refresh()
    assert who() == "j@x.org"
    table.write_text("rubbish")
    rule.refresh()
    assert who() == "j@x.org"


class Told:
    """A directory's answers: none until it is `told`."""

    trouble: str | None = None

    def __init__(self) -> None:
        self.answers: dict[str, tuple[bytes, ...]] = {}
        self.asked: list[str] = []
        self.future: Future[None] = Future()

    def find(self, user: str) -> tuple[bytes, ...] | None:
        self.asked.append(user)
        return self.answers.get(user)

    def coming(self, user: str) -> Future[None] | None:
        return None if user in self.answers else self.future


def with_directory(make: Make, **more: Any) -> tuple[ByLtpa, Told]:
    rule = make(known_people=Books(), lookup={"servers": ["ldaps://dc"], "base": ["o=ex"]}, **more)
    told = Told()
    rule._lookups = told  # type: ignore[assignment]
    return rule, told


def test_a_user_whom_the_library_does_not_know_is_asked_for_in_the_directory(make: Make) -> None:
    """Until it answers, the token counts for a second at a time, and nobody's person is known."""
    rule, told = with_directory(make)
    visit = sends(b"LtpaToken2=" + token("cn=Roe,o=ex"))
    grant = rule.admits(visit)
    assert grant is not None
    assert (grant.who, grant.until) == ("cn=Roe,o=ex", NOW + UNSETTLED)
    assert rule.coming(visit) is told.future
    assert "has not been asked" in rule.reason(visit)
    told.answers["cn=Roe,o=ex"] = (people.by_mail("no@x.org"), people.by_mail("j@x.org"))
    grant = rule.admits(visit)
    assert grant is not None
    assert (grant.who, grant.until) == ("j@x.org", NOW + PERSON_SECONDS)
    assert rule.coming(visit) is None
    told.asked.clear()
    assert rule.admits(visit) == grant
    assert told.asked == [], "it is remembered"


def test_who_is_known_already_or_has_no_genuine_token_is_not_asked_for(make: Make) -> None:
    rule, told = with_directory(make)
    for visit in (sends(b"LtpaToken2=" + token()), sends(b"LtpaToken2=x"), sends()):
        rule.admits(visit)
        assert rule.coming(visit) is None
    assert told.asked == []


def test_an_alias_counts_before_the_directory(make: Make, tmp_path: Path) -> None:
    (tmp_path / "aliases.csv").write_text("token,person\nRoe/Ex,j@x.org\n")
    rule, told = with_directory(make, aliases=str(tmp_path / "aliases.csv"))
    grant = rule.admits(sends(b"LtpaToken2=" + token("CN=Roe/O=Ex")))
    assert grant is not None
    assert (grant.who, told.asked) == ("j@x.org", [])


def test_where_the_directory_names_nobody_a_rule_for_known_people_stays_closed(make: Make) -> None:
    rule, told = with_directory(make, known=True)
    visit = sends(b"LtpaToken2=" + token("cn=Roe,o=ex"))
    assert rule.admits(visit) is None
    told.trouble = "it is down"
    assert "the directory cannot be asked: it is down" in rule.reason(visit)
    told.trouble, told.answers["cn=Roe,o=ex"] = None, ()
    assert rule.admits(visit) is None
    assert rule.reason(visit).endswith("the rule asks for that (nor by the directory)")


def test_the_check_says_when_the_directory_can_be_played_by_others(make: Make, tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("x\n")
    (tmp_path / "pw").chmod(0o644)
    lookup = {"servers": ["ldap://dc"], "base": ["o=ex"], "starttls": False}
    lookup |= {"user": "cn=x", "password_file": str(tmp_path / "pw")}
    said = [message for _, message in findings(make(lookup=lookup))]
    assert len(said) == 2
    assert "can be read by others" in said[0]
    assert "without StartTLS" in said[1]
    assert findings(make(lookup={"servers": ["ldaps://dc"], "base": ["o=ex"]})) == []


@pytest.mark.parametrize("harm", ["gone", "open", "rubbish"])
def test_keys_that_cannot_be_trusted_do_not_count_and_are_taken_up_again(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    rule, mine = make(), b"LtpaToken2=" + token()
    file = tmp_path / "cell.keyset"
    good = file.read_bytes()
    assert rule.admits(sends(mine)) is not None
    assert not rule.refresh()
    assert not caplog.records
    if harm == "gone":
        file.unlink()
    elif harm == "open":
        file.chmod(0o644)
    else:
        file.write_bytes(b"{}")
    assert rule.refresh()
    assert rule.admits(sends(mine)) is None
    for _ in range(3):
        assert not rule.refresh()
    (said,) = caplog.records
    assert said.levelno == logging.ERROR
    assert "cell.keyset" in said.message
    assert "these keys do not count" in rule.reason(sends(mine))
    file.write_bytes(good)
    file.chmod(0o600)
    assert rule.refresh()
    assert rule.admits(sends(mine)) is not None
    assert "in use again" in caplog.records[-1].message


def test_keys_that_are_exchanged_end_earlier_verdicts(make: Make, tmp_path: Path) -> None:
    rule, mine = make(), b"LtpaToken2=" + token()
    assert rule.admits(sends(mine)) is not None
    store(OTHER, tmp_path / "cell.keyset")
    assert rule.refresh()
    assert rule.admits(sends(mine)) is None
    assert rule.admits(sends(b"LtpaToken2=" + ltpa2(cell("other"), body2(user(JANE))))) is not None


def test_what_is_remembered_is_bounded_and_costs_no_second_verification(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = make(remembered=3)
    tokens = [b"LtpaToken2=" + token(f"uid=u{number}") for number in range(6)]
    for mine in tokens:
        assert rule.admits(sends(mine)) is not None
        assert len(rule._seen) <= 3
    monkeypatch.setattr(rule.verifier, "accept", lambda token, now: None)
    assert [rule.admits(sends(mine)) is not None for mine in tokens] == [False] * 3 + [True] * 3


def test_reasons_say_why_and_never_quote_a_token(make: Make) -> None:
    rule, mine = make(known_people=Books(), known=True), token()
    said = rule.reason(sends(b"LtpaToken2=" + mine))
    assert said == (
        f"LtpaToken2: a token of {JANE} in the realm {REALM}, proved by cell, until 2100-01-01T00:00:00Z; "
        "in the library: jane@example.com"
    )
    assert rule.reason(sends()) == "no cookie LtpaToken2 or LtpaToken"
    forged = ltpa2(replace(cell("other"), shared=cell().shared), body2(user(JANE)))
    for bad, why in (
        (token(expire=int(NOW * 1000) - 1), "it has expired"),
        (forged, "does not bear their signature"),
        (ltpa2(cell("other"), body2(user(JANE))), "other keys made it"),
        (ltpa2(cell(), body2(user(JANE, "r"))), "its realm is not allowed: r"),
        (token("uid=boss"), "does not know this name, and the rule asks for that"),
    ):
        said = rule.reason(sends(b"LtpaToken=" + bad))
        assert why in said
        assert bad[:30].decode() not in said


def findings(rule: ByLtpa) -> list[tuple[str, str]]:
    return [(found.severity, found.message) for found in rule.findings(guarded=False)]


def test_sound_keys_raise_no_findings(make: Make) -> None:
    assert findings(make()) == []


@pytest.mark.parametrize(
    ("keys", "more", "severity", "word"),
    [
        (None, {}, "error", "cannot read"),
        (replace(KEYS, realms=()), {}, "error", "no realm is allowed for cell"),
        (KEYS, {"realms": ["other"]}, "error", "imported for other realms"),
        (replace(KEYS, default_password=True), {}, "warning", "WebAS"),
        (replace(KEYS, valid_until=time.time() + 100_000), {}, "warning", "ends in 1 days"),
        (replace(KEYS, shared=cell().shared), {"ltpa1": True}, "warning", "LTPA 1 is on"),
        (replace(KEYS, created="2020-01-01"), {}, "note", "days ago"),
        (DominoSecret("d", SECRET), {}, "note", "make tokens for everyone"),
    ],
)
def test_the_check_says_what_is_doubtful(
    make: Make, tmp_path: Path, keys: Any, more: dict[str, Any], severity: str, word: str
) -> None:
    if keys is not None:
        store(keys, tmp_path / "doubtful.keyset")
    ((found, message),) = findings(make("doubtful.keyset", **more))
    assert found == severity
    assert word in message


def test_the_check_says_that_keys_are_published(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PUBLISHED, KEYS.public.fingerprint, "a book")
    assert findings(make())[0][0] == "error"


def test_the_check_says_that_no_keys_are_for_ltpa1(make: Make) -> None:
    assert [message for _, message in findings(make(ltpa1=True))][1].startswith("LTPA 1 is on, and no keys are for it")


def test_only_the_very_same_rule_implies_this_one(make: Make) -> None:
    assert make().implied_by(make())
    assert not make().implied_by(make(realms=[REALM]))


@pytest.fixture(scope="module")
def rule(tmp_path_factory: pytest.TempPathFactory) -> ByLtpa:
    folder = tmp_path_factory.mktemp("keys")
    store(replace(KEYS, shared=cell().shared), folder / "cell")
    store(DominoSecret("d", SECRET), folder / "domino")
    return ByLtpa(Ltpa(keys=[folder / "cell", folder / "domino"], ltpa1=True), NOBODY)


@given(st.data())
def test_no_altered_token_is_ever_admitted(rule: ByLtpa, data: st.DataObject) -> None:
    """Bytes of good tokens of each kind are changed, cut, doubled and put in between."""
    kinds = [
        token(),
        ltpa1(cell(), user(JANE)),
        domino(SECRET, b"CN=Jane/O=Ex", int(NOW), int(NOW) + 60),
    ]
    good = data.draw(st.sampled_from(kinds))
    at = data.draw(st.integers(0, len(good) - 1))
    size = data.draw(st.integers(0, 20))
    bad = good[:at] + data.draw(st.binary(max_size=20)) + good[at + size :]
    if bad not in kinds and b";" not in bad and bad.strip(b' \t"') not in kinds:
        assert rule.admits(sends(b"LtpaToken2=" + bad)) is None


@options(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.binary(max_size=100), max_size=4))
def test_whatever_cookies_are_sent_there_is_an_answer(rule: ByLtpa, lines: list[bytes]) -> None:
    visitor = Visitor(headers=[(b"cookie", b"LtpaToken=" + line) for line in lines], now=NOW)
    assert rule.admits(visitor) is None
    assert isinstance(rule.reason(visitor), str)
