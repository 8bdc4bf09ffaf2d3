"""The door's certificate."""

import ssl
import warnings

import pytest
import trustme

from limner.errors import ServeError
from limner.settings import Tls
from limner.web.tls import Certificate

from .conftest import JANE, fill
from .house import until


def write(folder, authority, name="localhost"):
    made = authority.issue_cert(name, "127.0.0.1")
    made.private_key_pem.write_to_path(folder / "key.pem")
    made.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    return Tls(certificate=folder / "cert.pem", key=folder / "key.pem")


def test_a_pair_that_does_not_fit_is_a_clear_error(tmp_path):
    authority = trustme.CA()
    tls = write(tmp_path, authority)
    Certificate(tls)
    authority.issue_cert("other").private_key_pem.write_to_path(tls.key)
    with pytest.raises(ServeError, match="key values mismatch") as why:
        Certificate(tls)
    assert why.value.hint
    tls.key.write_text("rubbish")
    with pytest.raises(ServeError):
        Certificate(tls)
    tls.key.unlink()
    with pytest.raises(ServeError, match="No such file"):
        Certificate(tls)


def test_it_is_read_again_when_it_changes_and_stays_when_the_new_one_is_bad(tmp_path):
    authority = trustme.CA()
    certificate = Certificate(write(tmp_path, authority))
    assert not certificate.refresh()
    write(tmp_path, authority, "other.example")
    assert certificate.refresh()
    (tmp_path / "cert.pem").write_text("rubbish")
    with pytest.raises(ServeError):
        certificate.refresh()
    assert not certificate.refresh()  # said once


def test_https_with_a_certificate_that_is_replaced_while_serving(serve, tmp_path):
    authority = trustme.CA()
    write(tmp_path, authority)
    fill(tmp_path / "library").close()
    served = serve('[serve]\ntls = { certificate = "cert.pem", key = "key.pem" }\n')
    context = ssl.create_default_context()
    authority.configure_trust(context)

    def serial(context=context):
        with served.connect() as plain, context.wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall(f"GET /{JANE}.jpg HTTP/1.1\r\nHost: x\r\nCookie: LtpaToken=x\r\n\r\n".encode())
            assert secure.recv(100).startswith(b"HTTP/1.1 200 OK")
            return secure.getpeercert()["serialNumber"]

    first = serial()
    old = ssl.create_default_context()
    authority.configure_trust(old)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    serial(old)
    with warnings.catch_warnings(action="ignore"):  # Python warns of TLS 1.1, as it should
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match=r"EOF|alert protocol version"):  # it is the server who ends it
        serial(old)
    write(tmp_path, authority)
    served.process.send_signal(1)  # SIGHUP; without it, it takes some seconds
    until(lambda: serial() != first)
    assert served.raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""  # no TLS, no answer
