"""The endpoints of the sample cell, as a scan wants them."""

from __future__ import annotations

from pathlib import Path

from limner.cell.overview import Overview
from limner.cell.reading import read_cell
from limner.cell.scan.configured import configured
from limner.cell.scan.suites import Version
from limner.cell.suites import Jdk


def test_every_endpoint_that_speaks_tls_is_there_with_what_counts(sample: Path) -> None:
    overview = Overview(read_cell(sample / "1-installed" / "dmgrNode"), jdk=Jdk.parse("8.0.5.0"))
    found = {(each.process, each.name): each for each in configured(overview)}
    console = found["dmgrNode/dmgr", "WC_adminhost_secure"]
    assert (str(console.target), console.setting) == ("console.acme.example:9043", "CellDefaultSSLSettings")
    assert (console.sure, console.maybe) == (frozenset({Version.TLS10}), frozenset())
    assert console.certificate is not None
    assert console.asks_client is False
    names = {name for _, name in found}
    assert "SOAP_CONNECTOR_ADDRESS" in names
    assert not {"BOOTSTRAP_ADDRESS", "WC_adminhost", "IPC_CONNECTOR_ADDRESS"} & names


def test_where_the_documents_leave_versions_open_they_stay_open(sample: Path) -> None:
    found = configured(Overview(read_cell(sample / "1-installed" / "dmgrNode")))
    assert any(each.maybe for each in found)
