from __future__ import annotations

import pytest

from limner.signon.communities import Severity
from limner.signon.communities.form import host_of

from .samples import RESET, SAMPLE, action, community, found, grave, wrap


def one(attribute: str) -> str:
    return wrap(community("a.example", attribute), action("update", "a.example"))


@pytest.mark.parametrize(
    ("text", "line", "said", "fix"),
    [
        (RESET.replace("</managed-communities>\n", ""), 4, "clients cannot read it", "mend the XML"),
        (RESET.replace('"', "”"), 2, "clients cannot read it", "straight quotation marks"),
        ("#define x\n" + RESET, 1, "clients cannot read it", "managed-settings.xml"),
        ('\n<?xml version="1.0"?>' + RESET, 2, "clients cannot read it", "very first characters"),
        (one('name="a & b"'), 2, "clients cannot read it", "&amp;"),
        ("<!DOCTYPE x>" + RESET, 1, "declares a document type", "remove <!DOCTYPE"),
        ("hello", 1, "this is no managed-community-configs.xml", "the right file"),
        ("", 1, "this is no managed-community-configs.xml", "the right file"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>' + RESET, 1, "declares the encoding ISO-8859-1", "UTF-8"),
        (RESET.replace("managed-communities", "managed-community-config"), 1, "the root element is", "make it"),
        (wrap("#define x", community("a")), 2, "lines that begin with #", "comments are"),
        (wrap('<managed-comunity id="a"/>'), 2, "there is no element managed-comunity", "write managed-community"),
        (wrap("<managed-community-action type='update'/>"), 2, "has no managed-community-id", "add managed"),
        (wrap("<managed-community id='a.example'/>"), 2, "has no host", 'add host="..."'),
        (one('loginbytoken="true"'), 2, "there is no attribute loginbytoken", "write loginByToken"),
        (one('isLocked="true"'), 2, "belongs into managed-settings.xml", "move it"),
        (one('lockDown="true"'), 2, "not documented", "remove it"),
        (one('savePassword="yes"'), 2, "not true or false", 'savePassword="true"'),
        (one('savePassword="True"'), 2, "not true or false", 'savePassword="true"'),
        (one('port="0"'), 2, "not a port", "1 to 65535"),
        (one('port="65536"'), 2, "not a port", "1 to 65535"),
        (one('port="https"'), 2, "not a port", "1 to 65535"),
        (one('keepAliveInterval="0"'), 2, "not a whole number", "number of seconds"),
        (one('connectionType="tls_direct"'), 2, "not documented", "write tls-direct"),
        (one('connectionType="https-proxy"'), 2, "preferences have it", "http-proxy"),
        (one('authType="SAMPLE" loginByToken="true"'), 2, "stands in HCL's sample", "write one of"),
        (one('authType="SAML" loginByToken="true"'), 2, "preferences have it", "write one of"),
        (one('authType="st-domino-sso" loginByToken="true"'), 2, "not documented", "write ST-DOMINO-SSO"),
        (one('newHost="https://b.example/x"'), 2, "is a URL", "write b.example"),
        (one('newHost="b.example:1533"'), 2, "has a port", "write b.example"),
        (one('newHost="Sametime/Servers/ACME"'), 2, "a Notes name", "clients connect to"),
        (one('newHost="b example"'), 2, "not a host name", "letters"),
        (one('newHost=" b.example"'), 2, "has blanks", "remove"),
        (one('newHost="“b.example”"'), 2, "curly", "straight"),
        (one('authServerUrl="CN=A/O=B"'), 2, "not a URL", "try it"),
        (one('authServerUrl="http://a.example"'), 2, "unencrypted", "https"),
        (wrap(action("move", "a.example"), community("a.example")), 2, "type is 'move'", "write one of"),
        (wrap("<connection/>", community("a.example", 'port="1"')), 2, "stands in", "move it"),
        (wrap("hello", community("a.example", 'port="1"'), action("update", "a.example")), 2, "text between", "remove"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_with_its_line_and_what_to_do(text: str, line: int, said: str, fix: str) -> None:
    matching = [each for each in grave(text) if said in each.message]
    assert matching, grave(text)
    assert matching[0].line == line
    assert fix in matching[0].fix


def test_bytes() -> None:
    assert "not UTF-8" in grave(RESET.replace("acct", "ä").encode("cp1252"))[0].message
    assert "byte order mark" in grave(b"\xef\xbb\xbf" + RESET.encode())[0].message


def test_an_address_in_place_of_a_host_is_a_note() -> None:
    notes = [each.message for each in found(one('newHost="192.0.2.1"'))]
    assert any("is an IP address" in message for message in notes)
    assert not grave(one('newHost="192.0.2.1"'))


def test_a_connection_of_its_own_is_a_contradiction_of_hcls_page() -> None:
    notes = [each for each in found(SAMPLE) if "element of its own" in each.message]
    assert [(each.line, each.severity) for each in notes] == [(5, Severity.NOTE)]


def test_the_host_in_a_url() -> None:
    assert host_of("https://A.example:443/x") == "a.example"
    assert host_of("http://[::1") is None
    assert host_of("a.example") is None
