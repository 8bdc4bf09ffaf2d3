"""Random small cells, stale nodes among them, and random changes of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import strategies as st

from cell.plan.conftest import change
from limner.cell.model import (
    Cell,
    ClientAuth,
    ClientBlock,
    ClientProps,
    Direction,
    DynamicSelection,
    Endpoint,
    KeyStore,
    Kind,
    Node,
    Process,
    Scope,
    Security,
    SSLConfig,
    SSLConfigGroup,
    Transport,
)
from limner.cell.plan import Change
from limner.cell.sample.authority import make_authority, make_identity

CELL = Scope("c")
PROTOCOLS = ("SSL_TLS", "SSL_TLSv2", "TLSv1.2", "TLSv1.1")
SERVERS = {
    "was_stpProxy": (Kind.PROXY, "PROXY_HTTPS_ADDRESS"),
    "STProxyServer": (Kind.APPLICATION_SERVER, "WC_defaulthost_secure"),
    "STSipProxyRegistrar": (Kind.APPLICATION_SERVER, "SIP_DEFAULTHOST_SECURE"),
    "STSipProxy": (Kind.PROXY, "PROXY_SIPS_ADDRESS"),
    "STMeetingServer": (Kind.APPLICATION_SERVER, "WC_defaulthost_secure"),
}
KEYS = KeyStore(name="K", scope=CELL, location="${CONFIG_ROOT}/cells/c/key.p12")
TRUST = KeyStore(name="T", scope=CELL, location="${CONFIG_ROOT}/cells/c/trust.p12")


@cache
def stores() -> dict[str, bytes]:
    """Make a key store and a trust store that are quickly opened."""
    root = make_authority("Root")
    one = make_identity("one", root, ("one.test",))
    sealed = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(1)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())
        .build(b"WebAS")
    )
    keys = pkcs12.serialize_key_and_certificates(b"default", one.key, one.certificate, one.above, sealed)
    trusted = pkcs12.serialize_java_truststore([pkcs12.PKCS12Certificate(root.certificate, b"root")], sealed)
    return {"key.p12": keys, "trust.p12": trusted, "etc/key.p12": keys, "etc/trust.p12": trusted}


def _process(node: str, name: str, kind: Kind, *points: str) -> Process:
    endpoints = tuple(
        Endpoint(
            name=point,
            host=f"{node}.test",
            port=9000 + at,
            transport=Transport.DIRECT if point == "SOAP_CONNECTOR_ADDRESS" else Transport.CHANNEL,
        )
        for at, point in enumerate(points)
    )
    return Process(node=node, name=name, kind=kind, type="", endpoints=endpoints)


def _config(alias: str, scope: Scope, protocol: str, *, mutual: bool = False) -> SSLConfig:
    return SSLConfig(
        alias=alias, scope=scope, protocol=protocol, level="HIGH", key_store=replace(KEYS, password="WebAS"),
        trust_store=replace(TRUST, password="WebAS"), client_auth=ClientAuth.REQUIRED if mutual else ClientAuth.NONE,
    )  # fmt: skip


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    protocol = st.sampled_from(PROTOCOLS)
    names = draw(st.lists(st.sampled_from(["n1", "n2"]), min_size=1, unique=True))
    nodes = [
        Node(name="m", processes=(_process("m", "dmgr", Kind.DMGR, "SOAP_CONNECTOR_ADDRESS", "WC_adminhost_secure",
                                           "OVERLAY_TCP_LISTENER_ADDRESS"),))
    ]  # fmt: skip
    for name in sorted(names):
        servers = draw(st.lists(st.sampled_from(sorted(SERVERS)), max_size=3, unique=True))
        agent = _process(name, "nodeagent", Kind.NODE_AGENT, "SOAP_CONNECTOR_ADDRESS", "OVERLAY_TCP_LISTENER_ADDRESS")
        more = [_process(name, each, SERVERS[each][0], "SOAP_CONNECTOR_ADDRESS", SERVERS[each][1]) for each in servers]
        nodes.append(Node(name=name, processes=(agent, *more)))
    security = draw(securities(nodes))
    for at, node in enumerate(nodes):
        block = ClientBlock(
            alias="D", protocol=draw(protocol), key_store="x/etc/key.p12", trust_store="x/etc/trust.p12",
            key_store_password="WebAS", trust_store_password="WebAS",
        )  # fmt: skip
        props = ClientProps(file="f", default_alias="D", blocks=(block,)) if draw(st.booleans()) else None
        own = draw(st.sampled_from([None, security, None, "stale"])) if at else None
        if own == "stale":
            own = draw(securities(nodes))
        nodes[at] = replace(node, client=props, security=own, files=stores() if own else {})
    return Cell(name="c", security=security, nodes=tuple(nodes), files=stores())


@st.composite
def securities(draw: st.DrawFn, nodes: list[Node]) -> Security:
    protocol = st.sampled_from(PROTOCOLS)
    whole, xda = draw(protocol), draw(protocol)
    configs = [_config("CellDefaultSSLSettings", CELL, whole)]
    if draw(st.booleans()):
        configs.append(_config("XDADefaultSSLSettings", CELL, xda, mutual=True))
    groups = [
        SSLConfigGroup(name="c", direction=way, scope=CELL, config=configs[0], certificate_alias="default")
        for way in Direction
    ]
    for node in nodes:
        own = _config("NodeDefaultSSLSettings", Scope("c", node=node.name), draw(protocol))
        configs.append(own)
        places = [own.scope, *(Scope("c", node=node.name, server=each.name) for each in node.processes)]
        for scope in places:
            for way in Direction:
                if draw(st.integers(0, 4)) == 0:
                    chosen = draw(st.sampled_from([configs[0], own]))
                    groups.append(SSLConfigGroup(name=scope.server or scope.node, direction=way, scope=scope,
                                                 config=chosen, certificate_alias="default"))  # fmt: skip
    info = DynamicSelection(name="d", scope=CELL, info="ADMIN_SOAP,*,*", config=configs[0], certificate_alias="default")
    return Security(
        file="f",
        dynamic_update=draw(st.sampled_from([None, True, False])),
        default_config=configs[0],
        scopes=tuple(sorted({each.scope for each in groups})),
        key_stores=(KEYS, TRUST),
        configs=tuple(sorted(configs, key=lambda each: each.key)),
        groups=tuple(sorted(groups, key=lambda each: each.key)),
        dynamic=(info,) if draw(st.booleans()) else (),
    )


@st.composite
def changes(draw: st.DrawFn, cell: Cell) -> Change:
    labels = [each.label for each in cell.processes]
    tables = draw(st.lists(_tables(labels), min_size=1, max_size=3))
    return change(protocol=tables)


@st.composite
def _tables(draw: st.DrawFn, labels: list[str]) -> dict[str, object]:
    kind = draw(st.sampled_from(["configurations", "processes", "commands", "all"]))
    found: dict[str, object] = {"protocol": draw(st.sampled_from(PROTOCOLS))}
    if kind in ("configurations", "all"):
        found["configurations"] = [draw(st.sampled_from(["*", "CellDefaultSSLSettings", "NodeDefaultSSLSettings"]))]
    if kind == "processes":
        found["processes"] = draw(st.lists(st.sampled_from([*labels, "*"]), min_size=1, max_size=2, unique=True))
        found["that_can"] = draw(st.booleans())
    if kind in ("commands", "all"):
        found["commands"] = ["*"]
    return found
