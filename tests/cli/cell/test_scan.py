"""`limner cell scan`, as a person and as a program see it."""

from __future__ import annotations

from pathlib import Path

from tests.cell.keystores.authority import ISSUING, ROOT
from tests.cell.scan.server import free_port, s_server
from tests.cli.conftest import Run

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
