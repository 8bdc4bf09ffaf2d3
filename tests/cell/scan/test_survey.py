"""What is seen of real servers, and of what is no server of TLS."""

from __future__ import annotations

import socket
import ssl
import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.cell.keystores.authority import ISSUING, ROOT, WILDCARD, openssl
from tests.cell.scan.server import LOWEST, answering, free_port, s_server, said

from limner.cell.scan.suites import Version
from limner.cell.scan.survey import Pace, Seen, survey
from limner.cell.scan.target import Target

CHAIN = tuple(each.certificate.public_bytes(Encoding.DER) for each in (WILDCARD, ISSUING, ROOT))
HOST = "st.acme.example"


def scan(port: int, *, seconds: float = 10, host: str = HOST, addresses: tuple[str, ...] = ("127.0.0.1",)) -> Seen:
    return survey(Target("127.0.0.1", port), list(addresses), host, pace=Pace(10_000), seconds=seconds)


@pytest.mark.parametrize(
    ("option", "version"),
    [("-tls1", Version.TLS10), ("-tls1_1", Version.TLS11), ("-tls1_2", Version.TLS12), ("-tls1_3", Version.TLS13)],
)
def test_each_version_is_seen_where_it_is_spoken_and_nowhere_else(
    tmp_path: Path, option: str, version: Version
) -> None:
    with s_server(tmp_path, option, "-cipher", LOWEST) as port:
        seen = scan(port)
    assert seen.problem is None
    assert list(seen.spoken) == [version]
    assert set(seen.refused) == set(Version) - {version}
    assert seen.certificates == CHAIN
    assert not seen.wants_client


@pytest.mark.parametrize(
    "suites", ["ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-CHACHA20-POLY1305", "AECDH-AES256-SHA:ADH-AES128-SHA"]
)
def test_exactly_the_suites_are_seen_that_the_server_has(tmp_path: Path, suites: str) -> None:
    with s_server(tmp_path, "-tls1_2", "-cipher", f"{suites}:@SECLEVEL=0") as port:
        seen = scan(port)
    listed = openssl("ciphers", "-stdname", "-s", "-tls1_2", f"{suites}:@SECLEVEL=0")
    assert set(seen.spoken[Version.TLS12]) == {line.split()[0] for line in listed.splitlines()}


def test_all_suites_of_openssl_are_seen_as_openssl_lists_them(tmp_path: Path) -> None:
    """Those that fit an ECDSA certificate; what Python's own client then gets is among them."""
    with s_server(tmp_path, "-cipher", LOWEST) as port:
        seen = scan(port)
        client = ssl.create_default_context()
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", port)) as plain, client.wrap_socket(plain) as made:
            cipher = made.cipher()
    assert cipher is not None
    assert cipher[0] in seen.spoken[Version.TLS13]
    listed = openssl("ciphers", "-stdname", "-s", "-tls1_2", LOWEST).splitlines()
    fit = {line.split()[0] for line in listed if "Au=ECDSA" in line or "Au=None" in line}
    assert set(seen.spoken[Version.TLS12]) == fit
    assert seen.dh_bits is not None  # of the anonymous ones


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_wish_for_a_client_certificate_is_seen(tmp_path: Path, version: str) -> None:
    (tmp_path / "ca.pem").write_bytes(ROOT.pem)
    with s_server(tmp_path, version, "-Verify", "1", "-CAfile", str(tmp_path / "ca.pem")) as port:
        seen = scan(port)
    assert seen.wants_client
    assert seen.certificates == CHAIN


@pytest.mark.parametrize(
    "suite", ["AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256", "AES_128_CCM_SHA256", "AES_128_CCM_8_SHA256"]
)
def test_the_certificates_of_tls_1_3_are_read_with_every_suite(tmp_path: Path, suite: str) -> None:
    with s_server(tmp_path, "-tls1_3", "-ciphersuites", f"TLS_{suite}") as port:
        seen = scan(port)
    assert seen.spoken == {Version.TLS13: (f"TLS_{suite}",)}
    assert seen.certificates == CHAIN


@pytest.mark.parametrize("group", ["P-256", "P-384", "P-521"])
def test_a_server_that_wants_another_group_gets_it(tmp_path: Path, group: str) -> None:
    with s_server(tmp_path, "-tls1_3", "-groups", group) as port:
        seen = scan(port)
    assert len(seen.spoken[Version.TLS13]) == 3
    assert seen.certificates == CHAIN


