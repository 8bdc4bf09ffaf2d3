from __future__ import annotations

from pathlib import Path

import pytest

from limner.signon.diagnose.cross import asked_names, community_hosts, evidence, ini_for, server_for, successes
from limner.signon.diagnose.gather import gather
from limner.signon.evidence import Cause, Evidence
from signon.capture import wire
from signon.diagnose import scenes
from signon.fakes import community, domino, tokens
from signon.trace.samples import GOOD, INCIDENT, STALE


def put(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def of(found: list[Evidence], cause: Cause) -> list[tuple[bool, str]]:
    return [(each.supports, each.text) for each in found if each.cause is cause]


def test_the_server_that_answered_is_the_one_whose_document_counts(tmp_path: Path) -> None:
    other = scenes.SERVER_DOCUMENT.replace("CN=Sametime", "CN=Mail")
    found = gather(put(tmp_path, a__dxl=other, trace__txt=INCIDENT))
    assert server_for(found) is None
    found = gather(put(tmp_path, b__dxl=scenes.SERVER_DOCUMENT))
    server = server_for(found)
    assert server is not None
    assert server.file == "b.dxl"
    assert ini_for(found, server) is None
    found = gather(
        put(tmp_path, client__ini="[Notes]\nKitType=1\n", server__ini="[Notes]\nServerName=Sametime/Servers/ACME\n")
    )
    ini = ini_for(found, server)
    assert ini is not None
    assert ini.file == "server.ini"


def test_the_names_asked_for_come_from_traces_captures_and_the_user(tmp_path: Path) -> None:
    session = (
        wire.Session().open().says(domino.request("other.acme.example")).answers(domino.reply()).fin(by_client=False)
    )
    wire.saved(
        tmp_path / "a.pcap", session, [wire.dns_answer("10.0.0.5", "dns.acme.example", "10.1.2.3", when=wire.NOON - 9)]
    )
    found = gather(put(tmp_path, trace__txt=INCIDENT + GOOD))
    assert asked_names(found, ("told.example",)) == [
        "told.example", "sametime.acme.example", "dns.acme.example", "other.acme.example",
    ]  # fmt: skip


def test_community_hosts_come_from_the_move_and_from_the_capture(tmp_path: Path) -> None:
    session = wire.Session(server=("10.1.2.3", 1533)).open().says(community.handshake())
    wire.saved(
        tmp_path / "a.pcap", session, [wire.dns_answer("10.0.0.5", "st.acme.example", "10.1.2.3", when=wire.NOON - 9)]
    )
    found = gather(put(tmp_path, communities__xml=scenes.COMMUNITIES))
    assert community_hosts(found, ("told.example",)) == ["told.example", scenes.ALIAS, "st.acme.example"]


@pytest.mark.parametrize(
    ("wanted", "supports"), [("ST_TOKEN_TYPE=LtpaToken2\n", True), ("ST_TOKEN_TYPE=LTPATOKEN\n", False), ("", False)]
)
def test_the_token_of_the_document_and_of_the_ini_are_compared(tmp_path: Path, wanted: str, supports: bool) -> None:
    sso = scenes.SSO_DOCUMENT.format(domain=".acme.example", name="LtpaToken")
    found = gather(put(tmp_path, websso__dxl=sso, sametime__ini=f"[AuthToken]\n{wanted}"))
    assert [each for each, text in of(evidence(found), Cause.TOKEN_INVALID) if "takes tokens named" in text] == [
        supports
    ]


@pytest.mark.parametrize(
    ("token", "ini", "named"),
    [
        (tokens.domino(created=0, expires=9), "LtpaToken2", True),
        (tokens.encrypted(248), "LtpaToken2", True),
        (tokens.encrypted(256), "LtpaToken2", False),  # version 1 or 2: nobody knows
        (tokens.domino(created=0, expires=9), "LtpaToken", False),
    ],
)
def test_an_old_token_is_held_against_a_server_that_takes_new_ones(
    tmp_path: Path, token: bytes, ini: str, named: bool
) -> None:
    session = wire.Session(server=("10.1.2.3", 1533)).open().says(community.handshake() + community.login("j", token))
    wire.saved(tmp_path / "a.pcap", session.answers(community.destroy(community.TOKEN_INVALID)).fin(by_client=False))
    found = gather(put(tmp_path, sametime__ini=f"[AuthToken]\nST_TOKEN_TYPE={ini}\n"))
    assert bool(of(evidence(found), Cause.TOKEN_VERSION)) is named


@pytest.mark.parametrize(("minutes", "supports"), [(-1, True), (1, False)])
def test_a_token_in_a_file_is_compared_with_the_time_of_the_refusal(
    tmp_path: Path, minutes: int, supports: bool
) -> None:
    ends = wire.NOON // wire.SECOND + 60 * minutes
    session = wire.Session(server=("10.1.2.3", 1533)).open().says(community.handshake() + community.login("j", b"x"))
    wire.saved(tmp_path / "a.pcap", session.answers(community.destroy(community.TOKEN_INVALID)).fin(by_client=False))
    found = gather(put(tmp_path, token__txt=tokens.domino(created=ends - 7200, expires=ends)))
    (said,) = of(evidence(found), Cause.TOKEN_EXPIRED)
    assert said[0] is supports
    assert "not known" in said[1]


def test_an_address_that_the_hosts_file_or_dns_does_not_give_was_remembered(tmp_path: Path) -> None:
    wire.saved(tmp_path / "a.pcap", [wire.dns_answer("10.0.0.5", "sametime.acme.example", "192.0.2.4")])
    trace = "Using address '192.0.2.9' for sametime.acme.example on TCPIP\n"
    found = gather(put(tmp_path, trace__txt=trace, hosts="192.0.2.9 sametime.acme.example\n"))
    said = of(evidence(found), Cause.CACHED_ADDRESS)
    assert sorted(supports for supports, _ in said) == [False, True]
    assert of(evidence(gather(put(tmp_path, trace__txt=STALE))), Cause.CACHED_ADDRESS)[0][0]


def test_a_clients_sprayer_setting_says_nothing_about_the_server(tmp_path: Path) -> None:
    found = gather(put(tmp_path, notes__ini="[Notes]\nKitType=1\nNETWORK_SPRAYER_ADDRESS=*\n"))
    assert of(evidence(found), Cause.NAME_CHECK) == []


def test_good_ends_are_told(tmp_path: Path) -> None:
    session = wire.Session(server=("10.1.2.3", 1533)).open().says(community.handshake() + community.login("j", b"x"))
    wire.saved(tmp_path / "a.pcap", session.answers(community.login_ack("j")))
    found = gather(put(tmp_path, trace__txt=GOOD))
    assert {file for file, _ in successes(found)} == {"a.pcap", "trace.txt"}
