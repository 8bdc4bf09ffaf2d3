import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.errors import LibraryError
from limner.library.record import Record, decode, encode
from limner.people import Person

texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
records = st.builds(
    Record,
    person=st.builds(Person, st.lists(texts, max_size=3).map(tuple), names, names, names, names, names),
    source=texts,
    origin=texts,
    version=texts,
    modified=st.integers(0, 2**32 - 1),
    digest=st.none() | st.binary(min_size=32, max_size=32),
)


@given(records)
def test_what_is_written_is_read_again(record: Record) -> None:
    assert decode(encode(record)) == record


@given(st.binary())
def test_bytes_that_are_no_record_are_a_library_error(raw: bytes) -> None:
    with pytest.raises(LibraryError):
        decode(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["mails", "uid", "dn", "source", "origin", "version", "modified", "digest"]), json_values)
def test_fields_of_a_wrong_kind_are_a_library_error(field: str, value: Any) -> None:
    """Whatever is read back has the types that `Record` promises."""
    fields = {"mails": ["a@b.c"], "uid": "u", "source": "s", "origin": "o", field: value}
    try:
        record = decode(json.dumps(fields).encode())
    except LibraryError:
        return
    assert all(isinstance(text, str) for text in (*record.person.mails, record.source, record.origin, record.version))
    assert isinstance(record.modified, int)
    assert record.person.uid is None or isinstance(record.person.uid, str)
    assert record.digest is None or isinstance(record.digest, bytes)


@pytest.mark.parametrize("raw", [b"[" * 100_000, b"[]", b"null", b"{}", b'{"source": "s"}'])
def test_json_of_another_shape_is_a_library_error(raw: bytes) -> None:
    with pytest.raises(LibraryError, match="damaged"):
        decode(raw)
