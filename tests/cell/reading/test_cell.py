"""A cell is put together from its deployment manager's files and from the nodes' own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cell.spec import CELL, Spec, document, files, tag, write

from limner.cell.errors import CellError
from limner.cell.model import Transport
from limner.cell.reading import read_cell

SPEC = Spec(
    nodes={"n1": {"s1": "k1"}, "n2": {"s2": ""}},
    node_groups={"g": ("n2",)},
    configs=(("A", f"(cell):{CELL}", "SSL_TLS"),),
)


def own(spec: Spec, node: str) -> dict[str, bytes]:
    """What a node's own profile holds: the servers' files of itself only."""
    return {
        path: raw for path, raw in files(spec).items() if "/servers/" not in path or path.startswith(f"nodes/{node}/")
    }


@pytest.fixture
def dmgr(tmp_path: Path) -> Path:
    return write(tmp_path / "dmgr", files(SPEC))


def test_nodes_groups_and_clusters(dmgr: Path) -> None:
    cell = read_cell(dmgr)
    one, two = cell.nodes
    assert (cell.name, one.name, one.host, one.groups, two.groups) == (CELL, "n1", "n1.test", (), ("g",))
    assert cell.process("n1", "s1") == one.processes[0]
    assert (one.processes[0].cluster, two.processes[0].cluster) == ("k1", "")
    assert cell.clusters[0].members == (("n1", "s1"),)
    assert cell.notes == ()


def test_a_chain_says_more_of_an_endpoint_than_its_name(tmp_path: Path) -> None:
    written = files(SPEC)
    point = tag("specialEndpoints", tag("endPoint", host="*", port="1"), endPointName="MY_OWN")
    entry = tag("serverEntries", point, serverName="s1", serverType="APPLICATION_SERVER")
    channels = tag("transportChannels", xmi_type="c:TCPInboundChannel", xmi_id="T", endPointName="MY_OWN")
    secure = tag("transportChannels", xmi_type="c:SSLInboundChannel", xmi_id="S")
    for ids, how in (("T", Transport.NONE), ("T S", Transport.CHANNEL)):
        written["nodes/n1/serverindex.xml"] = document("ServerIndex", entry)
        chain = tag("chains", name="c", transportChannels=ids)
        written["nodes/n1/servers/s1/server.xml"] = document("Server", channels + secure + chain)
        cell = read_cell(write(tmp_path / how, written))
        assert cell.nodes[0].processes[0].endpoints[0].transport is how


def test_the_version_is_that_of_the_metadata(dmgr: Path) -> None:
    text = b"#x\ncom.ibm.websphere.baseProductVersion=9.0.5.6\n"
    write(dmgr, {"nodes/n1/node-metadata.properties": text})
    assert [node.version for node in read_cell(dmgr).nodes] == ["9.0.5.6", ""]


def test_a_nodes_profile_brings_its_copy_and_its_client_settings(dmgr: Path, tmp_path: Path) -> None:
    old = replace(SPEC, configs=(("A", f"(cell):{CELL}", "TLSv1.2"),))
    node = write(tmp_path / "node", {**own(old, "n1"), "nodes/n1/key.p12": b"keys"})
    (node / "properties").mkdir()
    (node / "properties/ssl.client.props").write_text("com.ibm.ssl.alias=A\n")
    cell = read_cell(dmgr, [("", node)])
    found = cell.node("n1")
    assert found is not None
    assert found.security == cell.security_of("n1") != cell.security
    assert found.files == {"nodes/n1/key.p12": b"keys"}
    assert found.client is not None
    assert cell.security_of("n2") is cell.security


def test_a_profile_that_does_not_tell_whose_it_is_can_be_told(dmgr: Path, tmp_path: Path) -> None:
    node = write(tmp_path / "node", files(SPEC))
    with pytest.raises(CellError, match="does not tell which node's profile it is") as why:
        read_cell(dmgr, [("", node)])
    assert why.value.hint == "say it: --node NAME=PATH"
    assert read_cell(dmgr, [("n2", node)]).nodes[1].security is not None


def test_profiles_that_do_not_belong_are_refused(dmgr: Path, tmp_path: Path) -> None:
    node = write(tmp_path / "node", own(SPEC, "n1"))
    with pytest.raises(CellError, match="there is no node n3 in the cell"):
        read_cell(dmgr, [("n3", node)])
    with pytest.raises(CellError, match="was given already"):
        read_cell(dmgr, [("", node), ("n1", node)])
    other = write(tmp_path / "other", files(SPEC), "else")
    with pytest.raises(CellError, match="is of the cell else, not of c"):
        read_cell(dmgr, [("n1", other)])


def test_what_is_there_and_not_read_is_told(dmgr: Path) -> None:
    domain = "../../waspolicies/default/securitydomains/d/domain-security.xml"
    write(dmgr, {"nodes/n1/servers/s1/security.xml": b"", domain: b""})
    assert [each.text.split(":")[0] for each in read_cell(dmgr).notes] == [
        "a server's own security.xml is not read",
        "a security domain is not read",
    ]


def test_security_alone_is_a_cell_without_processes(tmp_path: Path) -> None:
    cell = read_cell(write(tmp_path, {"security.xml": files(SPEC)["security.xml"]}))
    assert cell.processes == ()
    assert "no process is known" in cell.notes[0].text


def test_an_error_names_file_and_line(dmgr: Path) -> None:
    write(dmgr, {"nodes/n2/servers/s2/server.xml": b"<cut"})
    with pytest.raises(CellError) as why:
        read_cell(dmgr)
    assert why.value.message.startswith(f"{dmgr}: nodes/n2/servers/s2/server.xml, line 1: it is not XML")
