from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner import people
from limner.errors import NameFormError
from limner.ltpa.names import Aliases, candidates, login_of


@pytest.mark.parametrize(
    ("user", "keys"),
    [
        ("CN=Jane Roe/OU=Sales/O=Acme", [people.by_dn("cn=jane roe,ou=sales,o=acme")]),
        ("Jane Roe/Sales/Acme", [people.by_dn("cn=jane roe,ou=sales,o=acme")]),
        ("Jane Roe/Acme", [people.by_dn("cn=jane roe,o=acme")]),
        ("CN=Jane Roe,OU=Sales,O=Acme", [people.by_dn("cn=jane roe,ou=sales,o=acme")]),
        ("uid=JRoe,ou=people,dc=ex", [people.by_dn("uid=jroe,ou=people,dc=ex"), people.by_uid("jroe")]),
        ("CN=Roe\\, Jane,DC=ad,DC=ex", [people.by_dn("cn=roe\\, jane,dc=ad,dc=ex")]),
        ("mail=j@ex.com,o=ex", [people.by_dn("mail=j@ex.com,o=ex"), people.by_mail("j@ex.com")]),
        ("uid=a\\,b,o=ex", [people.by_dn("uid=a\\,b,o=ex"), people.by_uid("a,b")]),
        ("jroe", [people.by_uid("jroe")]),
        ("JRoe@Ex.com", [people.by_mail("jroe@ex.com"), people.by_uid("jroe@ex.com")]),
        ("", []),
        ("=", []),
    ],
)
def test_names_in_tokens(user: str, keys: list[bytes]) -> None:
    assert candidates(user) == keys


def test_a_common_name_is_not_taken_for_a_login() -> None:
    """Two people of one name are common, and a login can be chosen to be another's name."""
    assert people.by_uid("jane roe") not in candidates("CN=Jane Roe,O=Acme")


@given(st.text(max_size=60))
def test_any_text_gives_keys_or_none(user: str) -> None:
    assert all(key[:1] in b"umdUMD" for key in candidates(user))


@pytest.mark.parametrize(
    ("user", "login"),
    [
        ("jroe", "jroe"),
        ("jane@example.com", "jane@example.com"),
        ("uid=jroe,o=x", "jroe"),
        ("mail=jane@example.com,o=x", "jane@example.com"),
        ("CN=Jane Roe,O=x", None),
        ("Jane Roe/Sales/Acme", None),
        ("uid=jroe,=", None),
    ],
)
def test_a_login_is_the_name_or_stands_in_its_first_part(user: str, login: str | None) -> None:
    assert login_of(user) == login


def test_an_alias_leads_to_its_person_and_to_nobody_else() -> None:
    aliases = Aliases({"Jane Roe/Sales/Acme": "jane@example.com"})
    assert aliases.candidates("CN=jane roe,OU=sales,O=acme") == people.by_any("jane@example.com")
    assert aliases.candidates("CN=Jane Doe/O=Acme") == candidates("CN=Jane Doe/O=Acme")
    assert aliases.candidates("") == []


@pytest.mark.parametrize("table", [{"": "jane@example.com"}, {"jane": ""}])
def test_an_alias_of_nobody_is_refused(table: dict[str, str]) -> None:
    with pytest.raises(NameFormError):
        Aliases(table)
