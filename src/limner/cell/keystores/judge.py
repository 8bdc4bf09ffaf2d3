"""What is wrong with a file of certificates, and what will surprise whoever gives it to Java or WebSphere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from limner.cell.keystores import certificate as facts
from limner.cell.keystores.chain import Chain, chain_of, in_order
from limner.cell.keystores.hosts import covering
from limner.cell.keystores.store import Entry, Form, Kind, Store

SOON = 30  # days before its end from which on a certificate is spoken of
_MEANINGFUL = re.compile(r"[A-Za-z0-9*][A-Za-z0-9._*-]{0,39}")
_MADE_BY_A_PROGRAM = re.compile(
    r"\{?[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?|[0-9A-Fa-f]{16,}|(le|tp)-.*"
)


@dataclass(frozen=True)
class Finding:
    """One thing that was found; `wanting`: it is wrong, else it is good to know."""

    text: str
    wanting: bool


@dataclass(frozen=True)
class Subject:
    """A certificate that is for a host or a person, and its chain. `entry` is its key's, if its key is in the file."""

    certificate: x509.Certificate
    chain: Chain
    entry: Entry | None

    @property
    def label(self) -> str:
        """What a person calls it: its alias and its name."""
        alias = f"{self.entry.alias!r}: " if self.entry and self.entry.alias else ""
        return f"{alias}{facts.short(self.certificate)}"


def subjects(store: Store) -> tuple[Subject, ...]:
    """Give the certificates that a file is about: those of its keys; without keys those that issued no other."""
    found = []
    for entry in store.keys:
        if entry.certificates:
            pool = entry.certificates if store.form in (Form.JKS, Form.JCEKS) else store.certificates
            found.append(Subject(entry.certificates[0], chain_of(entry.certificates[0], pool), entry))
    if not store.keys:
        every = store.certificates
        found = [Subject(one, chain_of(one, every), None) for one in every if _is_leaf(one)]
    return tuple(found)


def _is_leaf(certificate: x509.Certificate) -> bool:
    """Tell what is for a host: also one that `openssl req -x509` made, which calls itself an authority."""
    names = facts.extension(certificate, x509.SubjectAlternativeName)
    return not facts.is_authority(certificate) or (names is not None and certificate.subject == certificate.issuer)


def judge(store: Store, hosts: Sequence[str], now: datetime) -> tuple[Finding, ...]:
    """Give all that is found, what is wanting first. `hosts` are the hosts that the certificates should cover."""
    found = [*_whole(store, now), *_aliases(store)]
    about = subjects(store)
    for subject in about:
        found += _subject(subject, now)
    found += _hosts(about, hosts)
    found += _left_over(store, about, now)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: not finding.wanting))


def _whole(store: Store, now: datetime) -> Iterator[Finding]:
    if not store.entries:
        yield Finding("there is neither a certificate nor a key in it", wanting=True)
    for entry in store.keys:
        if not entry.certificates:
            yield Finding(f"no certificate in the file fits the key {entry.alias or ''}".rstrip(), wanting=True)
    if store.form is Form.PKCS12 and store.entries and all(each.kind is Kind.CERTIFICATE for each in store.entries):
        yield Finding(
            "Java reads this store as empty: its certificates lack the mark of trust (trustedKeyUsage) that keytool"
            " sets; `limner cert export --p12` writes them with it",
            wanting=True,
        )
    if store.form is Form.PEM:
        sent = store.keys[0].certificates if store.keys else store.certificates
        one_chain = len(store.keys) == 1 or (not store.keys and len(subjects(store)) == 1)
        if one_chain and not in_order(sent):
            yield Finding(
                "the certificates are not in order: a server's own first, then each that issued the one before;"
                " a server sends them as they are",
                wanting=True,
            )
    for entry in store.keys if store.form in (Form.JKS, Form.JCEKS) else ():
        if not in_order(entry.certificates):
            yield Finding(f"the chain of {entry.alias!r} is not in order, and a server sends it so", wanting=True)


