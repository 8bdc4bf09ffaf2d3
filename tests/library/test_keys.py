"""Keys are of bounded length, and those of different sources, people and notes differ."""

from hypothesis import given
from hypothesis import strategies as st

from limner.library.keys import lasting, note_key, origin_key, readable_first, source_key
from limner.people import Person

texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0\udcff/"), max_size=600)


@given(texts, texts, texts, texts)
def test_keys_are_bounded_and_differ(source: str, origin: str, other_source: str, other_origin: str) -> None:
    one, other = origin_key(source, origin), origin_key(other_source, other_origin)
    assert len(one) <= 480
    assert (one == other) == ((source, origin) == (other_source, other_origin))
    assert one.startswith(source_key(source))
    assert source_key(source).count(b"\0") == 1
    assert len(note_key(source)) <= 480
    assert (note_key(source) == note_key(other_source)) == (source == other_source)


def test_names_last_and_hashes_come_and_go() -> None:
    keys = Person.of(mails=["jane@example.com"], uid="jane").index_keys()
    assert lasting(keys) == {b"mjane@example.com", b"ujane"}
    assert min(keys, key=readable_first) == b"mjane@example.com"
