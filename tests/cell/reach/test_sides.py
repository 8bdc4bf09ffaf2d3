"""A process's settings become what it shows, believes and speaks."""

from __future__ import annotations

from dataclasses import replace

from cell.reach.conftest import Read
from limner.cell.keystores.certificate import short
from limner.cell.model import Cell, ClientAuth, Connection, Direction
from limner.cell.reach.sides import Answers, Sides
from limner.cell.stores import Stores
from limner.cell.suites import Jdk, Version

SOAP = Connection(protocol="ADMIN_SOAP", host="console.acme.example", port=8879)
HTTP = Connection(protocol="HTTP", host="chat.acme.example", port=9443)


def sides(cell: Cell, level: str = "7.1.3.0") -> Sides:
    return Sides(cell, Answers(cell), Stores(cell), Jdk.parse(level))


def test_inbound_by_the_server_s_own_group(read: Read) -> None:
    cell = read()
    process = cell.process("stpNode", "was_stpProxy")
    assert process is not None
    end = sides(cell).inbound(process, "PROXY_HTTPS_ADDRESS")
    (side,) = end.sides
    assert side.versions.sure == {Version.TLS12}
    assert side.chain
    assert [short(each) for each in side.chain] == ["*.acme.example", "Acme Issuing CA", "Acme Public Root"]
    assert side.asks is ClientAuth.NONE
    assert end.decided == "server stpNode/was_stpProxy: NodeDefaultSSLSettings [TLSv1.2], certificate wildcard"


def test_a_dynamic_selection_goes_round_the_group(read: Read) -> None:
    cell = read()
    process = cell.process("stpNode", "was_stpProxy")
    assert process is not None
    both = sides(cell)
    assert both.outbound(process, SOAP).decided.startswith("dynamic selection AdminSSLOutbound: CellDefault")
    assert both.outbound(process, HTTP).decided.startswith("server stpNode/was_stpProxy: NodeDefault")
    assert both.outbound(process, HTTP) is both.outbound(process, HTTP), "each is made once"


def test_without_an_alias_any_of_several_keys_may_be_shown(read: Read) -> None:
    cell = read()
    process = cell.process("dmgrNode", "dmgr")
    assert process is not None
    end = sides(cell).overlay(process, Direction.INBOUND)
    assert end is not None
    assert {short(side.chain[0]) for side in end.sides if side.chain} == {"*.acme.example", "console.acme.example"}
    assert all(side.asks is ClientAuth.REQUIRED for side in end.sides)


def test_commands_go_by_ssl_client_props(read: Read) -> None:
    cell = read("mediaNode")
    node = cell.node("mediaNode")
    assert node is not None
    end = sides(cell).commands(node)
    assert end is not None
    assert end.decided == "ssl.client.props, DefaultSSLSettings [SSL_TLSv2]"
    assert end.sides[0].chain
    stranger = cell.node("stpNode")
    assert stranger is not None
    assert sides(cell).commands(stranger) is None


def test_what_no_document_knows_leaves_everything_open(read: Read) -> None:
    cell = read(CellDefaultSSLSettings="TLSv7")
    process = cell.process("dmgrNode", "dmgr")
    assert process is not None
    (side,) = sides(cell).inbound(process, "SOAP_CONNECTOR_ADDRESS").sides
    assert side.versions.sure == set()
    assert "'TLSv7' is not a protocol that WebSphere knows" in side.versions.notes[0]


def test_without_any_configuration_everything_is_open(read: Read) -> None:
    cell = read()
    bare = replace(cell, security=replace(cell.security, groups=(), default_config=None))
    process = bare.process("dmgrNode", "dmgr")
    assert process is not None
    (side,) = sides(bare).inbound(process, "SOAP_CONNECTOR_ADDRESS").sides
    assert (side.chain, side.signers, side.versions.sure) == (None, None, set())


def test_no_password_is_told(read: Read) -> None:
    cell = read()
    cell.files["key.p12"] = b"0" * 40  # type: ignore[index]
    process = cell.process("dmgrNode", "dmgr")
    assert process is not None
    made = sides(cell)
    made.inbound(process, "SOAP_CONNECTOR_ADDRESS")
    assert made.problems
    assert not any("WebAS" in problem for problem in made.problems)
