import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import LibraryError
from limner.library import entity


@given(st.binary())
def test_what_is_packed_comes_out_again(body: bytes) -> None:
    packed = entity.pack(body)
    assert entity.unpack(packed) == (entity.etag(body), body)
    assert entity.is_whole(packed)


def test_the_etag_is_a_digest_of_the_bytes() -> None:
    digest = hashlib.blake2b(b"face", digest_size=15).digest()
    assert base64.urlsafe_b64decode(entity.etag(b"face")) == digest
    assert entity.pack(b"face") == b'ETag: "%s"\r\nContent-Length: 4\r\n\r\nface' % entity.etag(b"face").encode()


@given(st.binary(min_size=1, max_size=40), st.data())
def test_any_changed_byte_is_noticed(body: bytes, data: st.DataObject) -> None:
    packed = bytearray(entity.pack(body))
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] ^= data.draw(st.integers(1, 255))
    assert not entity.is_whole(bytes(packed))


@pytest.mark.parametrize("raw", [b"", bytes(100), b"ETag", b"\xff\r\n\r\nbody"])
def test_what_is_no_entity_is_a_library_error(raw: bytes) -> None:
    assert not entity.is_whole(raw)
    with pytest.raises(LibraryError, match="damaged"):
        entity.unpack(raw)


@given(st.integers(0, 200_000))
def test_the_size_of_the_body_follows_from_that_of_the_entity(size: int) -> None:
    assert entity.body_size(len(entity.pack(bytes(size)))) == size
