"""security.xml is read by name and scope; what leads nowhere is told, what cannot be meant is refused with its line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cell.spec import CELL, Spec, document, security, specs, tag

from limner.cell.errors import CellError
from limner.cell.model import ClientAuth, Note, Scope, Security
from limner.cell.reading.security import read_security


def read(*parts: str, **attributes: str) -> tuple[Security, list[Note]]:
    return read_security(document("Security", "\n".join(("", *parts)), **attributes), "f", CELL)


SCOPE = tag("managementScopes", xmi_id="m", scopeName=f"(cell):{CELL}")
STORE = tag("keyStores", xmi_id="k", name="keys", location="${CONFIG_ROOT}/key.p12", password="{xor}CDo9Hgw=")


def config(inside: str = "", **attributes: str) -> str:
    return tag("repertoire", tag("setting", inside, **attributes), xmi_id="r", alias="A", managementScope="m")


@settings(max_examples=50)
@given(specs(), st.integers(0, 99))
def test_what_is_written_is_read_by_name_and_scope(spec: Spec, seed: int) -> None:
    found, notes = read_security(security(spec, seed), "f", CELL)
    assert {(each.alias, each.scope.text, each.protocol) for each in found.configs} == set(spec.configs)
    numbers = {each[:2]: number for number, each in enumerate(spec.configs)}
    chosen = {
        (
            group.scope.text,
            group.direction.value,
            numbers[group.config.alias, group.config.scope.text],
            group.certificate_alias,
        )
        for group in found.groups
        if group.config
    }
    assert chosen == set(spec.settings)
    assert not notes


def test_an_ssl_configuration_with_all_it_may_have() -> None:
    setting = {
        "sslProtocol": "TLSv1.2",
        "securityLevel": "CUSTOM",
        "enabledCiphers": "SSL_A  SSL_B",
        "keyStore": "k",
        "trustStore": "k",
        "serverKeyAlias": "mine",
        "clientKeyAlias": "yours",
        "jsseProvider": "IBMJSSE2",
        "clientAuthenticationSupported": "true",
    }
    found, notes = read(SCOPE, STORE, config(tag("properties", name="p", value="v"), **setting))
    (made,) = found.configs
    assert (made.protocol, made.level, made.ciphers) == ("TLSv1.2", "CUSTOM", ("SSL_A", "SSL_B"))
    assert made.key_store == found.key_stores[0]
    assert (made.server_alias, made.client_alias, made.client_auth) == ("mine", "yours", ClientAuth.SUPPORTED)
    assert (made.properties, made.line, notes) == ((("p", "v"),), 5, [])


@pytest.mark.parametrize(
    ("asked", "supported", "meant"),
    [("", "", "none"), ("false", "true", "supported"), ("true", "false", "required"), ("true", "true", "required")],
)
def test_client_authentication_is_two_flags(asked: str, supported: str, meant: str) -> None:
    setting = {"clientAuthentication": asked, "clientAuthenticationSupported": supported}
    found, _ = read(SCOPE, config(**setting))
    assert found.configs[0].client_auth.value == meant


def test_passwords_are_not_in_what_is_printed() -> None:
    found, _ = read(SCOPE, STORE)
    assert found.key_stores[0].password == "{xor}CDo9Hgw="
    assert "CDo9" not in repr(found)


def test_the_root_says_what_is_on() -> None:
    found, _ = read(SCOPE, config(), enabled="true", dynamicallyUpdateSSLConfig="false", defaultSSLSettings="r")
    assert (found.enabled, found.dynamic_update, found.default_config) == (True, False, found.configs[0])
    found, _ = read()
    assert (found.enabled, found.dynamic_update, found.default_config) == (False, None, None)


def test_what_is_unknown_is_passed_over() -> None:
    """security.xml holds much that is not about TLS: registries, log-ins, authorisation."""
    found, notes = read(SCOPE, tag("userRegistries", tag("what", ever="1"), xmi_id="u"), tag("keySetGroups", name="g"))
    assert ([each.name for each in found.key_set_groups], notes) == (["g"], [])


def test_references_that_lead_nowhere_and_names_that_come_twice_are_told() -> None:
    group = tag("sslConfigGroups", name="g", direction="inbound", sslConfig="gone", managementScope="m")
    found, notes = read(SCOPE, STORE, tag("keyStores", xmi_id="k2", name="keys"), config(keyStore="away"), group)
    assert {(each.line, each.text) for each in notes} == {
        (6, "keyStore refers to away, which is not in this file"),
        (5, f"the key store keys of cell {CELL} is there twice"),
        (7, "sslConfig refers to gone, which is not in this file"),
    }
    assert found.groups[0].config is None


def test_an_object_without_a_scope_is_the_cells() -> None:
    found, _ = read(STORE)
    assert found.key_stores[0].scope == Scope(CELL)


def test_a_scope_of_another_cell_is_told() -> None:
    _, notes = read(tag("managementScopes", xmi_id="m", scopeName="(cell):other"))
    assert notes[0].text.startswith("the scope (cell):other is in another cell")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((config(keyFileName="a.jks"),), "line 3: the SSL configuration A is in the form of WebSphere 6.0"),
        ((tag("repertoire", xmi_id="r", alias="A"),), "line 3: the SSL configuration A has no <setting>"),
        ((tag("repertoire", tag("setting"), xmi_id="r"),), "line 3: <repertoire> has no alias"),
        ((tag("keyStores", name="k"),), "line 3: <keyStores> has no xmi:id"),
        ((STORE, STORE), "line 4: the xmi:id k is that of line 3 already"),
        ((tag("managementScopes", xmi_id="m", scopeName="cell"),), "line 3: 'cell' is not a management scope"),
        ((tag("sslConfigGroups", name="g", direction="up"),), "line 3: direction is 'up', not inbound or outbound"),
        ((tag("dynamicSSLConfigSelections", name="g"),), "line 3: <dynamicSSLConfigSelections> has no dynamicSel"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(parts: tuple[str, ...], told: str) -> None:
    with pytest.raises(CellError) as why:
        read(*parts)
    assert why.value.message.startswith(f"f, {told}")


def test_equal_files_are_equal_whatever_their_name() -> None:
    found, _ = read(SCOPE, STORE)
    assert replace(found, file="elsewhere") == found
