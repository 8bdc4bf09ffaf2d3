"""A pack gives back what was put in, whole or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import LibraryError
from limner.library.shared.pack import digest, pack, unpack
from limner.picture import LADDER

renditions = st.dictionaries(st.sampled_from(LADDER), st.binary(max_size=50))


@given(renditions)
def test_what_is_packed_is_unpacked(held: dict[int, bytes]) -> None:
    assert unpack(pack(held)) == held


@given(renditions, st.data())
def test_a_part_of_a_pack_is_none_and_has_another_digest(held: dict[int, bytes], data: st.DataObject) -> None:
    whole = pack(held)
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert digest(part) != digest(whole)
    with pytest.raises(LibraryError):
        unpack(part)


@given(st.binary(max_size=200))
def test_rubbish_is_a_library_error_or_a_pack(raw: bytes) -> None:
    for each in (raw, b"limner1\n" + raw):
        try:
            assert pack(unpack(each)) == each or len(unpack(each)) > 1
        except LibraryError:
            continue
