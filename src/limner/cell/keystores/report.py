"""A file of certificates as data, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography import x509

from limner.cell.keystores import certificate as facts
from limner.cell.keystores.hosts import covering
from limner.cell.keystores.judge import Finding, subjects
from limner.cell.keystores.store import Store


def as_dict(store: Store, hosts: Sequence[str], findings: Sequence[Finding], now: datetime) -> dict[str, Any]:
    """Give all that is known of a file; times are ISO 8601 in UTC."""
    about = subjects(store)
    return {
        "format": str(store.form),
        "protection": list(store.protection),
        "entries": [
            {
                "alias": entry.alias,
                "kind": str(entry.kind),
                "certificates": [facts.fingerprint(each) for each in entry.certificates],
            }
            for entry in store.entries
        ],
        "certificates": [described(each, now) for each in store.certificates],
        "chains": [
            {
                "alias": subject.entry.alias if subject.entry else None,
                "certificates": [facts.fingerprint(each) for each in subject.chain.certificates],
                "complete": subject.chain.complete,
                "missing": facts.text(subject.chain.missing) if subject.chain.missing else None,
            }
            for subject in about
        ],
        "hosts": [{"host": host, "covered_by": covered(store, host)} for host in hosts],
        "wanting": [finding.text for finding in findings if finding.wanting],
        "notes": [finding.text for finding in findings if not finding.wanting],
    }


def covered(store: Store, host: str) -> str | None:
    """Give the name by which a certificate of the file covers a host."""
    found = (covering(facts.hosts(subject.certificate), host) for subject in subjects(store))
    return next((name for name in found if name), None)


def described(certificate: x509.Certificate, now: datetime) -> dict[str, Any]:
    """Give what a certificate says."""
    kind, bits = facts.key(certificate)
    return {
        "subject": facts.text(certificate.subject),
        "issuer": facts.text(certificate.issuer),
        "serial": f"{facts.serial(certificate):x}",
        "sha256": facts.fingerprint(certificate),
        "hosts": list(facts.hosts(certificate)) if not facts.is_authority(certificate) else [],
        "authority": facts.is_authority(certificate),
        "begins": certificate.not_valid_before_utc.isoformat(),
        "ends": certificate.not_valid_after_utc.isoformat(),
        "days_left": facts.days_left(certificate, now),
        "key": kind,
        "bits": bits,
        "signature": facts.signature(certificate),
        "usage": list(facts.usages(certificate)),
    }
