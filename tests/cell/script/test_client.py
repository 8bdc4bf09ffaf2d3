"""The protocol of one block of ssl.client.props is changed, and not a byte besides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.errors import CellError
from limner.cell.reading.client import SSL, read_client
from limner.cell.sample.props import SSL as SAMPLE
from limner.cell.script.client import with_protocol

RAW = SAMPLE.format(profile="dmgrNode", protocol="SSL_TLS").encode()


def test_one_line_changes() -> None:
    after = with_protocol(RAW, "DefaultSSLSettings", "TLSv1.2", "f")
    changed = [
        (old, new) for old, new in zip(RAW.split(b"\n"), after.split(b"\n"), strict=True) if old != new
    ]  # fmt: skip
    assert changed == [(b"com.ibm.ssl.protocol=SSL_TLS", b"com.ibm.ssl.protocol=TLSv1.2")]


def test_a_block_without_protocol_gets_one() -> None:
    raw = b"com.ibm.ssl.alias=A\r\ncom.ibm.ssl.keyStore=x\r\ncom.ibm.ssl.alias=B"
    assert with_protocol(raw, "A", "TLSv1.2", "f") == raw.replace(
        b"alias=A\r\n", b"alias=A\r\ncom.ibm.ssl.protocol=TLSv1.2\r\n"
    )
    assert with_protocol(raw, "B", "TLSv1.2", "f") == raw + b"\ncom.ibm.ssl.protocol=TLSv1.2\n"


def test_a_block_that_is_not_there_is_told() -> None:
    with pytest.raises(CellError, match="f: there is no block Nobody"):
        with_protocol(RAW, "Nobody", "TLSv1.2", "f")


line = st.sampled_from(
    ["com.ibm.ssl.alias=A", "com.ibm.ssl.alias=B", "com.ibm.ssl.alias = A ", "com.ibm.ssl.protocol=SSL_TLS",
     "  com.ibm.ssl.protocol : SSL", "com.ibm.ssl.keyStore=a\\", "    b", "# com.ibm.ssl.alias=A", "",
     "com.ibm.ssl.keyStorePassword={xor}\xe4", "user.root=/x"],
)  # fmt: skip


@given(st.lists(line, max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_read_afterwards_is_the_wanted_and_all_else_as_it_was(lines: list[str], end: str, last: bool) -> None:
    raw = (end.join(lines) + (end if last else "")).encode("iso-8859-1")
    before, _ = read_client({SSL: raw}, "f")
    assert before
    if before.block("A") is None:
        return
    after, _ = read_client({SSL: with_protocol(raw, "A", "TLSv1.2", "f")}, "f")
    assert after
    block = after.block("A")
    assert block
    assert block.protocol == "TLSv1.2"
    first = [each.alias for each in before.blocks].index("A")
    for at, (old, new) in enumerate(zip(before.blocks, after.blocks, strict=True)):
        assert (old.alias, old.key_store, old.key_store_password) == (new.alias, new.key_store, new.key_store_password)
        assert at == first or old.protocol == new.protocol
    assert with_protocol(with_protocol(raw, "A", "TLSv1.2", "f"), "A", "TLSv1.2", "f") == with_protocol(
        raw, "A", "TLSv1.2", "f"
    )
