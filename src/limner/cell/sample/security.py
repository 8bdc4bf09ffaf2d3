"""The security.xml of the sample cell, at a moment of its story."""

from __future__ import annotations

from typing import Final

from limner.cell.sample.cast import CELL, NODES, WEB
from limner.cell.sample.documents import Document
from limner.cell.sample.moments import WANTED, Moment
from limner.cell.xor import encode

PASSWORD: Final = "WebAS"  # noqa: S105 - what WebSphere ships, known to all
WILDCARD: Final = "wildcard"
DIRECTIONS: Final = ("inbound", "outbound")


def security_xml(moment: Moment) -> bytes:
    """Write it."""
    return _Writer(moment).write()


class _Writer:
    def __init__(self, moment: Moment) -> None:
        self.wanted = WANTED[moment]
        self.document = Document(
            "security",
            "Security",
            enabled="true",
            appEnabled="true",
            activeProtocol="BOTH",
            dynamicallyUpdateSSLConfig="true",
            defaultSSLSettings="SSLConfig_1",
        )

    def write(self) -> bytes:
        cell = self._scope(f"(cell):{CELL}", "cell")
        config, by_node, scopes = self._cell_settings(cell), {}, {}
        for host in NODES:
            scopes[host.node] = self._scope(f"(cell):{CELL}:(node):{host.node}", "node")
            by_node[host.node] = self._node_settings(host.node, scopes[host.node])
        self._groups(CELL, cell, config, "default")
        for host in NODES:
            self._groups(host.node, scopes[host.node], config, "default")
        for node, server in WEB if self.wanted.wildcard else ():
            scope = self._scope(f"(cell):{CELL}:(node):{node}:(server):{server}", "server")
            own = self.wanted.node_settings and server == "was_stpProxy"
            self._groups(server, scope, by_node[node] if own else config, WILDCARD)
        self.document.add(
            None,
            "dynamicSSLConfigSelections",
            "DynamicSSLConfigSelection",
            name="AdminSSLOutbound",
            dynamicSelectionInfo="ADMIN_SOAP,*,*",
            certificateAlias="default",
            sslConfig=config,
            managementScope=cell,
        )
        return self.document.bytes()

    def _cell_settings(self, scope: str) -> str:
        path = f"${{CONFIG_ROOT}}/cells/{CELL}"
        keys = self._store("CellDefaultKeyStore", f"{path}/key.p12", scope)
        trust = self._store("CellDefaultTrustStore", f"{path}/trust.p12", scope)
        config = self._config("CellDefaultSSLSettings", scope, keys, trust, self.wanted.everywhere)
        self._config("XDADefaultSSLSettings", scope, keys, trust, self.wanted.everywhere, mutual=True)
        return config

    def _node_settings(self, node: str, scope: str) -> str:
        path = f"${{CONFIG_ROOT}}/cells/{CELL}/nodes/{node}"
        keys = self._store("NodeDefaultKeyStore", f"{path}/key.p12", scope)
        trust = self._store("NodeDefaultTrustStore", f"{path}/trust.p12", scope)
        protocol = self.wanted.proxy if node == "stpNode" else self.wanted.everywhere
        return self._config("NodeDefaultSSLSettings", scope, keys, trust, protocol)

    def _scope(self, name: str, kind: str) -> str:
        return self.document.add(None, "managementScopes", "ManagementScope", scopeName=name, scopeType=kind)

    def _store(self, name: str, location: str, scope: str) -> str:
        return self.document.add(
            None,
            "keyStores",
            "KeyStore",
            name=name,
            password=encode(PASSWORD),
            provider="IBMJCE",
            location=location,
            type="PKCS12",
            fileBased="true",
            hostList="",
            usage="SSLKeys",
            managementScope=scope,
        )

    def _config(self, alias: str, scope: str, keys: str, trust: str, protocol: str, *, mutual: bool = False) -> str:
        config = self.document.element(None, "repertoire", "SSLConfig", alias=alias, type="JSSE", managementScope=scope)
        asked = "true" if mutual else "false"
        setting = self.document.element(
            config,
            "setting",
            "SecureSocketLayer",
            clientAuthentication=asked,
            clientAuthenticationSupported=asked,
            securityLevel="HIGH",
            enabledCiphers="",
            jsseProvider="IBMJSSE2",
            sslProtocol=protocol,
            keyStore=keys,
            trustStore=trust,
        )
        self.document.add(setting, "properties", "Property", name="com.ibm.ssl.changed", value="0")
        return config.get("xmi:id", "")

    def _groups(self, name: str, scope: str, config: str, certificate: str) -> None:
        for direction in DIRECTIONS:
            self.document.add(
                None,
                "sslConfigGroups",
                "SSLConfigGroup",
                name=name,
                direction=direction,
                certificateAlias=certificate,
                sslConfig=config,
                managementScope=scope,
            )
