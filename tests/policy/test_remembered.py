"""What is remembered of credentials: until it ends, no more than a bound, and no credential itself."""

import gc

from hypothesis import given
from hypothesis import strategies as st

from limner.policy.remembered import Remembered


def test_it_is_remembered_until_it_ends():
    memory = Remembered[str](10)
    memory.put(b"token", "jane", 100.0)
    assert memory.get(b"token", 99.9) == "jane"
    assert memory.get(b"other", 99.9) is None
    assert memory.get(b"token", 100.0) is None
    assert len(memory) == 0


def test_the_one_asked_for_least_recently_goes():
    memory = Remembered[int](2)
    memory.put(b"a", 1, 9)
    memory.put(b"b", 2, 9)
    assert memory.get(b"a", 0) == 1
    memory.put(b"c", 3, 9)
    assert memory.get(b"b", 0) is None
    assert (memory.get(b"a", 0), memory.get(b"c", 0)) == (1, 3)


def test_of_none_nothing_is_remembered():
    memory = Remembered[int](0)
    memory.put(b"a", 1, 9)
    assert memory.get(b"a", 0) is None


def test_the_credential_itself_is_not_kept():
    memory = Remembered[int](5)
    secret = b"a credential that is nowhere else %d" % id(memory)
    memory.put(secret, 1, 9)
    assert not [each for each in gc.get_referrers(secret) if isinstance(each, dict) and each is memory._kept]
    assert all(secret not in key for key in memory._kept)


@given(st.lists(st.tuples(st.sampled_from(list(b"abcdefgh")), st.integers(0, 20), st.integers(0, 20))))
def test_like_a_dictionary_that_forgets(steps):
    memory, plain = Remembered[int](1000), {}
    for name, now, until in steps:
        key = bytes([name])
        wanted = plain.get(key)
        assert memory.get(key, now) == (wanted[0] if wanted and wanted[1] > now else None)
        if wanted and wanted[1] <= now:
            del plain[key]
        memory.put(key, now, until)
        plain[key] = (now, until)
        assert len(memory) <= 1000
