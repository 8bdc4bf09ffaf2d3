from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.names import (
    abbreviated,
    common_name,
    in_domain,
    is_address,
    is_host,
    same_host,
    same_server,
)

from .conftest import canonical

part = st.text("abcXYZ 0-9é", min_size=1, max_size=8).map(str.strip).filter(bool)
names = st.lists(part, min_size=1, max_size=4).map("/".join)


@given(names)
def test_labels_come_and_go(name: str) -> None:
    assert abbreviated(canonical(name)) == name
    assert abbreviated(name) == name
    assert same_server(name, canonical(name))
    assert same_server(name.upper(), name) == (name.upper().casefold() == name.casefold())


def test_a_server_in_its_forms() -> None:
    assert canonical("Sametime/Servers/ACME") == "CN=Sametime/OU=Servers/O=ACME"
    assert abbreviated(" cn = Sametime / ou1=Servers/O=ACME") == "Sametime/Servers/ACME"
    assert common_name("CN=Sametime/OU=Servers/O=ACME") == "Sametime"
    assert canonical("Sametime") == "Sametime"
    assert not same_server("", "")


def test_hosts_differ_by_a_dot_at_the_end_but_not_by_case() -> None:
    assert same_host("Sametime.ACME.example", "sametime.acme.example")
    assert not same_host("sametime.acme.example.", "sametime.acme.example")
    assert not same_host("", "")


def test_addresses_are_no_hosts() -> None:
    assert is_address("192.0.2.1")
    assert is_address("[2001:db8::1]")
    assert not is_address("sametime")
    assert is_host("sametime_1.acme.example.")
    assert not is_host("192.0.2.1")
    assert not is_host("Sametime/Servers/ACME")
    assert not is_host("a" * 64)
    assert not is_host("-a")


def test_domains_hold_names_by_whole_labels() -> None:
    assert in_domain("sametime.acme.example", ".acme.example")
    assert in_domain("ACME.example.", "acme.example")
    assert not in_domain("sametime.xacme.example", "acme.example")
    assert not in_domain("sametime", "")


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text: str) -> None:
    abbreviated(text)
    canonical(text)
    is_host(text)
    is_address(text)
