from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.passes import FACES, Issued, Keys, PassError, Register, Verifier
from limner.passes.issued import KEPT_SECONDS, RateError

NOW = 1_800_000_000.25
JANE = "jane@example.com"


def issue(register: Register, room: str = "board", *faces: str, seconds: float = 3600, now: float = NOW, **more: int):  # type: ignore[no-untyped-def]
    return Issued(register).issue(room, faces or [JANE], seconds, issuer="test", now=now, **more)


def test_a_pass_is_on_record_and_its_token_names_it(register: Register) -> None:
    made, token = issue(register, " Zoë's   room ", f" {JANE} ", "", JANE, "jroe")
    assert (made.room, made.faces, made.ends) == ("Zoë's room", (JANE, "jroe"), 1_800_003_600.0)
    assert Issued(register).find(made.id) == made
    said = Verifier(Keys(register).all(NOW)).read(token.encode(), NOW)
    assert said is not None
    assert (said.id, said.room, said.ends) == (made.id, made.room, made.ends)
    assert JANE not in token, "whoever holds it learns no address by it"


def test_sixty_faces_take_no_more_room_in_a_token_than_one(register: Register) -> None:
    _, one = issue(register)
    _, sixty = issue(register, "board", *(f"somebody.with.a.long.name.{n}@division.example.com" for n in range(60)))
    assert len(one) == len(sixty) < 300


def test_a_pass_ends_or_is_revoked(register: Register) -> None:
    made, _ = issue(register)
    assert [made.state(now) for now in (NOW, made.ends - 1, made.ends)] == ["valid", "valid", "ended"]
    before = register.changes()
    assert [each.id for each in Issued(register).revoke(now=NOW, number=made.id)] == [made.id]
    assert register.changes() == before + 1
    found = Issued(register).find(made.id)
    assert found is not None
    assert found.state(NOW) == "revoked"
    assert Issued(register).revoke(now=NOW, number=made.id) == [], "it was valid no more"
    assert register.changes() == before + 1


def test_all_passes_of_a_room_are_revoked_and_no_other(register: Register) -> None:
    mine = {issue(register, "board")[0].id for _ in range(3)}
    other = issue(register, "kitchen")[0]
    assert {each.id for each in Issued(register).revoke(now=NOW, room="board")} == mine
    assert Issued(register).find(other.id) == other
    with pytest.raises(PassError):
        Issued(register).revoke(now=NOW)


def test_the_list_has_the_last_to_end_first(register: Register) -> None:
    ends = [issue(register, "a", seconds=seconds)[0].ends for seconds in (60, 7200, 600)]
    assert [each.ends for each in Issued(register).all()] == sorted(ends, reverse=True)
    assert Issued(register).all("b") == []


def test_what_ended_long_ago_is_forgotten_and_so_are_keys_that_nothing_bears(register: Register) -> None:
    old, _ = issue(register)
    Keys(register).rotate(NOW)
    later = NOW + KEPT_SECONDS + 3601
    fresh, _ = issue(register, now=later)
    assert Issued(register).find(old.id) is None
    assert [key.kid for key in Keys(register).all(later)] == [fresh.kid]


@pytest.mark.parametrize("room", ["", "   ", "x" * 101, "a\x1b[31m", "a\u202eb", "a\0b"])
def test_a_room_has_a_readable_name(register: Register, room: str) -> None:
    with pytest.raises(PassError, match="not the name of a room"):
        issue(register, room)


def test_faces_are_names_and_not_too_many(register: Register) -> None:
    with pytest.raises(PassError, match="at least one"):
        issue(register, "board", " ")
    with pytest.raises(PassError, match=f"at most {FACES}"):
        issue(register, "board", *(f"{n}@example.com" for n in range(FACES + 1)))
    with pytest.raises(PassError, match="at most 2"):
        issue(register, "board", "a@x", "b@x", "c@x", most_faces=2)
    with pytest.raises(PassError, match="not names of faces") as caught:
        issue(register, "board", JANE, "a\x1b[0m", "x" * 5000)
    assert len(caught.value.message) < 300
    assert Issued(register).all() == []


def test_an_issuer_gets_so_many_in_a_minute(register: Register) -> None:
    for _ in range(3):
        issue(register, per_minute=3)
    with pytest.raises(RateError, match="3 are allowed"):
        issue(register, per_minute=3, now=NOW + 59)
    issue(register, per_minute=3, now=NOW + 61)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.text(max_size=120), st.lists(st.text(max_size=40), max_size=4))
def test_any_texts_are_a_pass_or_a_mistake(register: Register, room: str, faces: list[str]) -> None:
    try:
        made, _ = Issued(register).issue(room, faces, 60, issuer="test", now=NOW)
    except PassError:
        return
    assert Issued(register).find(made.id) == made
