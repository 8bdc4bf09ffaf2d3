from __future__ import annotations

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from limner.signon.capture import names as room
from limner.signon.capture.names import Names
from limner.signon.capture.packet import Datagram, Dissector
from limner.signon.capture.tape import Stamp

from . import wire

CLIENT, SERVER = ip_address("10.0.0.5").packed, ip_address("10.1.2.3").packed
LATER = Stamp(99, 0)


def answer(
    number: int, name: str, *addresses: str, client: str = "10.0.0.5", alias: str | None = None, code: int = 0
) -> Datagram:
    raw = wire.ethernet(wire.dns_answer(client, name, *addresses, alias=alias, code=code)[1])
    got = Dissector({1352}).read(number, number, 1, raw, 0, len(raw), len(raw))
    assert isinstance(got, Datagram)
    return got


def test_the_last_answer_before_a_connection_counts() -> None:
    names = Names()
    for number, name in enumerate(("old.example", "New.Example", "later.example"), 1):
        names.add(answer(number, name, "10.1.2.3"))
    led = names.of(SERVER, CLIENT, Stamp(3, 0))
    assert led is not None
    assert (led.name, led.hosts) == ("new.example", "10.1.2.3")


def test_ones_own_answer_counts_more_than_anothers() -> None:
    names = Names()
    names.add(answer(1, "mine.example", "10.1.2.3"))
    names.add(answer(2, "yours.example", "10.1.2.3", client="10.0.0.6"))
    assert names.of(SERVER, CLIENT, LATER).name == "mine.example"  # type: ignore[union-attr]
    assert names.of(SERVER, b"\x0a\0\0\x07", LATER).name == "yours.example"  # type: ignore[union-attr]
    assert names.of(CLIENT, CLIENT, LATER) is None


def test_aliases_are_followed() -> None:
    names = Names()
    names.add(answer(1, "sametime.example", "10.1.2.3", alias="st4.example"))
    led = names.latest("SAMETIME.example.", CLIENT)
    assert led is not None
    assert (led.name, led.aliases) == ("sametime.example", ("st4.example",))


def test_names_that_lead_nowhere_are_told_with_the_reason() -> None:
    names = Names()
    names.add(answer(1, "none.example", code=3))
    names.add(answer(2, "empty.example"))
    names.add(answer(3, "broken.example", code=2))
    assert [(each.name, each.failure) for each in names.failed] == [
        ("none.example", "there is no such name"),
        ("empty.example", "the name has no address"),
        ("broken.example", "the DNS server failed"),
    ]


def test_what_is_remembered_is_bounded(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(room, "MOST", 5)
    names = Names()
    for number in range(9):
        names.add(answer(number, "a.example", "10.1.2.3"))
    assert names.left_out == 4


@given(st.binary(max_size=200), st.integers(0, 60), st.integers(0, 255))
def test_nonsense_is_survived(raw: bytes, at: int, byte: int) -> None:
    names = Names()
    names.add(Datagram(1, 1, CLIENT, SERVER, raw))
    good = bytearray(answer(1, "sametime.example", "10.1.2.3", alias="st4.example").data)
    good[at % len(good)] = byte
    names.add(Datagram(1, 1, CLIENT, SERVER, bytes(good)))
