"""server.xml says which endpoints have TLS, and which have an alias of their own."""

from __future__ import annotations

import pytest
from tests.cell.spec import document, tag

from limner.cell.errors import CellError
from limner.cell.model import Chain
from limner.cell.reading.server import read_server

CHANNELS = (
    tag("transportChannels", xmi_type="c:TCPInboundChannel", xmi_id="T1", endPointName="WC_secure")
    + tag("transportChannels", xmi_type="c:TCPInboundChannel", xmi_id="T2", endPointName="WC_plain")
    + tag("transportChannels", xmi_type="c:SSLInboundChannel", xmi_id="S1", sslConfigAlias="Own")
    + tag("transportChannels", xmi_type="c:SSLOutboundChannel", xmi_id="S2", sslConfigAlias="Out")
)


def chains(*parts: str, **attributes: str) -> list[tuple[str, str, str, bool, bool]]:
    _, found = read_server(document("Server", CHANNELS + "".join(parts), **attributes), "f")
    return [(each.name, each.endpoint, each.alias, each.tls, each.enabled) for each in found]


def test_a_chain_with_an_ssl_channel_has_tls() -> None:
    assert chains(tag("chains", name="secure", transportChannels="T1 S1 H W")) == [
        ("secure", "WC_secure", "Own", True, True)
    ]
    assert chains(tag("chains", name="plain", transportChannels="T2 H")) == [("plain", "WC_plain", "", False, True)]


def test_a_chain_may_be_switched_off_or_lead_outward() -> None:
    assert chains(tag("chains", name="off", enable="false", transportChannels="T1 S1"))[0][-1] is False
    assert chains(tag("chains", name="out", transportChannels="S2 X")) == [("out", "", "Out", True, True)]


def test_a_chain_of_channels_that_are_not_there_is_none() -> None:
    assert chains(tag("chains", name="none", transportChannels="X Y")) == []


def test_the_soap_connector_may_name_an_alias() -> None:
    value = tag("properties", name="sslConfig", value="CellDefaultSSLSettings")
    service = tag("services", tag("connectors", value, xmi_type="a:SOAPConnector") + tag("connectors"))
    assert chains(service) == [("SOAPConnector", "SOAP_CONNECTOR_ADDRESS", "CellDefaultSSLSettings", True, True)]


def test_the_cluster_is_told() -> None:
    assert read_server(document("Server", "", clusterName="k"), "f") == ("k", ())
    assert Chain(name="a", line=1) == Chain(name="a", line=2)


def test_what_is_no_server_is_refused() -> None:
    with pytest.raises(CellError, match="f, line 2: its root is <Cell>"):
        read_server(document("Cell", ""), "f")
