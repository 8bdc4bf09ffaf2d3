"""The rehearsal: what the algebra says of random pairs is what OpenSSL does when it really shakes hands.

Both ends are Python's ssl, which is OpenSSL, in memory: every byte of the handshake is made and read, and only the
socket is missing. How many pairs were tried is printed at the end of the run.
"""

from __future__ import annotations

import random
import ssl
import subprocess
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from cell.suites.authority import Issued, issue, root
from limner.cell.model import ClientAuth
from limner.cell.suites import Answer, Outcome, Side, Suites, Version, Versions, handshake
from limner.cell.suites.suite import Suite, table

PAIRS = 800
SEED = 20261126
NOW = datetime.now(UTC)
LIST = [Version.TLS10, Version.TLS11, Version.TLS12, Version.TLS13]
OF_OPENSSL = {
    Version.TLS10: ssl.TLSVersion.TLSv1,
    Version.TLS11: ssl.TLSVersion.TLSv1_1,
    Version.TLS12: ssl.TLSVersion.TLSv1_2,
    Version.TLS13: ssl.TLSVersion.TLSv1_3,
}
ASKS = {
    ClientAuth.NONE: ssl.CERT_NONE,
    ClientAuth.SUPPORTED: ssl.CERT_OPTIONAL,
    ClientAuth.REQUIRED: ssl.CERT_REQUIRED,
}


class Cast:
    """Certificates of all kinds that a cell may show, and the authorities that it may believe."""

    def __init__(self) -> None:
        self.roots = [root("Root"), root("Other", number=101), root("Root", number=102)]
        middle = issue(self.roots[0], "Issuing", kind="EC", number=103, ca=True)
        self.middle = middle
        start = NOW - timedelta(days=30)
        rsa = issue(middle, "rsa", hosts=("st.example",), start=start)
        self.shown: list[Issued] = [
            rsa,
            issue(middle, "ec", kind="EC", number=1, hosts=("st.example",), start=start),
            issue(self.roots[0], "direct", hosts=("*.example",), start=start),
            issue(self.roots[1], "stray", hosts=("st.example",), start=start),
            issue(self.roots[2], "namesake", hosts=("other.example",), start=start),
            issue(middle, "old", start=NOW - timedelta(days=30), days=10, hosts=("st.example",)),
            issue(middle, "web only", start=start, uses=(ExtendedKeyUsageOID.SERVER_AUTH,), hosts=("st.example",)),
            Issued(rsa.certificate, rsa.key),  # without its intermediate
        ]
        self.anchors = [*(each.certificate for each in self.roots), middle.certificate]


@pytest.fixture(scope="module")
def cast() -> Cast:
    return Cast()


@pytest.fixture(scope="module")
def tls_13() -> list[Suite]:
    """Python cannot choose the suites of TLS 1.3: both sides have all that OpenSSL has switched on."""
    names = [each["name"] for each in ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).get_ciphers()]
    return [each for name in names for each in table() if each.openssl == name and each.first is Version.TLS13]


