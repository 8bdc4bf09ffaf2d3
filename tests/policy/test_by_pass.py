from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from limner import people, settings
from limner.errors import SettingsError
from limner.passes import Issued, Keys, Register
from limner.people import Person
from limner.policy import by_pass, check
from limner.policy.by_pass import ByPass
from limner.policy.condition import Visitor

NOW = 1_800_000_000.0
JANE = Person.of(mails=["jane@example.com"], uid="jroe", dn="CN=Jane Roe,O=Acme", key="4711")


class OneKnown:
    """A library of one person, who may be gone."""

    there, changes = True, 0

    def label(self, keys: object) -> None:
        return None

    def names(self, key: bytes) -> frozenset[bytes]:
        return frozenset(JANE.index_keys()) if self.there and key in JANE.index_keys() else frozenset()

    def state(self) -> int:
        return self.changes


@pytest.fixture(autouse=True)
def at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_pass, "LOOK_SECONDS", 0.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "passes.secrets"


@pytest.fixture
def issue(file: Path) -> Callable[..., str]:
    def make(*faces: str, room: str = "board", seconds: float = 3600) -> str:
        register = Register(file, create=True)
        _, token = Issued(register).issue(room, faces or ["jane@example.com"], seconds, issuer="t", now=NOW)
        register.close()
        return token

    return make


def condition(file: Path, known: OneKnown | None = None) -> ByPass:
    return ByPass(settings.PassRule(secrets=file), known or OneKnown())


def shown(token: str, name: str = "jane@example.com", *, how: str = "cookie", now: float = NOW) -> Visitor:
    face = people.by_any(name)[0] if name else None
    if how == "query":
        return Visitor(None, (), face, f"/x?s=80&pass={token}".encode(), now)
    return Visitor(
        None, [(b"cookie", f"a=b; {how if how != 'cookie' else 'limner-pass-x'}={token}".encode())], face, now=now
    )


@pytest.mark.parametrize(
    "name", ["jane@example.com", "jroe", "CN=Jane Roe,O=Acme", "4711", *sorted(people.hashes("jane@example.com"))]
)
@pytest.mark.parametrize("given_as", ["jane@example.com", "jroe", "cn=jane roe, o=acme"])
@pytest.mark.parametrize("how", ["cookie", "query", "__Host-limner-pass-x"])
def test_a_pass_opens_a_person_by_all_their_names(
    file: Path, issue: Callable[..., str], name: str, given_as: str, how: str
) -> None:
    key = people.by_key(name) if name == "4711" else people.by_any(name)[0]
    visitor = shown(issue(given_as), how=how)
    visitor.face = key
    grant = condition(file).admits(visitor)
    assert grant is not None
    assert (grant.until, grant.by_address) == (NOW + 3600, how == "query")
    assert grant.who is not None
    assert grant.who.startswith("pass ")
    assert grant.who.endswith(" (board)")


def test_it_opens_nobody_else_and_no_page(file: Path, issue: Callable[..., str]) -> None:
    made, token = condition(file), issue()
    for name in ("john@example.com", "john", "jane@example.co", ""):
        assert made.admits(shown(token, name)) is None


def test_somebody_whom_the_library_does_not_know_yet(file: Path, issue: Callable[..., str]) -> None:
    known = OneKnown()
    known.there = False
    made, token = condition(file, known), issue("jane@example.com")
    assert made.admits(shown(token))
    assert made.admits(shown(token, next(iter(people.hashes("jane@example.com")))))
    assert made.admits(shown(token, "jroe")) is None
    known.there, known.changes = True, 1
    assert made.refresh(), "verdicts end when the library changes"
    assert made.admits(shown(token, "jroe"))
    assert not made.refresh()


def test_two_passes_open_the_faces_of_both(file: Path, issue: Callable[..., str]) -> None:
    one, other = issue("a@x.example"), issue("b@x.example")
    made = condition(file)
    for name in ("a@x.example", "b@x.example"):
        cookies = f"limner-pass-1={one}; limner-pass-2={other}".encode()
        assert made.admits(Visitor(None, [(b"cookie", cookies)], people.by_mail(name), now=NOW))


def test_a_pass_ends(file: Path, issue: Callable[..., str]) -> None:
    made, token = condition(file), issue(seconds=60)
    assert made.admits(shown(token, now=NOW + 59))
    assert made.admits(shown(token, now=NOW + 60)) is None


