"""`limner cell scan`, as a person and as a program see it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cell.keystores.authority import ISSUING, ROOT, Holder
from tests.cell.scan.server import free_port, s_server
from tests.cli.conftest import Run

from limner.cell.overview import Overview
from limner.cell.reading import read_cell

SOUND = ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")


def test_a_sound_endpoint(run: Run, tmp_path: Path) -> None:
    with s_server(tmp_path, *SOUND, chain=(ISSUING,)) as port:
        done = run("cell scan --rate 1000 --name st.acme.example", f"127.0.0.1:{port}")
        found = run("cell scan --rate 1000 --name st.acme.example --json", f"127.0.0.1:{port}").json
    assert (done.status, done.err) == (0, "")
    assert "  TLS 1.2      TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n" in done.out
    assert "  TLS 1.1      no: it refused: protocol_version\n" in done.out
    assert "  level        intermediate\n" in done.out
    assert "note: its chain ends in Acme Issuing 1: clients need O=Acme,CN=Acme Root as a signer" in done.out
    assert found[0]["wanting"] == []


def test_what_is_wanting(run: Run, tmp_path: Path) -> None:
    (tmp_path / "signers.pem").write_bytes(ROOT.pem)
    with s_server(tmp_path, *SOUND, chain=()) as port:
        endpoint = f"localhost:{port}"
        done = run("cell scan --rate 1000 --signers", str(tmp_path / "signers.pem"), endpoint, "--level", "modern")
    assert done.status == 1
    assert "wanting: its certificate does not cover localhost" in done.out
    assert "wanting: it sends its certificate without that of" in done.out
    assert "wanting: it is not modern: it speaks TLS 1.2" in done.out


def test_what_could_not_be_scanned_does_not_keep_others_from_it(run: Run, tmp_path: Path) -> None:
    with s_server(tmp_path, *SOUND, chain=(ISSUING,)) as port:
        shut = f"127.0.0.1:{free_port()}"
        done = run("cell scan --rate 1000 --name st.acme.example st.invalid:443", shut, f"127.0.0.1:{port}")
    assert done.status == 2
    assert "could not be scanned: connection refused" in done.out
    assert "could not be scanned: st.invalid cannot be found" in done.out
    assert "  level        intermediate\n" in done.out


def test_what_is_no_endpoint(run: Run) -> None:
    done = run("cell scan st.acme.example")
    assert (done.status, done.out) == (2, "")
    assert "write HOST:PORT" in done.err


def test_a_cell_and_what_is_live(run: Run, sample: Path, tmp_path: Path) -> None:
    """The administrator's console, on loopback, with the certificate of the cell and another protocol."""
    shutil.copytree(sample / "1-installed" / "dmgrNode", tmp_path / "dmgr")
    overview = Overview(read_cell(tmp_path / "dmgr"))
    held = next(line.held for line in overview.lines if line.what == "WC_adminhost_secure")
    assert held is not None
    assert held.entry.open_key is not None
    key = held.entry.open_key()
    holder = Holder(held.certificate, key)  # type: ignore[arg-type]
    (tmp_path / "server").mkdir()
    with s_server(tmp_path / "server", "-tls1_2", holder=holder, chain=()) as port:
        file = tmp_path / "dmgr/config/cells/acmeCell/nodes/dmgrNode/serverindex.xml"
        text = file.read_text().replace("console.acme.example", "127.0.0.1").replace('"9043"', f'"{port}"')
        shut = free_port()
        text = text.replace('"8879"', f'"{shut}"')
        file.write_text(text)
        cell = ["--cell", str(tmp_path / "dmgr"), "--jdk", "8.0.5.0"]
        done = run("cell scan --rate 1000", f"127.0.0.1:{port}", *cell)
        soap = run("cell scan --rate 1000", f"127.0.0.1:{shut}", *cell)
    assert done.status == 1
    whose = "WC_adminhost_secure of dmgrNode/dmgr (CellDefaultSSLSettings)"
    assert f"wanting: {whose} has TLS 1.0 configured, but it is not live: it refused: protocol_version\n" in done.out
    assert f"wanting: TLS 1.2 is live, but {whose} does not have it configured\n" in done.out
    assert "configured, but shows" not in done.out
    assert soap.status == 1
    assert "SOAP_CONNECTOR_ADDRESS of dmgrNode/dmgr (CellDefaultSSLSettings) is configured but not live" in soap.out


def test_neither_endpoints_nor_a_cell(run: Run) -> None:
    assert "name endpoints as HOST:PORT, or a cell with --cell" in run("cell scan").err
    assert "--node and --jdk are for --cell" in run("cell scan st:1 --jdk 8").err
