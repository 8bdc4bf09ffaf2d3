"""Stores are found by where security.xml says they are, opened once, and why one cannot be is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from limner.cell.model import Cell, ClientBlock, KeyStore, Scope
from limner.cell.reading import read_cell
from limner.cell.stores import Stores

CELL_KEYS = "${CONFIG_ROOT}/cells/acmeCell/key.p12"


@pytest.fixture(scope="module")
def cell(sample: Path) -> Cell:
    moment = sample / "3-tls12"
    return read_cell(moment / "dmgrNode", [("", moment / "mediaNode")])


def store(location: str, password: str = "{xor}CDo9Hgw=", **more: object) -> KeyStore:
    made = KeyStore(name="k", scope=Scope("acmeCell"), location=location, password=password)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("location", "path"),
    [
        (CELL_KEYS, "key.p12"),
        ("${CONFIG_ROOT}/cells/acmeCell/nodes/stpNode/key.p12", "nodes/stpNode/key.p12"),
        ("${USER_INSTALL_ROOT}/config/cells/acmeCell/trust.p12", "trust.p12"),
        ("/opt/IBM/profiles/dmgr/config/cells/acmeCell/trust.p12", "trust.p12"),
        ("${USER_INSTALL_ROOT}/etc/key.p12", "etc/key.p12"),
    ],
)
def test_a_store_is_where_it_is_said_to_be(cell: Cell, location: str, path: str) -> None:
    opened = Stores(cell).open("dmgrNode", store(location))
    assert (opened.path, opened.trouble, opened.given) == (path, "", True)
    assert opened.store is not None


def test_a_key_is_that_of_the_alias_or_the_only_one(cell: Cell) -> None:
    """Java does not tell the case of aliases apart, so limner does not."""
    stores = Stores(cell)
    several = stores.open("dmgrNode", store(CELL_KEYS))
    one = stores.open("dmgrNode", store("${CONFIG_ROOT}/cells/acmeCell/nodes/mtgNode/key.p12"))
    held = several.held("WildCard")
    assert held is not None
    assert held.entry.alias == "wildcard"
    assert [each.subject.rfc4514_string()[-16:] for each in held.chain.certificates][1:] == [
        "=Acme Issuing CA",
        "Acme Public Root",
    ]
    assert several.held("") is None
    assert several.held("gone") is None
    assert one.held("") is not None


def test_a_node_sees_its_own_copy(cell: Cell) -> None:
    """mediaNode has not synchronised, but its stores were there before."""
    stores = Stores(cell)
    media = cell.node("mediaNode")
    assert media is not None
    emptied = replace(media, files={})
    other = replace(cell, nodes=tuple(emptied if each.name == "mediaNode" else each for each in cell.nodes))
    assert stores.open("mediaNode", store(CELL_KEYS)).store is not None
    assert Stores(other).open("mediaNode", store(CELL_KEYS)).trouble == "it is not among the files that were given"
    assert Stores(other).open("mtgNode", store(CELL_KEYS)).store is not None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (store("/etc/ssl/own.p12"), "it is not among the files of the cell (/etc/ssl/own.p12)"),
        (store("safkeyring:///WASKeyring", file_based=False), "it is not among the files of the cell (safkeyring"),
        (store("${CONFIG_ROOT}/cells/acmeCell/gone.p12"), "it is not among the files that were given"),
        (store(CELL_KEYS, "wrong"), "key.p12: the password is wrong"),
        (store(CELL_KEYS, "{aes}AAAA"), "key.p12: its password is not encoded as {xor}"),
    ],
)
def test_why_a_store_cannot_be_opened_is_told(cell: Cell, wrong: KeyStore, told: str) -> None:
    opened = Stores(cell).open("dmgrNode", wrong)
    assert opened.store is None
    assert opened.trouble.startswith(told)


def test_damage_is_told(cell: Cell) -> None:
    damaged = replace(cell, files={"key.p12": b"\x30\x82damaged"})
    assert "key.p12" in Stores(damaged).open("dmgrNode", store(CELL_KEYS)).trouble


def test_a_clients_stores_are_its_profiles(cell: Cell) -> None:
    node = cell.node("mediaNode")
    assert node is not None
    assert node.client is not None
    block = node.client.blocks[0]
    assert Stores(cell).open_client("mediaNode", block).held("default") is not None
    trust = Stores(cell).open_client("mediaNode", block, trust=True)
    assert trust.store is not None
    assert not trust.store.keys
    elsewhere = ClientBlock(alias="a", key_store="./key.p12")
    assert (
        Stores(cell).open_client("mediaNode", elsewhere).trouble.startswith("it is not among the files of the profile")
    )