def test_a_revoked_pass_is_taken_back_by_all(file: Path, issue: Callable[..., str]) -> None:
    workers, token = [condition(file), condition(file)], issue()
    assert all(worker.admits(shown(token)) for worker in workers)
    register = Register(file)
    Issued(register).revoke(now=NOW, room="board")
    register.close()
    assert [worker.refresh() for worker in workers] == [True, True]
    assert not any(worker.admits(shown(token)) for worker in workers)
    assert [worker.refresh() for worker in workers] == [False, False]


def test_keys_are_picked_up_and_dropped_without_a_restart(file: Path, issue: Callable[..., str]) -> None:
    made = condition(file)
    assert made.reason(shown("x")).startswith("no pass has been issued")
    old = issue()
    assert made.admits(shown(old)), "the first pass there is, at once"
    register = Register(file)
    Keys(register).rotate(NOW)
    fresh = issue()
    assert made.admits(shown(fresh))
    assert made.admits(shown(old))
    Keys(register).drop(Keys(register).all(NOW)[-1].kid)
    register.close()
    assert made.refresh()
    assert made.admits(shown(old)) is None
    assert made.admits(shown(fresh))


def test_a_pass_of_another_register_opens_nothing(file: Path, issue: Callable[..., str], tmp_path: Path) -> None:
    issue()
    other = Register(tmp_path / "other", create=True)
    token = Issued(other).issue("board", ["jane@example.com"], 60, issuer="t", now=NOW)[1]
    other.close()
    assert condition(file).admits(shown(token)) is None
    made = condition(file)
    assert made.admits(shown(issue()))
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").unlink(missing_ok=True)
    os.replace(tmp_path / "other", file)
    made.refresh()
    assert made.admits(shown(token)), "another file in its place is taken up"


def test_a_register_that_others_can_read_opens_nothing(
    file: Path, issue: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    made, token = condition(file), issue()
    assert made.admits(shown(token))
    file.chmod(0o644)
    assert made.refresh()
    assert not made.refresh()
    assert made.admits(shown(token)) is None
    assert caplog.text.count("others than its owner can get at") == 1
    with pytest.raises(SettingsError, match="others than its owner") as caught:
        condition(file)
    assert caught.value.hint
    file.chmod(0o600)
    made.refresh()
    assert made.admits(shown(token))


def test_reasons_never_quote_a_token(file: Path, issue: Callable[..., str]) -> None:
    made, token = condition(file), issue()
    made.refresh()
    said = [made.reason(shown(token)), made.reason(shown(token, "john@example.com")), made.reason(shown(token, ""))]
    said += [made.reason(shown(token[:-2])), made.reason(Visitor(face=b"x", now=NOW))]
    assert said[0].endswith("opens this face, until 2027-01-15 09:00:00 UTC")
    assert said[1].endswith("does not open this face")
    assert said[2] == "a pass opens faces only, and this is a visit to none"
    assert said[3] == "the pass that is shown is not genuine, is over or is revoked"
    assert said[4] == "no pass is shown, by cookie or in the address"
    assert not any(token[-20:] in text for text in said)


def test_passes_remembered_are_bounded_and_cost_one_look(
    file: Path, issue: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, token = condition(file), issue()
    assert made.admits(shown(token))
    monkeypatch.setattr(made, "_look_up", None)  # it would be called, were the pass not remembered
    assert made.admits(shown(token))
    assert made._remembered.most == by_pass.REMEMBERED


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=100))
@example(b"limner-pass-a=" + b"[" * 2000, b"/?pass=" + b"." * 1000)
@example(b"; ".join([b"limner-pass-a=a.b.c"] * 200), b"/?" + b"pass=a.b.c&" * 60)
def test_whatever_is_sent_opens_nothing(file: Path, issue: Callable[..., str], cookie: bytes, target: bytes) -> None:
    if not file.exists():
        issue()
    made = condition(file)
    visitor = Visitor(None, [(b"cookie", cookie)], people.by_mail("jane@example.com"), target, NOW)
    assert made.admits(visitor) is None
    made.reason(visitor)


def rules(file: Path, **more: object) -> settings.Policy:
    return settings.Policy.model_validate({"allow": [{"name": "guests", "pass": {"secrets": str(file)}, **more}]})


def test_check_finds_nothing_in_a_rule_for_guests_but_warns_of_one_that_is_not(file: Path) -> None:
    assert check(rules(file)) == []
    (found,) = check(rules(file, guests=False))
    assert (found.severity, found.fix) == ("warning", "leave `guests = false` out")


def test_check_sees_that_all_may_write_beside_the_register(file: Path) -> None:
    file.parent.chmod(0o777)
    (found,) = check(rules(file))
    assert "can put another file in place" in found.message