def _aliases(store: Store) -> Iterator[Finding]:
    if store.form in (Form.PEM, Form.DER):
        return
    nameless = sum(not entry.alias for entry in store.keys)
    if nameless and len(store.keys) > 1:
        yield Finding(
            f"{nameless} of {len(store.keys)} keys have no alias: Java numbers them, and which is which is chance;"
            " `limner cert export --p12 --alias` gives one",
            wanting=True,
        )
    elif nameless:
        yield Finding("the key has no alias: Java calls it '1'; give it one when you import it", wanting=False)
    names = Counter(
        entry.alias.lower() for entry in store.entries if entry.alias and entry.kind is not Kind.CERTIFICATE
    )
    for name, count in names.items():
        if count > 1:
            yield Finding(f"{count} entries have the alias {name!r}: Java ignores case and keeps one", wanting=True)
    for entry in store.keys:
        if entry.alias and (not _MEANINGFUL.fullmatch(entry.alias) or _MADE_BY_A_PROGRAM.fullmatch(entry.alias)):
            yield Finding(
                f"the alias {entry.alias!r} is one that nobody will recognise, and WebSphere proposes it at import:"
                " enter a meaningful one there, or use `limner cert export --p12 --alias`",
                wanting=False,
            )


def _subject(subject: Subject, now: datetime) -> Iterator[Finding]:
    label, own = subject.label, subject.certificate
    if subject.chain.missing is not None:
        last = facts.short(subject.chain.certificates[-1])
        name = facts.text(subject.chain.missing)
        yield Finding(f"{label}: the chain is not complete: {name}, which issued {last}, is missing", wanting=True)
    elif len(subject.chain.certificates) == 1:
        yield Finding(f"{label} signed itself: everybody who is to trust it needs it", wanting=False)
    for each in subject.chain.certificates:
        yield from dates(each, label if each == own else facts.short(each), now, wanting=True)
        for weakness in facts.weaknesses(each):
            yield Finding(f"{label if each == own else facts.short(each)}: {weakness}", wanting=True)
    extended = facts.extension(own, x509.ExtendedKeyUsage)
    if extended is not None and not {"server", "any"} & set(facts.usages(own)):
        yield Finding(f"{label} is not for servers: its extended key usage does not name them", wanting=True)
    if extended is not None and not {"client", "any"} & set(facts.usages(own)):
        yield Finding(
            f"{label} is not for clients: where a peer asks for a client certificate (mutual TLS), it will be refused",
            wanting=False,
        )


def dates(certificate: x509.Certificate, label: str, now: datetime, *, wanting: bool) -> Iterator[Finding]:
    """Say if a certificate is not valid now, or not for long; `wanting`: that it is wrong."""
    if certificate.not_valid_after_utc < now:
        yield Finding(f"{label} ended on {certificate.not_valid_after_utc:%Y-%m-%d}", wanting=wanting)
    elif certificate.not_valid_before_utc > now:
        yield Finding(f"{label} begins on {certificate.not_valid_before_utc:%Y-%m-%d}", wanting=wanting)
    elif facts.days_left(certificate, now) < SOON:
        yield Finding(f"{label} ends soon, on {certificate.not_valid_after_utc:%Y-%m-%d}", wanting=False)


def _hosts(about: Sequence[Subject], hosts: Sequence[str]) -> Iterator[Finding]:
    for host in hosts:
        if not any(covering(facts.hosts(subject.certificate), host) for subject in about):
            yield Finding(f"no certificate covers {host}", wanting=True)


def _left_over(store: Store, about: Sequence[Subject], now: datetime) -> Iterator[Finding]:
    """Look at what is in no chain: Java may not show it, and its dates matter to those who trust it."""
    in_chains = {each for subject in about for each in subject.chain.certificates}
    outside = [entry for entry in store.entries if entry.certificates and entry.certificates[0] not in in_chains]
    for entry in outside:
        if entry.kind is not Kind.KEY:
            yield from dates(entry.certificates[0], facts.short(entry.certificates[0]), now, wanting=False)
    unseen = [entry for entry in outside if entry.kind is Kind.CERTIFICATE]
    marked = any(entry.kind is not Kind.CERTIFICATE for entry in store.entries)
    if store.form is Form.PKCS12 and marked and unseen:
        yield Finding(f"Java will not show {len(unseen)} certificates that are in no chain of a key", wanting=False)
