"""Whom a token names."""

from __future__ import annotations

from typing import Any

import pytest

from limner import people
from limner.jwt import RefusedError, keys_of, name_of


def test_a_claim_names_somebody() -> None:
    assert name_of({"email": " Jane@Example.com "}, "email") == "Jane@Example.com"
    assert name_of({"context": {"user": {"email": "j@example.com"}}}, "context.user.email") == "j@example.com"


@pytest.mark.parametrize(
    "value", [None, "", "  ", 1, True, ["jane@example.com"], {}, "x" * 501, "a\nb", "a\0b", "\ud800", "\u202ea"]
)
def test_what_names_nobody(value: Any) -> None:
    with pytest.raises(RefusedError, match="names nobody"):
        name_of({"sub": value}, "sub")


def test_an_unverified_mail_address_is_anybodys() -> None:
    with pytest.raises(RefusedError, match="not verified"):
        name_of({"email": "jane@example.com", "email_verified": False}, "email")
    assert name_of({"email": "jane@example.com", "email_verified": True}, "email")


def test_names_lead_to_keys() -> None:
    assert keys_of("Jane@Example.com", "mail") == [people.by_mail("jane@example.com")]
    assert keys_of("jroe", "uid") == [people.by_uid("jroe")]
    assert keys_of("CN=Jane,O=Acme", "dn") == [people.by_dn("cn=jane,o=acme")]
    assert keys_of("4711", "key") == [people.by_key("4711")]
    assert keys_of("jroe", "mail") == []
    assert keys_of("jroe", "dn") == []
