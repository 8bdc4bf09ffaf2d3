from __future__ import annotations

import pytest

from limner.passes import Issued, Keys, PassError, Register, Verifier
from limner.passes.keys import ROTATE_SECONDS

NOW = 1_800_000_000.0


def issue(register: Register, now: float = NOW) -> tuple[str, bytes]:
    made, token = Issued(register).issue("board", ["a@example.com"], 86_400, issuer="test", now=now)
    return made.kid, token.encode()


def test_the_first_pass_makes_the_first_key(register: Register) -> None:
    assert Keys(register).all(NOW) == []
    kid, _ = issue(register)
    (key,) = Keys(register).all(NOW)
    assert (key.kid, key.passes, len(key.secret)) == (kid, 1, 32)
    assert key.secret.hex() not in repr(key)
    assert str(key.secret) not in repr(key)


def test_a_new_key_signs_and_older_ones_prove_what_they_signed(register: Register) -> None:
    first, token = issue(register)
    made = Keys(register).rotate(NOW + 1)
    second, other = issue(register, NOW + 2)
    assert second == made.kid != first
    assert [key.kid for key in Keys(register).all(NOW)] == [second, first]
    verifier = Verifier(Keys(register).secrets())
    assert verifier.read(token, NOW)
    assert verifier.read(other, NOW)


def test_a_key_signs_for_thirty_days(register: Register) -> None:
    first, _ = issue(register)
    assert issue(register, NOW + ROTATE_SECONDS - 1)[0] == first
    assert issue(register, NOW + ROTATE_SECONDS)[0] != first


def test_a_dropped_key_takes_its_passes_with_it(register: Register) -> None:
    kid, token = issue(register)
    before = register.changes()
    assert Keys(register).drop(kid) == 1
    assert register.changes() > before
    assert Issued(register).all() == []
    assert Verifier(Keys(register).secrets()).read(token, NOW) is None
    with pytest.raises(PassError, match="there is no key"):
        Keys(register).drop(kid)
    assert issue(register)[0] != kid