@pytest.fixture(scope="module")
def older() -> list[Suite]:
    """The suites that this OpenSSL really has, for keys that the cast has."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    there = {each["name"] for each in context.get_ciphers()}
    return [
        each
        for each in table()
        if each.openssl in there and each.first is not Version.TLS13 and each.key in ("RSA", "EC")
    ]


def draw(
    chance: random.Random, cast: Cast, older: list[Suite], tls_13: list[Suite], *, server: bool
) -> tuple[Side, Issued | None]:
    low = chance.choice((0, 0, 0, 1, 2, 3))
    span = LIST[low : chance.randint(low, 3) + 1]
    some = chance.sample(older, chance.choice((2, 5, 12)))
    some = some if any(each.fits(span[-1]) or span[-1] is Version.TLS13 for each in some) else list(older)
    listed = [*(tls_13 if Version.TLS13 in span else ()), *some]
    shown = chance.choice([*cast.shown[:3] * 2, *cast.shown]) if server or chance.random() < 0.6 else None
    believed = {*chance.sample(cast.anchors, chance.choice((1, 2, 3)))} | {cast.roots[0].certificate}
    if chance.random() < 0.15:
        believed = {chance.choice(cast.anchors)}
    if shown is cast.shown[-1]:  # OpenSSL, unlike Java, would complete the chain that it sends from what it believes
        believed = believed - {cast.middle.certificate} or {cast.roots[1].certificate}
    return Side(
        versions=Versions.known(*span),
        suites=Suites(tuple(listed)),
        chain=shown.chain if shown else (),
        signers=frozenset(believed),
        asks=chance.choice(list(ClientAuth)) if server else ClientAuth.NONE,
        checks_host=not server and chance.random() < 0.3,
        host="st.example" if server else "",
    ), shown


def context(side: Side, shown: Issued | None, folder: Path, *, server: bool) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python is not fond of TLS 1.0, nor are we
        made.minimum_version = OF_OPENSSL[min(side.versions.sure)]
        made.maximum_version = OF_OPENSSL[max(side.versions.sure)]
    older = [each.openssl for each in side.suites.listed if each.first is not Version.TLS13]
    made.set_ciphers(":".join([*older, "@SECLEVEL=0"]))
    made.check_hostname = side.checks_host
    made.verify_mode = ASKS[side.asks] if server else ssl.CERT_REQUIRED
    # as Java: any certificate of a trust store is an anchor
    made.verify_flags = ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    made.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    made.load_verify_locations(cadata="".join(pem(each) for each in side.signers or ()))
    if server:
        made.load_dh_params(folder / "dh.pem")
    if shown is not None:
        file = folder / f"{id(shown)}.pem"
        if not file.exists():
            key = shown.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
            file.write_text(key + "".join(pem(each) for each in shown.chain))
        made.load_cert_chain(file)
    return made


def pem(certificate: object) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()  # type: ignore[attr-defined]


def shaken(client: ssl.SSLContext, server: ssl.SSLContext) -> tuple[str, str] | str:
    """Shake hands in memory; give version and suite, or why one side refused the other."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    calling = client.wrap_bio(back, there, server_hostname="st.example")
    called = server.wrap_bio(there, back, server_side=True)
    try:
        for _ in range(6):
            done = [_goes_on(end.do_handshake) for end in (calling, called)]
        assert all(done), "no handshake takes longer"
        # with TLS 1.3 a client is done before the server has judged its certificate, and hears of it when it reads
        assert not _goes_on(lambda: called.read(1))
        assert not _goes_on(lambda: calling.read(1))
    except ssl.SSLError as why:
        return str(why)
    version, cipher = calling.version(), calling.cipher()
    assert version is not None
    assert cipher is not None
    return version, cipher[0]


def _goes_on(step: Callable[[], object]) -> bool:
    """Take a step; False if it waits for the other side."""
    try:
        step()
    except ssl.SSLWantReadError:
        return False
    return True


def test_the_algebra_says_what_openssl_does(
    cast: Cast, older: list[Suite], tls_13: list[Suite], tmp_path: Path, record_property: Callable[[str, str], None]
) -> None:
    group = [
        "genpkey",
        "-genparam",
        "-algorithm",
        "DH",
        "-pkeyopt",
        "group:ffdhe2048",
        "-out",
        str(tmp_path / "dh.pem"),
    ]
    subprocess.run(["openssl", *group], check=True, capture_output=True)
    chance = random.Random(SEED)
    seen: Counter[str] = Counter()
    for at in range(PAIRS):
        (client, mine), (server, theirs) = (
            draw(chance, cast, older, tls_13, server=server) for server in (False, True)
        )
        said: Outcome = handshake(client, server, NOW)
        done = shaken(context(client, mine, tmp_path, server=False), context(server, theirs, tmp_path, server=True))
        told = (at, said, done, client, server)
        if said.answer is Answer.YES:
            assert said.protocol is not None
            assert said.suite is not None
            assert done == (said.protocol.value, said.suite.openssl), told
        elif said.answer is Answer.NO:
            assert isinstance(done, str), told
        seen[said.answer.value] += 1
        seen[f"{said.protocol.value}" if said.protocol else f"no: {said.refusals[0].reason.value}"] += 1
    assert min(seen[each.value] for each in LIST) > 5
    assert min(seen["yes"], seen["no"]) > PAIRS / 10
    assert seen["open"] < PAIRS / 10
    record_property(
        "rehearsal", f"{PAIRS} pairs, as said: " + ", ".join(f"{count} {what}" for what, count in sorted(seen.items()))
    )
