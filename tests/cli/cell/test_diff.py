"""`limner cell diff` tells what changed, and ends with 1 if anything did."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cli.conftest import Run

ONE, OTHER = "acme/2-certificate/dmgrNode", "acme/3-tls12/dmgrNode"
SECURITY = "config/cells/acmeCell/security.xml"


def test_what_changed(run: Run, here: Path) -> None:
    done = run(f"cell diff {ONE} {OTHER}")
    assert (done.status, done.err) == (1, "")
    assert "  ~ NodeDefaultSSLSettings of node stpNode: protocol SSL_TLS -> TLSv1.2\n" in done.out
    assert "      stpNode/was_stpProxy: inbound CSIV2_SSL_MUTUALAUTH_LISTENER_ADDRESS, " in done.out


def test_what_came_and_went(run: Run, here: Path) -> None:
    came, went = (
        run(f"cell diff acme/1-installed/dmgrNode {ONE}").out,
        run(f"cell diff {ONE} acme/1-installed/dmgrNode").out,
    )
    line = (
        "server stpNode/was_stpProxy, inbound: SSL configuration CellDefaultSSLSettings of cell, certificate wildcard\n"
    )
    assert f"  + {line}" in came
    assert f"  - {line}" in went


def test_nothing_changed(run: Run, here: Path) -> None:
    done = run(f"cell diff {ONE} {ONE}")
    assert (done.status, done.out) == (0, "nothing of TLS differs\n")
    assert run(f"cell diff {ONE} {ONE} --json").json == {"same": True, "changes": []}


def test_json(run: Run, here: Path) -> None:
    done = run(f"cell diff {ONE} {OTHER} --json")
    assert done.status == 1
    assert done.json["changes"][0] == {
        "kind": "SSL configuration",
        "name": "CellDefaultSSLSettings of cell",
        "attribute": "protocol",
        "before": "SSL_TLS",
        "after": "SSL_TLSv2",
    }


def test_a_delta_checkpoint(run: Run, here: Path) -> None:
    with zipfile.ZipFile(here / "delta.zip", "w") as archive:
        for half, place in (("before", ONE), ("after", OTHER)):
            archive.write(here / place / SECURITY, f"Delta-1/{half}/cells/acmeCell/security.xml")
    done = run("cell diff delta.zip")
    assert done.status == 1
    assert "  ~ CellDefaultSSLSettings of cell: protocol SSL_TLS -> SSL_TLSv2\n" in done.out


def test_what_cannot_be_compared_is_told(run: Run, here: Path) -> None:
    done = run(f"cell diff {ONE}")
    assert done.status == 2
    assert "limner: error: " in done.err
    assert run("cell diff gone gone").status == 2
