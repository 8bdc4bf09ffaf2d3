from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.markup import MarkupError
from limner.signon.documents import parse_dxl, parse_text, read_documents, recognise
from limner.signon.errors import SignonError

from .conftest import Put, dxl

# as domino-jnx's test data has documents: noteinfo, updatedby, typed items, raw items
WHOLE = b"""\
<?xml version='1.0'?>
<!DOCTYPE database SYSTEM 'xmlschemas/domino.dtd'>
<dxl:database xmlns:dxl="http://www.lotus.com/dxl">
<dxl:document form="Person"><dxl:item name="ServerName"><dxl:text>not this</dxl:text></dxl:item></dxl:document>
<dxl:document form="Server"><dxl:noteinfo unid="1"/><dxl:updatedby><dxl:name>CN=A/O=B</dxl:name></dxl:updatedby>
<dxl:item name="SERVERNAME"><dxl:text>CN=A/<dxl:break/>O=B</dxl:text></dxl:item>
<dxl:item name="Certificate"><dxl:rawitemdata type="6">c2VjcmV0</dxl:rawitemdata></dxl:item>
<dxl:item name="NetAddresses"><dxl:textlist><dxl:text>a</dxl:text><dxl:text>b</dxl:text></dxl:textlist></dxl:item>
</dxl:document>
<dxl:document form="WebSSOConfig"><dxl:item name="LTPA_TokenName"><dxl:text>LtpaToken</dxl:text></dxl:item>
<dxl:item name="LTPA_DominoSecret"><dxl:text>s3cret</dxl:text></dxl:item>
<dxl:item name="LTPA_TokenExpiration"><dxl:number>30</dxl:number></dxl:item>
</dxl:document>
</dxl:database>
"""


def test_dxl_gives_the_servers_and_the_sso_documents_only() -> None:
    server, sso = parse_dxl(WHOLE, "names.dxl")
    assert (server.is_server, server.is_sso, server.whole, server.line) == (True, False, True, 5)
    assert server.values("netaddresses") == ("a", "b")
    assert (sso.is_server, sso.is_sso) == (False, True)
    assert sso.value("ltpa_tokenexpiration") == "30"
    assert sso.place("ltpa_tokenname") == "line 10"
    assert sso.place("nothing") == "line 10"


def test_no_secret_is_kept() -> None:
    found = repr(parse_dxl(WHOLE, "names.dxl")) + repr(
        parse_text("LTPA_TokenName: L\nLTPA_DominoSecret: s3cret\n", "x")
    )
    assert "s3cret" not in found
    assert "c2VjcmV0" not in found


STRUCTURED = """\
Form:  Server
ServerName:  CN=A/O=B
SMTPFullHostDomain:  a.example
NetAddresses:  "a.example", "192.0.2.1"
LTPA_DominoSecret:  x
\fForm:  Server
ServerName:  CN=C/O=B
"""
COPIED = """\
Basics
Server name:\tSametime/Servers/ACME\tServer build number:
Fully qualified Internet host name:\ta.example
"""
CONSOLE = """\
> show server
Lotus Domino (r) Server (Release 9.0.1FP10 for Windows/64) 04.10.2016 10:00:00
Server name:            Sametime/Servers/ACME - Sametime
Domain name:            ACME
"""


def test_structured_text_has_a_form_feed_between_documents() -> None:
    one, two = parse_text(STRUCTURED, "x")
    assert one.value("servername") == "CN=A/O=B"
    assert one.values("netaddresses") == ("a.example", "192.0.2.1")
    assert (two.value("servername"), two.line) == ("CN=C/O=B", 6)
    assert not one.whole


def test_a_copied_form_and_what_the_console_prints() -> None:
    (copied,) = parse_text(COPIED, "x")
    assert copied.value("servername") == "Sametime/Servers/ACME"
    assert copied.value("smtpfullhostdomain") == "a.example"
    (console,) = parse_text(CONSOLE, "x")
    assert console.value("servername") == "Sametime/Servers/ACME"
    assert console.value("smtpfullhostdomain") is None


def test_a_file_may_be_either_and_errors_tell_the_line(put: Put) -> None:
    assert read_documents(put("a", dxl()))[0].whole
    assert not read_documents(put("b", CONSOLE))[0].whole
    with pytest.raises(SignonError, match=r"c: line 2: "):
        read_documents(put("c", "<document>\n<item></document>"))


@pytest.mark.parametrize(
    ("raw", "is_one"),
    [
        (dxl(), True),
        (WHOLE, True),
        (STRUCTURED.encode(), True),
        (COPIED.encode(), True),
        (CONSOLE.encode(), True),
        (b"<managed-communities/>", False),
        (b"Server name: x", False),
        (b"<html><document>", False),
        (b"", False),
    ],
)
def test_it_is_recognised(raw: bytes, is_one: bool) -> None:
    assert recognise(raw[:4096], "file") is is_one


def test_a_flood_of_items_is_cut() -> None:
    many = b"<document form='Server'><item name='NetAddresses'><textlist>" + b"<text>a</text>" * 20_000
    (document,) = parse_dxl(many + b"</textlist></item></document>", "x")
    assert len(document.values("netaddresses")) < 6000
    (document,) = parse_dxl(
        b"<document form='Server'><item name='Domain'><text>" + b"a" * 10**6 + b"</text></item></document>", "x"
    )
    assert len(document.values("domain")[0]) <= 4096


pieces = st.lists(
    st.sampled_from(
        [
            *(line + b"\n" for line in WHOLE.split(b"\n")),
            b"</item>",
            b"<text>",
            b"</document>",
            b"<document form='server'>",
        ]
    ),
    max_size=20,
).map(b"".join)


@given(pieces | st.binary(max_size=300))
def test_any_bytes_are_documents_or_refused(raw: bytes) -> None:
    recognise(raw, "x")
    with suppress(MarkupError):
        parse_dxl(raw, "x")


@given(st.text(max_size=300) | st.lists(st.sampled_from(STRUCTURED.split("\n"))).map("\n".join))
def test_any_text_is_documents(text: str) -> None:
    for document in parse_text(text, "x"):
        assert document.is_server or document.is_sso
