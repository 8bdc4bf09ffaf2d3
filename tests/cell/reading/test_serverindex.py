"""serverindex.xml gives the processes of a node and their ports; its ids, which repeat, mean nothing."""

from __future__ import annotations

import pytest
from tests.cell.spec import document, tag

from limner.cell.errors import CellError
from limner.cell.model import Kind, Transport
from limner.cell.reading.serverindex import read_serverindex


def point(name: str, host: str = "*", port: str = "9443") -> str:
    inner = tag("endPoint", xmi_id="EndPoint_1", host=host, port=port)
    return tag("specialEndpoints", inner, xmi_id="NamedEndPoint_1", endPointName=name)


def entry(*points: str, name: str = "s", kind: str = "APPLICATION_SERVER") -> str:
    return tag("serverEntries", "\n".join(points), serverName=name, serverType=kind)


def index(*entries: str) -> bytes:
    return document("ServerIndex", "\n".join(("", *entries)), hostName="host.test")


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("DEPLOYMENT_MANAGER", Kind.DMGR),
        ("NODE_AGENT", Kind.NODE_AGENT),
        ("APPLICATION_SERVER", Kind.APPLICATION_SERVER),
        ("PROXY_SERVER", Kind.PROXY),
        ("ONDEMAND_ROUTER", Kind.ON_DEMAND_ROUTER),
        ("WEB_SERVER", Kind.WEB_SERVER),
        ("GENERIC_SERVER", Kind.OTHER),
    ],
)
def test_the_kinds_of_servers(kind: str, meant: Kind) -> None:
    _, (process,) = read_serverindex(index(entry(kind=kind)), "f", "n")
    assert (process.kind, process.type, process.label) == (meant, kind, "n/s")


@pytest.mark.parametrize(
    ("written", "meant"), [("*", "host.test"), ("${LOCALHOST_NAME}", "host.test"), ("", "host.test"), ("a.b", "a.b")]
)
def test_a_host_that_is_left_open_is_the_nodes(written: str, meant: str) -> None:
    host, (process,) = read_serverindex(index(entry(point("WC_defaulthost_secure", written))), "f", "n")
    assert (host, process.endpoints[0].host) == ("host.test", meant)


@pytest.mark.parametrize(
    ("name", "how", "tls"),
    [
        ("WC_defaulthost_secure", Transport.CHANNEL, True),
        ("SOAP_CONNECTOR_ADDRESS", Transport.DIRECT, True),
        ("WC_defaulthost", Transport.NONE, False),
        ("DCS_UNICAST_ADDRESS", Transport.UNKNOWN, True),
        ("MY_OWN", Transport.UNKNOWN, True),
    ],
)
def test_how_an_endpoint_speaks_tls_is_known_by_its_name(name: str, how: Transport, tls: bool) -> None:
    _, (process,) = read_serverindex(index(entry(point(name))), "f", "n")
    assert (process.endpoints[0].transport, process.endpoints[0].tls) == (how, tls)


def test_ids_that_repeat_do_no_harm() -> None:
    _, (one, two) = read_serverindex(index(entry(point("A"), point("B")), entry(point("A"), name="t")), "f", "n")
    assert [each.name for each in one.endpoints] == ["A", "B"]
    assert two.endpoint("A") is not None
    assert two.endpoint("B") is None


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ((entry(), entry()), "line 4: the server s is there twice"),
        ((entry(point("A"), point("A")),), "line 4: the endpoint A of s is there twice"),
        ((entry(point("A", port="99999")),), "line 3: '99999' is not a port"),
        ((entry(point("A", port="٣")),), "line 3: '٣' is not a port"),
        ((entry(point("A", port="-1")),), "line 3: '-1' is not a port"),
        ((entry(name=""),), "line 3: <serverEntries> has no serverName"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(entries: tuple[str, ...], told: str) -> None:
    with pytest.raises(CellError) as why:
        read_serverindex(index(*entries), "f", "n")
    assert why.value.message == f"f, {told}"
