"""The keys of sessions: shared by workers, rotating, its owner's alone."""

import pytest

from limner.oidc import Keybox, SignInError
from limner.oidc.keybox import DAY, SPARE

NOW = 1_800_000_000.0


def test_workers_share_keys_and_a_key_signs_for_a_day(tmp_path):
    one, two = (Keybox(tmp_path / "sign-in.json", 3600) for _ in range(2))
    first, _ = one.key(NOW)
    assert two.key(NOW + DAY - 1)[0] == first
    assert (tmp_path / "sign-in.json").stat().st_mode & 0o777 == 0o600
    second, _ = two.key(NOW + DAY)
    assert second != first
    assert one.refresh()
    assert one.secret(first)
    assert one.secret(second)
    one.key(NOW + 2 * DAY + 3600 + SPARE)
    assert one.secret(first) is None


def test_what_is_revoked_is_so_everywhere_and_forgotten_in_the_end(tmp_path):
    one, two = (Keybox(tmp_path / "sign-in.json", 3600) for _ in range(2))
    one.revoke("a", NOW + 10, NOW)
    assert two.refresh()
    assert two.is_revoked("a")
    two.revoke("b", NOW + 99, NOW + 11)
    assert not two.is_revoked("a")


def test_an_open_or_damaged_file_signs_nobody_in(tmp_path):
    file = tmp_path / "sign-in.json"
    box = Keybox(file, 3600)
    box.key(NOW)
    file.chmod(0o644)
    with pytest.raises(SignInError):
        Keybox(file, 3600).key(NOW + DAY)
    assert Keybox(file, 3600).keys is None
    file.chmod(0o600)
    file.write_text("{")
    assert box.refresh()
    assert box.keys is None
    file.unlink()
    assert box.refresh()
    assert box.trouble() is None


def test_a_key_of_a_machine_whose_clock_is_ahead_proves_and_does_not_sign(tmp_path):
    """Otherwise each sign-in here would make another key."""
    ahead, box = Keybox(tmp_path / "one.json", 3600), Keybox(tmp_path / "two.json", 3600)
    kid, _ = ahead.key(NOW + 600)
    own, _ = box.key(NOW)
    box.take_up(ahead.told(NOW + 600), NOW)
    assert box.secret(kid) == ahead.secret(kid)
    assert [box.key(NOW + second)[0] for second in (0, 1, 2)] == [own] * 3
    assert box.key(NOW + 601)[0] == kid, "the newest that may sign"


def test_what_another_door_told_that_is_no_such_thing_is_over(tmp_path):
    box = Keybox(tmp_path / "one.json", 3600)
    for value in ("", "{", "null", "[]", '["x"]', '"x"'):
        assert box.is_over("session key", "a", value, NOW)
        assert box.is_over("signed out", "a", value, NOW)
    assert not box.is_over("signed out", "a", str(NOW + 1), NOW)
