"""What is wrong with an endpoint: its certificate, its chain, its level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography import x509

from limner.cell.keystores import certificate as facts
from limner.cell.keystores.chain import Chain, chain_of, in_order
from limner.cell.keystores.errors import DamagedError
from limner.cell.keystores.hosts import covering
from limner.cell.keystores.judge import Finding, dates
from limner.cell.keystores.report import described
from limner.cell.scan.grade import Grade, grade
from limner.cell.scan.suites import is_weak
from limner.cell.scan.survey import Seen


@dataclass(frozen=True)
class Verdict:
    """An endpoint as it is judged. `sent` are its certificates as far as they can be read."""

    seen: Seen
    sent: tuple[x509.Certificate, ...]
    chain: Chain | None
    grade: Grade | None
    findings: tuple[Finding, ...]

    @property
    def wanting(self) -> bool:
        """Whether something is wrong with it."""
        return any(finding.wanting for finding in self.findings)


def judge(seen: Seen, level: str, signers: Sequence[x509.Certificate] | None, now: datetime) -> Verdict:
    """Judge an endpoint that was reached. `signers`: those that its clients trust; None: not known."""
    if seen.problem is not None:
        return Verdict(seen, (), None, None, ())
    findings: list[Finding] = []
    sent = []
    for raw in seen.certificates:
        try:
            sent.append(facts.load(raw, str(seen.target)))
        except DamagedError as why:
            findings.append(Finding(f"it sends a certificate that is none: {why}", wanting=True))
    own = sent[0] if sent else None
    chain = chain_of(own, [*sent, *(signers or ())]) if own else None
    if own is not None and chain is not None:
        findings += _certificate(seen, own, chain, now)
        findings += _chain(sent, chain, signers is not None)
    graded = grade(seen, own)
    findings += _level(seen, graded, level)
    findings += [Finding(f"not sure: {text}", wanting=False) for text in seen.unsure]
    return Verdict(seen, tuple(sent), chain, graded, tuple(sorted(findings, key=lambda finding: not finding.wanting)))


def with_findings(verdict: Verdict, more: Sequence[Finding]) -> Verdict:
    """Give a verdict that says more, what is wanting first."""
    findings = sorted((*verdict.findings, *more), key=lambda finding: not finding.wanting)
    return replace(verdict, findings=tuple(findings))


def _certificate(seen: Seen, own: x509.Certificate, chain: Chain, now: datetime) -> Iterator[Finding]:
    if covering(facts.hosts(own), seen.name) is None:
        names = ", ".join(facts.hosts(own)[:10]) or "no host"
        yield Finding(f"its certificate does not cover {seen.name}; it is for {names}", wanting=True)
    for each in chain.certificates:
        label = f"its certificate {facts.short(each)}" if each == own else facts.short(each)
        yield from dates(each, label, now, wanting=True)
        for weakness in facts.weaknesses(each):
            yield Finding(f"{label}: {weakness}", wanting=True)


def _chain(sent: Sequence[x509.Certificate], chain: Chain, known: bool) -> Iterator[Finding]:
    if not in_order(sent):
        yield Finding("it sends its certificates in the wrong order", wanting=True)
    if chain.missing is None:
        if len(chain.certificates) == 1:
            yield Finding("its certificate signed itself: every client needs it as a signer", wanting=False)
        return
    last, missing = chain.certificates[-1], facts.text(chain.missing)
    if len(chain.certificates) == 1:
        yield Finding(f"it sends its certificate without that of {missing}, which issued it", wanting=True)
    elif known:
        yield Finding(f"its chain leads to {missing}, which is not among the signers", wanting=True)
    else:
        yield Finding(f"its chain ends in {facts.short(last)}: clients need {missing} as a signer", wanting=False)


def _level(seen: Seen, graded: Grade, level: str) -> Iterator[Finding]:
    suites = dict.fromkeys(suite for suites in seen.spoken.values() for suite in suites)
    weak = [suite for suite in suites if is_weak(suite)]
    if weak:
        yield Finding(f"it takes {len(weak)} suites that protect from nobody: {', '.join(weak[:10])}", wanting=True)
    if not graded.reaches(level):
        why = graded.obstacles[level]
        more = f", and {len(why) - 3} more" if len(why) > 3 else ""
        yield Finding(f"it is not {level}: {'; '.join(why[:3])}{more}", wanting=True)


def as_dict(verdict: Verdict, now: datetime) -> dict[str, Any]:
    """Give a verdict for programs."""
    seen, graded = verdict.seen, verdict.grade
    return {
        "endpoint": str(seen.target),
        "name": seen.name,
        "address": seen.address,
        "problem": seen.problem,
        "versions": {version.label: list(suites) for version, suites in seen.spoken.items()},
        "refused": {version.label: why for version, why in seen.refused.items()},
        "certificates": [described(each, now) for each in verdict.sent],
        "chain": {
            "complete": verdict.chain.complete,
            "missing": facts.text(verdict.chain.missing) if verdict.chain.missing else None,
        }
        if verdict.chain
        else None,
        "client_certificate_wanted": seen.wants_client,
        "dh_bits": seen.dh_bits,
        "level": graded.level if graded else None,
        "obstacles": {level: list(why) for level, why in graded.obstacles.items()} if graded else {},
        "wanting": [finding.text for finding in verdict.findings if finding.wanting],
        "notes": [finding.text for finding in verdict.findings if not finding.wanting],
        "connections": seen.connections,
    }
