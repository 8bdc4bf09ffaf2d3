"""XML is read safely, and whatever is wrong with it is told with file and line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cell.spec import document, tag

from limner.cell.errors import CellError
from limner.cell.reading.markup import DEEPEST, parse

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<w:Security xmlns:w="w">&b;</w:Security>"""


def test_names_are_without_prefix_and_lines_are_told() -> None:
    root = parse(document("Security", "\n" + tag("keyStores", xmi_id="a", xmi_type="s:Kind")), "f", "Security")
    store = next(root.all("keyStores"))
    assert (root.name, store.id, store.type, store.line) == ("Security", "a", "Kind", 3)


def test_a_document_may_hold_several_roots_within_one_of_xmi() -> None:
    raw = b'<xmi:XMI xmlns:xmi="x" xmlns:w="w"><w:Other/><w:Server name="s"/></xmi:XMI>'
    assert parse(raw, "f", "Server").get("name") == "s"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (document("Security", "")[:-20], "f, line 2: it is not XML"),
        (b"", "f, line 1: it is not XML"),
        (b"hello\n", "f, line 1: it is not XML"),
        (b"\x00\x01\x02", "f, line 1: it is not XML"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "f, line 1: it"),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<a b="\xe4"/>', "f, line 2: it is not XML"),
        (document("Security", "").decode().encode("utf-16"), "f, line 1: it is not XML"),
        (BOMB, "f, line 2: it declares a document type or entities"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "f, line 1: it declares a document type"),
        (document("Cell", ""), "f, line 2: its root is <Cell>, not <Security>"),
        (b"<a>" * (DEEPEST + 2), f"f, line 1: its elements are more than {DEEPEST} deep"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(raw: bytes, told: str) -> None:
    with pytest.raises(CellError) as why:
        parse(raw, "f", "Security")
    assert why.value.message.startswith(told)


def test_values_that_cannot_be_meant_are_told_with_their_line() -> None:
    root = parse(document("Security", "\n\n" + tag("keyStores", fileBased="yes")), "f", "Security")
    store = next(root.all("keyStores"))
    with pytest.raises(CellError, match="f, line 4: fileBased is 'yes', not true or false"):
        store.flag("fileBased", otherwise=True)
    with pytest.raises(CellError, match="f, line 4: <keyStores> has no name"):
        store.need("name")
    assert store.flag("readOnly", otherwise=True) is True
    assert [each.name for each in root.walk()] == ["Security", "keyStores"]


@given(st.binary(max_size=200) | st.text('<>/!?&;a= "[]-\n', max_size=80).map(str.encode))
def test_rubbish_is_read_or_refused(raw: bytes) -> None:
    """Nothing but a CellError ever comes out."""
    try:
        assert parse(raw, "f", "a").name == "a"
    except CellError as why:
        assert why.message.startswith("f, line ")  # noqa: PT017 - it may also be read
