"""Filters: whatever is put into one stays one value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3 import DEREF_NEVER, SUBTREE
from ldap3.operation.search import search_operation

from limner.directory import check_filter, escape
from limner.errors import DirectoryError

VALUES = st.text() | st.text(alphabet="()*\\&|!=\0 a\u00e9")


def sent(text: str) -> tuple[str, bytes]:
    """Give the attribute and the value that the LDAP library sends for a filter of one equality."""
    condition = search_operation("", text, SUBTREE, DEREF_NEVER, None, 0, 0, False, True, True)["filter"]
    assert condition.getName() == "equalityMatch"
    equality = condition.getComponent()
    return str(equality["attributeDesc"]), bytes(equality["assertionValue"])


@given(VALUES.filter(bool))
def test_a_value_comes_out_of_a_filter_as_it_went_in(value: str) -> None:
    """The LDAP library's parser is the oracle: one equality, with exactly this value."""
    assert sent(f"(mail={escape(value)})") == ("mail", value.encode())


@given(st.binary(min_size=1) | st.text(" ab\t", min_size=1).map(str.encode))
def test_bytes_come_out_of_a_filter_as_they_went_in(value: bytes) -> None:
    assert sent(f"(objectGUID={escape(value)})") == ("objectGUID", value)


@given(VALUES)
def test_an_escaped_value_cannot_end_a_filter_or_match_anything(value: str) -> None:
    escaped = escape(value)
    assert escaped.isascii()
    assert not set("()*\0") & set(escaped)


def test_rfc_4515_examples() -> None:
    """Section 4."""
    assert escape("Parens R Us (for all your parenthetical needs)") == (
        r"Parens R Us \28for all your parenthetical needs\29"
    )
    assert escape("*") == r"\2a"
    assert escape("C:\\MyFile") == r"C:\5cMyFile"
    assert escape(b"\x00\x00\x00\x04") == r"\00\00\00\04"
    assert escape("Lu\u010di\u0107") == r"Lu\c4\8di\c4\87"


@pytest.mark.parametrize("text", ["(objectClass=person)", "(&(mail=*)(!(cn=x*y)))", "(uac:1.2.840.113556.1.4.803:=2)"])
def test_a_filter_is_taken(text: str) -> None:
    check_filter(text)


@pytest.mark.parametrize("text", ["", "objectClass=person", "(objectClass=person", "(&)(", "(a=b))", "(((((", "()"])
def test_what_is_no_filter_is_called_so(text: str) -> None:
    with pytest.raises(DirectoryError, match="not a search filter") as why:
        check_filter(text)
    assert why.value.hint


@given(st.text(alphabet="()&|!=*<>~:\\ab1 \0", max_size=30))
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    try:
        check_filter(text)
    except DirectoryError:
        return
