"""What looks wrong is found, told once, and the worst first; what is right is not told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from limner.cell import findings
from limner.cell.findings import Severity, find
from limner.cell.keystores import certificate as certificates
from limner.cell.model import Cell, Note, SSLConfig, SSLConfigGroup
from limner.cell.overview import Overview
from limner.cell.reading import read_cell
from limner.cell.suites import Jdk


@pytest.fixture(scope="module")
def cell(sample: Path) -> Cell:
    return read_cell(sample / "2-certificate" / "dmgrNode")


def told(cell: Cell, jdk: str = "8.0.5.0") -> list[tuple[str, str]]:
    return [(each.severity.value, each.text) for each in find(Overview(cell, jdk=Jdk.parse(jdk)))]


def changed(cell: Cell, **of: Callable[[SSLConfig], SSLConfig] | Callable[[SSLConfigGroup], SSLConfigGroup]) -> Cell:
    """Give the cell with each group changed, or each group's configuration."""
    groups = cell.security.groups
    if "group" in of:
        groups = tuple(of["group"](each) for each in groups)  # type: ignore[arg-type]
    if "config" in of:
        groups = tuple(replace(each, config=of["config"](each.config)) for each in groups)  # type: ignore[arg-type]
    return replace(cell, security=replace(cell.security, groups=groups))


def only_error(cell: Cell, jdk: str = "8.0.5.0") -> str:
    found = {text for severity, text in told(cell, jdk) if severity != "note"}
    assert len(found) == 1, found
    return found.pop()


def test_a_sound_cell_has_nothing_but_notes(cell: Cell) -> None:
    assert {severity for severity, _ in told(cell)} == {"note"}


def test_dynamic_updates_are_told_unless_they_are_off(cell: Cell) -> None:
    off = replace(cell, security=replace(cell.security, dynamic_update=False))
    assert any("at once" in text for _, text in told(cell))
    assert not any("at once" in text for _, text in told(off))


def test_fips_is_told(cell: Cell) -> None:
    on = replace(cell, security=replace(cell.security, fips=(("com.ibm.security.useFIPS", "true"),)))
    assert any(text.startswith("FIPS is on") for _, text in told(on))
    assert not any(text.startswith("FIPS") for _, text in told(cell))


def test_a_certificate_that_is_named_and_not_there(cell: Cell) -> None:
    wrong = changed(cell, group=lambda each: replace(each, certificate_alias="gone"))
    assert only_error(wrong).startswith("key.p12 has no certificate gone, which is set")


def test_several_keys_and_no_name(cell: Cell) -> None:
    wrong = changed(cell, group=lambda each: replace(each, certificate_alias=""))
    assert only_error(wrong) == "no certificate is named, and key.p12 has 2: which one is served is by chance"


def test_a_store_that_cannot_be_opened_is_an_error_and_one_that_was_not_given_a_note(cell: Cell) -> None:
    damaged = replace(cell, files={**cell.files, "key.p12": b"\x30\x03xyz"})
    assert "a key store cannot be opened: key.p12" in only_error(damaged)
    missing = replace(cell, files={})
    assert {severity for severity, _ in told(missing)} == {"note"}
    assert any("is not looked into" in text for _, text in told(missing))
    trust = replace(cell, files={**cell.files, "trust.p12": b"\x30\x03xyz"})
    assert "a trust store cannot be opened: trust.p12" in only_error(trust)


@pytest.mark.parametrize(("days", "word"), [(340, "expires on"), (400, "expired on")])
def test_certificates_that_end(cell: Cell, days: int, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wildcard is good for a year; WebSphere's own monitor tells 60 days before."""
    later = certificates.now() + timedelta(days=days)
    monkeypatch.setattr(findings.certificates, "now", lambda: later)
    assert only_error(cell).startswith(f"the certificate wildcard in key.p12 {word} ")


def test_no_configuration_and_no_key_store(cell: Cell) -> None:
    gone = changed(cell, group=lambda each: replace(each, config=None))
    assert any(text.startswith("no SSL configuration is there for SOAP_CONNECTOR") for _, text in told(gone))
    wrong = changed(cell, config=lambda each: replace(each, key_store=None))
    assert only_error(wrong) == "CellDefaultSSLSettings of cell acmeCell has no key store"


def test_protocols_that_enable_nothing(cell: Cell) -> None:
    assert "SSL_TLS enables nothing on SDK 8.0 SR6 FP30" in only_error(cell, "8.0.6.30")
    unsure = find(Overview(cell))
    assert any("SSL_TLS may enable nothing" in each.text for each in unsure if each.severity is Severity.NOTE)
    wrong = replace(changed(cell, config=lambda each: replace(each, protocol="TLS9")))
    assert any("TLS9 is not a protocol that WebSphere has" in text for _, text in told(wrong))


def test_cipher_levels_that_are_not_as_they_should_be(cell: Cell) -> None:
    wrong = changed(cell, config=lambda each: replace(each, level="STRANGE"))
    assert any("STRANGE" in text for severity, text in told(wrong) if severity == "error")
    both = changed(cell, config=lambda each: replace(each, ciphers=("SSL_RSA_WITH_AES_128_CBC_SHA",)))
    assert any("suites are listed though the level is HIGH" in text for _, text in told(both))


def test_a_node_that_has_not_synchronised(sample: Path) -> None:
    moment = sample / "3-tls12"
    stale = read_cell(moment / "dmgrNode", [("", moment / "mediaNode")])
    assert "has not synchronised" in only_error(stale)
    other = read_cell(moment / "dmgrNode", [("", sample / "1-installed" / "stpNode")])
    texts = [text for severity, text in told(other) if severity == "warning"]
    assert any(text.startswith("its copies of these stores are not") and "key.p12, " in text for text in texts)


def test_a_clients_store_that_cannot_be_opened(cell: Cell) -> None:
    wrong = replace(cell, files={**cell.files, "etc/trust.p12": b"\x30\x03xyz"})
    assert "a client's store cannot be opened: etc/trust.p12" in only_error(wrong)


def test_notes_of_the_reading_are_told_with_their_line(cell: Cell) -> None:
    noted = replace(cell, notes=(Note(file="f", line=7, text="sslConfig refers to x", wrong=True),))
    found = find(Overview(noted, jdk=Jdk.parse("8.0.5.0")))
    assert (found[0].severity, found[0].where) == (Severity.WARNING, ("f, line 7",))


def test_the_same_at_several_places_is_told_once_and_the_worst_first(cell: Cell) -> None:
    wrong = changed(cell, group=lambda each: replace(each, certificate_alias="gone"))
    found = find(Overview(wrong))
    assert len(found[0].where) == 11
    order = [list(Severity).index(each.severity) for each in found]
    assert order == sorted(order)
    assert found[0].as_dict()["severity"] == "error"
