"""Hellos: their lengths agree, and each asks for its version and suites alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from limner.cell.scan.answer import Taker
from limner.cell.scan.hello import RENEGOTIATION, make
from limner.cell.scan.suites import Version, offered


@given(
    st.sampled_from(list(Version)), st.sampled_from(["", "127.0.0.1", "st.acme.example", "bücher.example."]), st.data()
)
def test_a_hello_is_whole(version: Version, host: str, data: st.DataObject) -> None:
    suites = data.draw(st.lists(st.sampled_from(offered(version)), unique=True, max_size=40))
    hello = make(version, suites, host)
    record = Taker(hello.record)
    assert record.take(1) == b"\x16"
    assert record.number(2) <= 0x0301
    message = Taker(record.vector(2))
    assert (record.left, message.take(1)) == (0, b"\x01")
    body = Taker(message.vector(3))
    assert message.left == 0
    assert body.number(2) == min(version, Version.TLS12)
    body.take(32)
    body.vector(1)
    asked = Taker(body.vector(2))
    found = [asked.number(2) for _ in range(asked.left // 2)]
    assert found == [*suites, *([] if version is Version.TLS13 else [RENEGOTIATION])]
    assert body.vector(1) == b"\x00"
    if version is Version.SSL3:
        assert body.left == 0
        return
    kinds = _extensions(Taker(body.vector(2)))
    assert body.left == 0
    assert (0 in kinds) == (host not in ("", "127.0.0.1"))
    assert kinds.get(43) == (b"\x02\x03\x04" if version is Version.TLS13 else None)
    if host.startswith("b"):
        assert kinds[0].endswith(b"xn--bcher-kva.example")


def _extensions(content: Taker) -> dict[int, bytes]:
    found = {}
    while content.left:
        kind = content.number(2)
        assert kind not in found
        found[kind] = content.vector(2)
    return found


def test_no_two_hellos_are_the_same() -> None:
    assert make(Version.TLS12, [5], "a.example").message != make(Version.TLS12, [5], "a.example").message
