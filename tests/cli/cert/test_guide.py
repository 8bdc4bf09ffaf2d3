"""docs/certificates.md: each command in it is run, in its order, and prints what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, keytool, p12
from tests.cell.scan.server import s_server
from tests.cli.conftest import Run
from tests.cli.signon.guide import agree, blocks, shown

from limner.cli.cert_password import NEW_PASSWORD, PASSWORD

ALIAS = "{5C3B2A19-0D8E-4F7A-9B6C-1E2D3F4A5B6C}"
SUITES = "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-GCM-SHA256"


def test_the_guide(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "secret1")
    monkeypatch.setenv(NEW_PASSWORD, "secret2")
    (tmp_path / "made").mkdir()
    here = tmp_path / "here"
    here.mkdir()
    store = p12(tmp_path / "made", WILDCARD, ISSUING, ROOT, alias=ALIAS, legacy=True)
    store.rename(here / "wildcard.p12")
    monkeypatch.chdir(here)
    with s_server(tmp_path, "-tls1_2", "-cipher", SUITES, chain=(ISSUING,)) as port:
        for command, output in blocks("certificates.md"):
            real = shown(run, command, {"10.20.30.40:9443": f"127.0.0.1:{port}"})
            assert agree(output, real), real
    assert "Alias name: wildcard2026" in keytool(
        "-list", "-v", "-keystore", here / "new/keys.p12", "-storepass", "secret2"
    )
    signers = keytool("-list", "-keystore", here / "trust/signers.p12", "-storepass", "secret2")
    assert signers.count("trustedCertEntry") == 2
