"""A small public key infrastructure for tests: a root, an authority below it, and what they issue."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PASSWORD = "pass wörd"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme")]
    )


@dataclass(frozen=True)
class Holder:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def issue(
        self, common: str, *hosts: str, authority: bool = False, begins: datetime = NOW - DAY, days: int = 300
    ) -> Holder:
        return make(common, self, hosts, authority=authority, begins=begins, days=days)


def make(
    common: str,
    issuer: Holder | None = None,
    hosts: tuple[str, ...] = (),
    *,
    authority: bool,
    begins: datetime = NOW - DAY,
    days: int = 300,
    key: ec.EllipticCurvePrivateKey | None = None,
    uses: tuple[x509.ObjectIdentifier, ...] = (),
) -> Holder:
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(issuer.certificate.subject if issuer else name(common))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), critical=False)
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    return Holder(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


ROOT = make("Acme Root", authority=True, days=3000)
ISSUING = ROOT.issue("Acme Issuing 1", authority=True, days=2000)
WILDCARD = ISSUING.issue("*.acme.example", "*.acme.example", "acme.example")


def pems(*holders: Holder) -> bytes:
    return b"".join(each.pem for each in holders)


def openssl(*arguments: str | Path, stdin: bytes | None = None) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def keytool(*arguments: str | Path) -> str:
    """Run keytool; its password is ASCII, whatever the machine's locale."""
    done = subprocess.run(
        ["keytool", "-J-Duser.language=en", "-J-XX:TieredStopAtLevel=1", *map(str, arguments)],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode()


def p12(
    folder: Path,
    holder: Holder,
    *chain: Holder,
    alias: str | None = "web",
    legacy: bool = False,
    password: str = "secret1",
) -> Path:
    """Have openssl make a store of a key and its chain."""
    (folder / "key.pem").write_bytes(holder.key_pem)
    (folder / "own.pem").write_bytes(holder.pem)
    (folder / "chain.pem").write_bytes(pems(*chain))
    out = folder / f"{alias or 'none'}{'-old' * legacy}.p12"
    more = ["-certfile", folder / "chain.pem"] if chain else []
    more += ["-name", alias] if alias else []
    more += ["-legacy"] if legacy else []
    openssl("pkcs12", "-export", "-inkey", folder / "key.pem", "-in", folder / "own.pem", *more,
            "-passout", f"pass:{password}", "-out", out)  # fmt: skip
    return out
