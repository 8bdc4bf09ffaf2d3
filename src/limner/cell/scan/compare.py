"""What a cell's files say of an endpoint, beside what was seen of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.x509 import Certificate

from limner.cell.keystores import certificate as facts
from limner.cell.keystores.judge import Finding
from limner.cell.scan.suites import Version
from limner.cell.scan.target import Target
from limner.cell.scan.verdict import Verdict


@dataclass(frozen=True)
class Configured:
    """An endpoint as it is configured.

    `process` and `name` are whose it is, `setting` is the SSL configuration's alias. `sure` are versions that are
    enabled, `maybe` those of which it is open; both None where nothing is known of versions. `certificate` is None
    where it is not known which one is used, `asks_client` likewise.
    """

    target: Target
    process: str
    name: str
    setting: str
    sure: frozenset[Version] | None = None
    maybe: frozenset[Version] | None = None
    certificate: Certificate | None = None
    asks_client: bool | None = None

    @property
    def label(self) -> str:
        """What people call it."""
        return f"{self.name} of {self.process}"


def compare(configured: Configured, verdict: Verdict) -> tuple[Finding, ...]:
    """Say where the files and the living endpoint differ, each way; nothing is said of what is not known."""
    return tuple(Finding(text, wanting=True) for text in _differences(configured, verdict))


def _differences(configured: Configured, verdict: Verdict) -> Iterator[str]:
    seen, where = verdict.seen, f"{configured.label} ({configured.setting})"
    if seen.problem is not None:
        yield f"{where} is configured but not live: {seen.problem}"
        return
    if configured.sure is not None:
        allowed = configured.sure | (configured.maybe or frozenset())
        for version in sorted(configured.sure - set(seen.spoken)):
            yield f"{where} has {version.label} configured, but it is not live: {seen.refused.get(version, 'no')}"
        for version in sorted(set(seen.spoken) - allowed):
            yield f"{version.label} is live, but {where} does not have it configured"
    own = verdict.sent[0] if verdict.sent else None
    if configured.certificate is not None and own is not None and own != configured.certificate:
        yield f"{where} has {_short(configured.certificate)} configured, but shows {_short(own)}"
    if configured.asks_client is not None and configured.asks_client != seen.wants_client:
        says = ("a client certificate", "none") if configured.asks_client else ("no client certificate", "one")
        yield f"{where} is configured to ask for {says[0]}, but asks for {says[1]}"


def _short(certificate: Certificate) -> str:
    digest = certificate.fingerprint(hashes.SHA256()).hex()[:16]
    return f"{facts.short(certificate)} (until {certificate.not_valid_after_utc:%Y-%m-%d}, SHA-256 {digest}...)"
