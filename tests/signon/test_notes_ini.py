from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.signon.evidence import Cause
from limner.signon.notes_ini import parse_notes_ini, read_notes_ini, recognise
from limner.signon.reading import decode

from .conftest import Put

SERVER = """\
[Notes]
KitType=2
KeyFilename=server.id
ServerKeyPassword=s3cret
; NETWORK_SPRAYER_ADDRESS=*
Ports=TCPIP
Network_Sprayer_Address = sametime.acme.example, sametime
TCPIP_TCPIPAddress=0,192.0.2.4:1352
"""


def test_a_servers_notes_ini(put: Put) -> None:
    ini = read_notes_ini(put("notes.ini", SERVER))
    assert ini.sprayer == ("sametime.acme.example", "sametime")
    assert ini.value("ports") == "TCPIP"
    assert ini.is_client is False
    assert ini.doubts == []
    assert [setting.line for setting in ini.all("NETWORK_SPRAYER_ADDRESS")] == [7]


def test_what_does_not_bear_on_sign_on_is_not_kept() -> None:
    assert "s3cret" not in repr(parse_notes_ini(SERVER, "notes.ini"))
    assert "server.id" not in repr(parse_notes_ini(SERVER, "notes.ini"))


def test_settings_that_stand_twice_are_doubted() -> None:
    ini = parse_notes_ini("NETWORK_SPRAYER_ADDRESS=a\nnetwork_sprayer_address=*\n", "notes.ini")
    assert ini.sprayer == ("a",)
    assert "lines 1, 2" in ini.doubts[0]
    assert parse_notes_ini("Ports=A\nPorts=A\n", "x").doubts == []


def test_a_clients_notes_ini_is_the_wrong_place_for_the_sprayer() -> None:
    ini = parse_notes_ini("[Notes]\nKitType=1\nNETWORK_SPRAYER_ADDRESS=*\n", "notes.ini")
    assert "client's" in ini.doubts[0]


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("0,192.0.2.4:1352", "192.0.2.4"),
        ("0,192.0.2.4", "192.0.2.4"),
        ("0,[2001:db8::4]:1352", "2001:db8::4"),
        ("0", None),
    ],
)
def test_the_address_that_the_port_is_bound_to(value: str, address: str | None) -> None:
    assert parse_notes_ini(f"TCPIP_TCPIPAddress={value}", "x").listens == address
    assert parse_notes_ini("Ports=TCPIP", "x").listens is None


def test_port_mapping_is_doubted() -> None:
    assert "port mapping" in parse_notes_ini("TCPIP_PortMapping00=CN=A/O=B,192.0.2.4:13520", "x").doubts[0]


def test_evidence_of_the_sprayer_speaks_against_the_name_check() -> None:
    (evidence,) = parse_notes_ini("NETWORK_SPRAYER_ADDRESS=*", "i").evidence()
    assert (evidence.cause, evidence.supports, evidence.place) == (Cause.NAME_CHECK, False, "line 1")
    (evidence,) = parse_notes_ini("Dont_Use_Remembered_Addresses=1", "i").evidence()
    assert (evidence.cause, evidence.supports) == (Cause.CACHED_ADDRESS, False)
    assert parse_notes_ini("Dont_Use_Remembered_Addresses=0", "i").evidence() == []


@pytest.mark.parametrize(
    ("head", "name", "is_one"),
    [
        (b"[Notes]\r\nKitType=1", "x.txt", True),
        (b"\xff\xfe" + "[Notes]\n".encode("utf-16-le"), "notes.ini", True),
        (b"NotesProgram=C:\\Notes", "notes.ini", True),
        (b"[Settings]\nA=1", "desktop.ini", False),
        (b"KitType=1", "notes.txt", False),
    ],
)
def test_it_is_recognised(head: bytes, name: str, is_one: bool) -> None:
    assert recognise(head, name) is is_one


@given(st.text(max_size=300) | st.lists(st.sampled_from(SERVER.split("\n"))).map("\n".join))
def test_any_text_is_a_notes_ini(text: str) -> None:
    ini = parse_notes_ini(text, "notes.ini")
    ini.evidence()
    assert isinstance(ini.doubts, list)
    assert all(name for name in ini.sprayer)


names = st.sampled_from(["NETWORK_SPRAYER_ADDRESS", "Network_Sprayer_Address", "Ports", "ServerName"])
values = st.text("aZ9.*,-= ", max_size=12).map(str.strip)


@given(st.lists(st.tuples(names, values), max_size=6), st.sampled_from(["{}={}", " {} = {} ", "{}={}\r"]))
def test_settings_are_read_as_they_were_written(pairs: list[tuple[str, str]], form: str) -> None:
    text = "[Notes]\n" + "\n".join(form.format(*pair) for pair in pairs)
    ini = parse_notes_ini(decode(text.encode()), "notes.ini")
    assert [(each.name, each.value, each.line) for each in ini.settings] == [
        (name, value, line) for line, (name, value) in enumerate(pairs, 2)
    ]
