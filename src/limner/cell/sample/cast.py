"""Who is in the sample cell: a Sametime 9 cell as administrators build it. Names and ports are ours, roles are not.

Server names are free in WebSphere. Ports follow IBM's table of defaults, one or two further where a host has several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CELL: Final = "acmeCell"
DOMAIN: Final = "acme.example"
VERSION: Final = "8.5.5.8"

_AGENT: Final = {
    "SOAP_CONNECTOR_ADDRESS": 8878,
    "BOOTSTRAP_ADDRESS": 2809,
    "ORB_LISTENER_ADDRESS": 9900,
    "CSIV2_SSL_MUTUALAUTH_LISTENER_ADDRESS": 9201,
    "CSIV2_SSL_SERVERAUTH_LISTENER_ADDRESS": 9202,
    "NODE_DISCOVERY_ADDRESS": 7272,
    "OVERLAY_TCP_LISTENER_ADDRESS": 11002,
}
_DMGR: Final = {
    "SOAP_CONNECTOR_ADDRESS": 8879,
    "BOOTSTRAP_ADDRESS": 9809,
    "ORB_LISTENER_ADDRESS": 9100,
    "CSIV2_SSL_MUTUALAUTH_LISTENER_ADDRESS": 9402,
    "CSIV2_SSL_SERVERAUTH_LISTENER_ADDRESS": 9403,
    "WC_adminhost": 9060,
    "WC_adminhost_secure": 9043,
    "CELL_DISCOVERY_ADDRESS": 7277,
    "OVERLAY_TCP_LISTENER_ADDRESS": 11004,
}


def _server(first: int = 0, **more: int) -> dict[str, int]:
    ports = {
        "SOAP_CONNECTOR_ADDRESS": 8880,
        "BOOTSTRAP_ADDRESS": 2810,
        "ORB_LISTENER_ADDRESS": 9110,
        "CSIV2_SSL_MUTUALAUTH_LISTENER_ADDRESS": 9412,
        "CSIV2_SSL_SERVERAUTH_LISTENER_ADDRESS": 9413,
    }
    return {**{name: port + first for name, port in ports.items()}, **more}


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the sample; `cluster` is "" for one that stands alone."""

    name: str
    type: str
    ports: dict[str, int]
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """A node of the sample, on a host of its own."""

    node: str
    host: str
    servers: tuple[Server, ...]


_agent: Final = Server("nodeagent", "NODE_AGENT", _AGENT)
NODES: Final = (
    Host("dmgrNode", f"console.{DOMAIN}", (Server("dmgr", "DEPLOYMENT_MANAGER", _DMGR),)),
    Host(
        "stpNode",
        f"chat.{DOMAIN}",
        (
            _agent,
            Server(
                "STProxyServer",
                "APPLICATION_SERVER",
                _server(WC_defaulthost=9080, WC_defaulthost_secure=9443),
                "STProxyCluster",
            ),
            Server("was_stpProxy", "PROXY_SERVER", _server(2, PROXY_HTTP_ADDRESS=80, PROXY_HTTPS_ADDRESS=443)),
        ),
    ),
    Host(
        "mtgNode",
        f"meet.{DOMAIN}",
        (
            _agent,
            Server(
                "STMeetingServer",
                "APPLICATION_SERVER",
                _server(WC_defaulthost=9080, WC_defaulthost_secure=9443),
                "STMeetingCluster",
            ),
            Server("was_mtgProxy", "PROXY_SERVER", _server(2, PROXY_HTTP_ADDRESS=80, PROXY_HTTPS_ADDRESS=443)),
        ),
    ),
    Host(
        "mediaNode",
        f"media.{DOMAIN}",
        (
            _agent,
            Server(
                "STConferenceManager",
                "APPLICATION_SERVER",
                _server(WC_defaulthost_secure=9443, SIP_DEFAULTHOST=5064, SIP_DEFAULTHOST_SECURE=5065),
                "STMediaCluster",
            ),
            Server(
                "STSipProxyRegistrar",
                "APPLICATION_SERVER",
                _server(2, SIP_DEFAULTHOST=5080, SIP_DEFAULTHOST_SECURE=5081),
                "STSipCluster",
            ),
            Server("STSipProxy", "PROXY_SERVER", _server(4, PROXY_SIP_ADDRESS=5060, PROXY_SIPS_ADDRESS=5061)),
        ),
    ),
)
WEB: Final = (  # those that people reach, who get the wildcard certificate
    ("stpNode", "STProxyServer"),
    ("stpNode", "was_stpProxy"),
    ("mtgNode", "STMeetingServer"),
    ("mtgNode", "was_mtgProxy"),
)
TLS: Final = {  # the endpoints with a transport chain of their own
    "WC_adminhost": False,
    "WC_adminhost_secure": True,
    "WC_defaulthost": False,
    "WC_defaulthost_secure": True,
    "SIP_DEFAULTHOST": False,
    "SIP_DEFAULTHOST_SECURE": True,
    "PROXY_HTTP_ADDRESS": False,
    "PROXY_HTTPS_ADDRESS": True,
    "PROXY_SIP_ADDRESS": False,
    "PROXY_SIPS_ADDRESS": True,
}
