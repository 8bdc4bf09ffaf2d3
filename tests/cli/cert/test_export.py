"""`limner cert export`, as a person and as a program see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, openssl, p12, pems
from tests.cli.conftest import Run

from limner.cli.cert_password import NEW_PASSWORD, PASSWORD


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "secret1")
    monkeypatch.setenv(NEW_PASSWORD, "secret2")


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_certificates_without_the_key_unless_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    file, out = p12(tmp_path, WILDCARD, ISSUING, ROOT), tmp_path / "out"
    done = run("cert export", str(file), "--to", str(out), "--dry-run")
    assert (done.status, out.exists()) == (0, False)
    assert "leaf.pem" in done.out
    assert run("cert export", str(file), "--to", str(out)).status == 0
    assert names(out) == ["intermediate-1.pem", "leaf.pem", "root.pem"]
    openssl("verify", "-CAfile", out / "root.pem", "-untrusted", out / "intermediate-1.pem", out / "leaf.pem")
    done = run("cert export", str(file), "--to", str(out))
    assert done.status == 2
    assert "nothing is overwritten" in done.err
    found = run("cert export", str(file), "--to", str(tmp_path / "more"), "--key", "--json").json
    assert [each["secret"] for each in found["files"]] == [False, False, False, True]
    assert (tmp_path / "more" / "key.pem").stat().st_mode & 0o777 == 0o600
    assert openssl("pkey", "-in", tmp_path / "more" / "key.pem", "-pubout") == openssl(
        "x509", "-in", out / "leaf.pem", "-noout", "-pubkey"
    )


@pytest.mark.parametrize(("options", "name"), [(["--key", "--alias", "st"], "keys.p12"), ([], "signers.p12")])
def test_a_new_store(run: Run, tmp_path: Path, options: list[str], name: str) -> None:
    """Without --key no key gets into it; with --key none lies beside it."""
    file, out = p12(tmp_path, WILDCARD, ISSUING, ROOT), tmp_path / "out"
    assert run("cert export", str(file), "--to", str(out), "--p12", "--for-old-java", *options).status == 0
    assert names(out) == sorted(["intermediate-1.pem", "leaf.pem", "root.pem", name])
    openssl("pkcs12", "-in", out / name, "-passin", "pass:secret2", "-noout", "-legacy")


def test_a_chain_that_is_not_complete_is_exported_and_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(pems(WILDCARD))
    done = run("cert export", str(tmp_path / "a.pem"), "--to", str(tmp_path / "out"))
    assert done.status == 1
    assert "the chain is not complete: O=Acme,CN=Acme Issuing 1" in done.err
    assert names(tmp_path / "out") == ["leaf.pem"]


def test_options_that_go_with_no_store(run: Run, tmp_path: Path) -> None:
    done = run("cert export", "x", "--to", str(tmp_path), "--alias", "x")
    assert (done.status, "are for --p12" in done.err) == (2, True)
