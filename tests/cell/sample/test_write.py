"""The sample cell is a cell: it is read without a note, and its moments tell the story that it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from limner.cell.errors import CellError
from limner.cell.findings import Severity, find
from limner.cell.model import Cell, Kind
from limner.cell.overview import Overview
from limner.cell.reading import read_cell
from limner.cell.resolve import Resolver
from limner.cell.sample import write, write_sample
from limner.cell.sample.cast import NODES
from limner.cell.sample.moments import Moment

OTHERS = [host.node for host in NODES if host.node != "dmgrNode"]


def read(sample: Path, moment: Moment) -> Cell:
    return read_cell(sample / moment / "dmgrNode", [("", sample / moment / node) for node in OTHERS])


@pytest.mark.parametrize("moment", Moment)
def test_each_moment_is_read_without_a_note(sample: Path, moment: Moment) -> None:
    cell = read(sample, moment)
    assert cell.notes == ()
    assert {process.kind for process in cell.processes} == {
        Kind.DMGR,
        Kind.NODE_AGENT,
        Kind.APPLICATION_SERVER,
        Kind.PROXY,
    }
    assert all(node.client and node.client.block("DefaultSSLSettings") for node in cell.nodes)


@pytest.mark.parametrize("moment", Moment)
def test_nothing_is_wrong_with_it_but_the_node_that_has_not_synchronised(sample: Path, moment: Moment) -> None:
    found = [each for each in find(Overview(read(sample, moment))) if each.severity is not Severity.NOTE]
    stale = moment is Moment.TLS12
    assert {each.where for each in found} == ({("node mediaNode",)} if stale else set())


def test_the_story(sample: Path) -> None:
    """As installed, then the wildcard on what people reach, then TLSv1.2 at one proxy only."""
    seen = {}
    for moment in Moment:
        cell = read(sample, moment)
        proxy, agent = cell.process("stpNode", "was_stpProxy"), cell.process("mtgNode", "nodeagent")
        assert proxy is not None
        assert agent is not None
        at, of = Resolver(cell).inbound(proxy, "PROXY_HTTPS_ADDRESS"), Resolver(cell).outbound(agent)
        assert at.config is not None
        assert of.config is not None
        seen[moment] = (at.config.protocol, at.certificate_alias, of.config.protocol)
    assert list(seen.values()) == [
        ("SSL_TLS", "default", "SSL_TLS"),
        ("SSL_TLS", "wildcard", "SSL_TLS"),
        ("TLSv1.2", "wildcard", "SSL_TLSv2"),
    ]


def test_stores_that_did_not_change_are_the_same_bytes(sample: Path) -> None:
    path = "config/cells/acmeCell/nodes/mtgNode/key.p12"
    raw = {(sample / moment / node / path).read_bytes() for moment in Moment for node in OTHERS}
    assert len(raw) == 1


def test_keys_are_their_owners_only(sample: Path) -> None:
    for file in sample.rglob("*.p12"):
        assert file.stat().st_mode & 0o77 == 0


def test_nothing_is_written_over_and_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CellError, match="is there already"):
        write_sample(tmp_path)
    with pytest.raises(CellError, match="cannot write"):
        write_sample(tmp_path / "no" / "where")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "_write", full)
    with pytest.raises(CellError, match="No space left"):
        write_sample(tmp_path / "acme")
    assert list(tmp_path.iterdir()) == []
