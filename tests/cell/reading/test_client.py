"""ssl.client.props is read block by block: a reader that keeps the last of each key would be wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.errors import CellError
from limner.cell.model import ClientProps
from limner.cell.reading.client import SOAP, SSL, read_client, read_properties

TWO = """\
# com.ibm.ssl.alias=Commented
com.ibm.ssl.defaultAlias=One
com.ibm.ssl.performURLHostNameVerification=true
user.root=D:/IBM/profiles/a

com.ibm.ssl.alias=One
com.ibm.ssl.protocol=SSL_TLSv2
com.ibm.ssl.securityLevel=HIGH
com.ibm.ssl.keyStore=${user.root}/etc/key.p12
com.ibm.ssl.keyStorePassword={xor}CDo9Hgw=
com.ibm.security.useFIPS=true
com.ibm.websphere.security.FIPSLevel=SP800-131
com.ibm.ssl.alias=Two
com.ibm.ssl.protocol = TLSv1.2
com.ibm.ssl.enabledCipherSuites=SSL_A, \\
    SSL_B
#com.ibm.ssl.protocol=SSL
"""


def read(text: str, soap: str = "") -> tuple[ClientProps, list[tuple[int, str]]]:
    files = {SSL: text.encode("latin-1")} | ({SOAP: soap.encode()} if soap else {})
    props, notes = read_client(files, "profile")
    assert props is not None
    return props, [(each.line, each.text) for each in notes]


def test_each_block_has_its_own_values() -> None:
    props, notes = read(TWO)
    one, two = props.blocks
    assert (one.alias, one.protocol, one.level, one.line) == ("One", "SSL_TLSv2", "HIGH", 6)
    assert (two.alias, two.protocol, two.ciphers, two.line) == ("Two", "TLSv1.2", ("SSL_A", "SSL_B"), 13)
    assert (one.key_store, two.key_store) == ("D:/IBM/profiles/a/etc/key.p12", "")
    assert props.block("Two") == two
    assert not notes


def test_what_counts_for_all_may_stand_within_a_block() -> None:
    props, _ = read(TWO)
    assert (props.default_alias, props.verify_host, props.fips, props.fips_level) == ("One", True, True, "SP800-131")


def test_passwords_are_not_in_what_is_printed() -> None:
    props, _ = read(TWO)
    assert props.blocks[0].key_store_password == "{xor}CDo9Hgw="
    assert "CDo9" not in repr(props)


def test_what_is_named_and_not_there_or_there_twice_is_told() -> None:
    text = "com.ibm.ssl.defaultAlias=X\ncom.ibm.ssl.alias=A\ncom.ibm.ssl.alias=A\n"
    props, notes = read(text, "com.ibm.ssl.alias=B\n")
    assert props.soap_alias == "B"
    assert notes == [
        (3, "there is a block A before this one"),
        (0, "defaultAlias names X, of which there is no block"),
        (0, "soap.client.props names B, of which there is no block"),
    ]


def test_a_profile_without_the_file_has_no_client_settings() -> None:
    assert read_client({}, "profile") == (None, [])


def test_an_escape_that_is_none_is_refused_with_its_line() -> None:
    with pytest.raises(CellError, match=r"^f, line 2: Invalid \\u escape"):
        read_properties(b"a=b\nc=\\u12\n", "f")


@given(st.lists(st.tuples(st.text("ab:=é \\", min_size=1), st.text("ab:=é \\#")), max_size=6))
def test_java_properties_are_read_as_they_are_written(pairs: list[tuple[str, str]]) -> None:
    def escaped(text: str) -> str:
        return "".join(f"\\{char}" if char in ":= \\#" else char for char in text)

    text = "".join(f"{escaped(key)}={escaped(value)}\n" for key, value in pairs)
    found = read_properties(text.encode("latin-1"), "f")
    assert found == [(key, value, at) for at, (key, value) in enumerate(pairs, 1)]


@given(st.binary(max_size=100))
def test_rubbish_is_read_or_refused(raw: bytes) -> None:
    try:
        read_properties(raw, "f")
    except CellError as why:
        assert why.message.startswith("f, line ")  # noqa: PT017 - it may also be read
