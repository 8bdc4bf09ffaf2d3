"""The overview has a line for all that counts: each endpoint with TLS, each dynamic selection, and all else outward."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from limner.cell.errors import CellError
from limner.cell.model import Cell
from limner.cell.overview import LEVELS, Overview, copy, enables
from limner.cell.reading import read_cell
from limner.cell.suites import Jdk


@pytest.fixture(scope="module")
def cell(sample: Path) -> Cell:
    moment = sample / "3-tls12"
    return read_cell(moment / "dmgrNode", [("", moment / "mediaNode"), ("", moment / "stpNode")])


def test_a_process_has_its_lines(cell: Cell) -> None:
    overview = Overview(cell, only="stpNode/was_stpProxy")
    assert [(line.resolved.direction.value, line.what) for line in overview.lines] == [
        ("inbound", "CSIV2_SSL_MUTUALAUTH_LISTENER_ADDRESS"),
        ("inbound", "CSIV2_SSL_SERVERAUTH_LISTENER_ADDRESS"),
        ("inbound", "PROXY_HTTPS_ADDRESS"),
        ("inbound", "SOAP_CONNECTOR_ADDRESS"),
        ("outbound", "ADMIN_SOAP,*,*"),
        ("outbound", "*"),
    ]
    assert overview.protocols() == ["SSL_TLSv2", "TLSv1.2"]


@pytest.mark.parametrize(("only", "count"), [("", 11), ("nodeagent", 3), ("mtgNode/*", 3), ("was_*", 2), ("dmgr", 1)])
def test_processes_are_chosen_by_name_or_pattern(cell: Cell, only: str, count: int) -> None:
    assert len(Overview(cell, only=only).processes) == count


def test_a_process_that_is_not_there_is_refused(cell: Cell) -> None:
    with pytest.raises(CellError, match="there is no process server1") as why:
        Overview(cell, only="server1")
    assert "stpNode/was_stpProxy" in (why.value.hint or "")


def test_the_copy_of_each_node(cell: Cell) -> None:
    assert {node.name: copy(cell, node) for node in cell.nodes} == {
        "dmgrNode": "master",
        "mediaNode": "stale",
        "mtgNode": "master",
        "stpNode": "current",
    }


def test_json_has_all_of_it_and_no_password(cell: Cell) -> None:
    found = Overview(cell, jdk=Jdk.parse("8.0.6.30")).as_dict()
    text = json.dumps(found)
    assert "CDo9Hgw" not in text
    assert "WebAS" not in text
    proxy = next(each for each in found["processes"] if each["name"] == "was_stpProxy")
    https = next(each for each in proxy["lines"] if each["what"] == "PROXY_HTTPS_ADDRESS")
    assert (https["port"], https["transport"], https["scope"]) == (
        443,
        "channel",
        "(cell):acmeCell:(node):stpNode:(server):was_stpProxy",
    )
    assert https["ssl"]["enables"] == {"SDK 8.0 SR6 FP30": "TLSv1.2"}
    assert https["certificate"]["chain"] == ["*.acme.example", "Acme Issuing CA", "Acme Public Root"]
    assert https["certificate"]["days_left"] == 364
    assert https["certificate"]["missing_issuer"] is None
    xda = next(each for each in found["ssl_configurations"] if each["alias"] == "XDADefaultSSLSettings")
    assert (xda["client_authentication"], xda["used"]) == ("required", 0)
    assert found["nodes"][0]["client"]["blocks"][0]["protocol"] == "SSL_TLSv2"


def test_what_a_protocol_enables_is_told_for_each_level_unless_one_is_named() -> None:
    assert list(enables("TLSv1.2", None)) == [level.words for level in LEVELS]
    assert enables("SSL_TLS", Jdk.parse("8.0.6.30")) == {"SDK 8.0 SR6 FP30": "none"}
    assert enables("klingon", None) == {}