def test_a_group_that_limner_has_no_keys_for_is_no_refusal(tmp_path: Path) -> None:
    with s_server(tmp_path, "-tls1_3", "-groups", "X448") as port:
        seen = scan(port)
    assert len(seen.spoken[Version.TLS13]) == 3
    assert seen.certificates == ()


def test_the_name_is_told_to_the_server(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / "other.pem"
    holder = ISSUING.issue("other.acme.example", "other.acme.example")
    other.write_bytes(holder.pem + holder.key_pem)
    options = ("-servername", "other.acme.example", "-cert2", str(other), "-key2", str(other))
    with s_server(tmp_path, *options) as port:
        first, second = scan(port), scan(port, host="other.acme.example")
    assert first.certificates[0] == CHAIN[0]
    assert second.certificates[0] == holder.certificate.public_bytes(Encoding.DER)


def test_a_port_that_is_shut() -> None:
    assert scan(free_port()).problem == "connection refused"


def test_the_next_address_is_tried(tmp_path: Path) -> None:
    with s_server(tmp_path, "-tls1_3") as port:
        seen = scan(port, addresses=("127.0.0.2", "127.0.0.1"))
    assert (seen.address, seen.problem) == ("127.0.0.1", None)


def test_plain_http_is_no_tls() -> None:
    with answering(said(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        seen = scan(port)
    assert seen.problem == "it speaks no TLS; it says 'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'"


def test_a_port_that_is_silent() -> None:
    """Two questions are enough."""
    with answering(said(b"")) as port:
        seen = scan(port, seconds=0.3)
    assert seen.problem == "it takes connections, but it did not answer in time"
    assert seen.connections == 3


def reset(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_port_that_resets_and_one_that_closes() -> None:
    with answering(reset) as port:
        assert scan(port).problem == "it speaks no TLS: it reset the connection"
    with answering(lambda connection: None) as port:
        problem = scan(port).problem
    assert problem is not None
    assert problem.startswith("it speaks no TLS: it ")


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x03\xff\xff" + bytes(100),  # a record of 65,535 bytes
        b"\x16\x03\x03\x00\x04\x02\xff\xff\xff",  # a message of 16 MB
        b"\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03",  # a ServerHello of two bytes
        b"\x17\x03\x03\x00\x01x",  # data before anything
        b"\x15\x03\x03\x00\x01\x02",  # half an alert
        (b"\x15\x03\x03\x00\x02\x01\x70" * 5000) * 20,  # warnings without end
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        b"\x00",
    ],
)
def test_rubbish_is_bounded_and_has_a_name(raw: bytes) -> None:
    with answering(said(raw)) as port:
        seen = scan(port, seconds=0.3)
    assert seen.problem is not None
    assert seen.spoken == {}


def ssl3(connection: socket.socket) -> None:
    """Fakes a server of SSL 3.0 with RC4 and triple DES alone, after RFC 6101: no such server can be had any more."""
    hello = connection.recv(65536)
    if not hello:
        return
    version, session = hello[9:11], hello[43]
    at = 44 + session
    size = int.from_bytes(hello[at : at + 2])
    suites = {hello[place : place + 2] for place in range(at + 2, at + 2 + size, 2)}
    suite = next((each for each in (b"\x00\x05", b"\x00\x0a") if each in suites), None)
    if version != b"\x03\x00" or suite is None:
        connection.sendall(b"\x15\x03\x00\x00\x02\x02\x28")
        return
    body = b"\x03\x00" + bytes(32) + b"\x00" + suite + b"\x00"
    own = WILDCARD.certificate.public_bytes(Encoding.DER)
    listed = (len(own) + 3).to_bytes(3) + len(own).to_bytes(3) + own
    flight = b"\x02" + len(body).to_bytes(3) + body + b"\x0b" + len(listed).to_bytes(3) + listed + b"\x0e\x00\x00\x00"
    for part in (flight[:7], flight[7:40], flight[40:]):  # messages need not begin where records do
        connection.sendall(b"\x16\x03\x00" + len(part).to_bytes(2) + part)


def test_ssl_3_with_rc4_and_triple_des_is_seen() -> None:
    with answering(ssl3) as port:
        seen = scan(port)
    assert seen.spoken == {Version.SSL3: ("TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA")}
    assert seen.certificates == CHAIN[:1]


def test_the_pace_is_kept() -> None:
    now, waited = [100.0], []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    pace = Pace(4, lambda: now[0], sleep)
    for _ in range(5):
        pace.wait()
    assert waited == pytest.approx([0.25] * 4)
    now[0] += 60  # a pause is not made up for by haste
    pace.wait()
    pace.wait()
    assert waited == pytest.approx([0.25] * 5)
