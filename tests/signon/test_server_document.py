from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.errors import SignonError
from limner.signon.server_document import read_server_document, read_server_documents

from .conftest import Put, canonical, dxl


def test_a_server_document(put: Put) -> None:
    found = read_server_document(put("s.dxl", dxl()))
    assert found.name == "CN=Sametime/OU=Servers/O=ACME"
    assert (found.short, found.common) == ("Sametime/Servers/ACME", "Sametime")
    assert found.host_name == "sametime004.acme.example"
    assert (found.line, found.host_name_line, found.whole) == (2, 4, True)
    assert found.net_addresses == ("sametime004.acme.example",)
    assert found.cluster is None


def several() -> bytes:
    one, two = dxl(), dxl("CN=Mail/O=ACME", "mail.acme.example")
    body = b"".join(each.partition(b"?>")[2] for each in (one, two))
    return b"<database xmlns='http://www.lotus.com/dxl'>" + body + b"</database>"


def test_one_of_several_has_to_be_chosen(put: Put) -> None:
    file = put("names.dxl", several())
    assert len(read_server_documents(file)) == 2
    with pytest.raises(SignonError, match="holds 2 Server documents") as caught:
        read_server_document(file)
    assert caught.value.hint == "say which with --server: Sametime/Servers/ACME, Mail/ACME"
    assert read_server_document(file, "mail/acme").common == "Mail"
    with pytest.raises(SignonError, match="no Server document of Other"):
        read_server_document(file, "Other/ACME")


def test_the_same_document_twice_is_no_choice(put: Put) -> None:
    body = dxl().partition(b"?>")[2]
    assert read_server_document(put("a", b"<database>" + body + body + b"</database>")).common == "Sametime"


@pytest.mark.parametrize("content", ["", "<document form='Person'/>", "hello", "<document form='Server'/>"])
def test_a_file_without_a_server_document_is_an_error_with_a_hint(put: Put, content: str) -> None:
    with pytest.raises(SignonError, match="holds no Server document") as caught:
        read_server_document(put("x", content))
    assert "DXL" in str(caught.value.hint)


words = st.text("aZ9é-. &<\"'", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
servers = st.lists(words, min_size=1, max_size=4).map("/".join)


@given(servers, words, st.lists(words, max_size=3), st.sampled_from(["utf-8", "utf-16"]), st.booleans())
def test_what_another_writer_makes_of_a_server_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, name: str, host: str, net: list[str], code: str, spaced: bool
) -> None:
    """The other writer is Python's ElementTree."""
    document = ElementTree.Element("{http://www.lotus.com/dxl}document" if spaced else "document", form="Server")
    for item, values in (("ServerName", [canonical(name)]), ("SMTPFullHostDomain", [host]), ("NetAddresses", net)):
        element = ElementTree.SubElement(document, "item", name=item)
        around = ElementTree.SubElement(element, "textlist") if len(values) != 1 else element
        for value in values:
            ElementTree.SubElement(around, "text").text = value
    file = tmp_path_factory.getbasetemp() / "server.dxl"
    file.write_bytes(ElementTree.tostring(document, code))
    found = read_server_document(file)
    assert (found.short, found.host_name, found.net_addresses) == (name, host, tuple(net))
