"""LDIF as RFC 2849 has it: whatever goes in comes out of another reader of it."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from limner.publish.ldif import line, replacement


def read(text: str) -> tuple[str, bytes]:
    """Read a line as RFC 2849 says: unfold, then the mark that tells base64 from text."""
    name, _, rest = text.replace("\n ", "").partition(":")
    if rest.startswith(":"):
        return name, base64.b64decode(rest[1:].strip(), validate=True)
    return name, rest.removeprefix(" ").encode("ascii")


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_line_is_read_back_whole(value: bytes) -> None:
    text = line("description", value)
    assert read(text) == ("description", value)
    assert text.isascii()
    assert all(0 < len(part) <= 76 for part in text.split("\n"))


@given(st.text(alphabet=" :<#-\n\r\0aä", min_size=1, max_size=5))
def test_what_would_be_read_as_something_else_is_in_base64(value: str) -> None:
    safe = value.isascii() and value.isprintable() and value[0] not in " :<" and value[-1] != " "
    assert (":: " not in line("x", value.encode())[:4]) == safe


def test_a_record_replaces_all_values() -> None:
    assert replacement("uid=jane,dc=acme", "photoURL", [b"http://a/", b"http://b/"]) == (
        "dn: uid=jane,dc=acme\nchangetype: modify\nreplace: photoURL\nphotoURL: http://a/\nphotoURL: http://b/\n-\n\n"
    )
    assert replacement("dc=acme", "jpegPhoto", []) == "dn: dc=acme\nchangetype: modify\nreplace: jpegPhoto\n-\n\n"
