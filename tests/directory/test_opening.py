"""Opening a directory: TLS is verified, the first server that answers is taken, and each failure has its words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ldap_servers import Cutter, Slapd, needs_slapd
from ldap_servers.slapd import ADMIN, SUFFIX, free_port
from limner.directory import connect, opening
from limner.errors import DirectoryError, SettingsError
from limner.settings import DirectoryAccess

Access = Callable[..., DirectoryAccess]
pytestmark = needs_slapd


def refused(access: DirectoryAccess) -> DirectoryError:
    with pytest.raises(DirectoryError) as why:
        connect(access)
    assert "Traceback" not in why.value.message
    assert "\n" not in why.value.message
    return why.value


def test_starttls_ldaps_and_plain_connections_read_the_same(access: Access, slapd: Slapd) -> None:
    ways = [access(), access(servers=[slapd.secure]), access(servers=[slapd.plain], starttls=False)]
    names = []
    for way in ways:
        with connect(way) as directory:
            names.append([entry.dn for entry in directory.search(SUFFIX)])
    assert names[0] == names[1] == names[2]
    assert len(names[0]) > 12


def test_the_password_comes_from_a_file_or_the_environment(
    access: Access, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMNER_TEST_PASSWORD", "secret")
    for how in ({"password_file": password}, {"password_env": "LIMNER_TEST_PASSWORD"}):
        with connect(access(user=ADMIN, **how)) as directory:
            assert directory.read(f"ou=secret,{SUFFIX}", ["ou"]) is not None
    with connect(access()) as directory:
        assert directory.read(f"ou=secret,{SUFFIX}", ["ou"]) is None


def test_a_password_that_is_nowhere_is_called_so(access: Access, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read the password of the directory"):
        connect(access(user=ADMIN, password_file=tmp_path / "none"))
    with pytest.raises(SettingsError, match="LIMNER_NO_SUCH"):
        connect(access(user=ADMIN, password_env="LIMNER_NO_SUCH"))


def test_a_wrong_password(access: Access, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("guess")
    why = refused(access(user=ADMIN, password_file=tmp_path / "wrong"))
    assert "signing in: the user or the password is wrong" in why.message
    assert why.code == 49
    assert "guess" not in why.message + str(why.hint)


def test_a_wrong_password_is_not_tried_at_the_next_server(access: Access, slapd: Slapd, tmp_path: Path) -> None:
    """Three servers times one wrong password is how accounts get locked."""
    (tmp_path / "wrong").write_text("guess")
    asked = []
    listener = socket.create_server(("127.0.0.1", 0))

    def count() -> None:
        while True:
            try:
                asked.append(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    second = f"ldap://localhost:{listener.getsockname()[1]}"
    refused(access(servers=[slapd.url, second], user=ADMIN, password_file=tmp_path / "wrong"))
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
    assert not asked


def test_an_unknown_authority(access: Access, slapd: Slapd) -> None:
    for server in (slapd.url, slapd.secure):
        why = refused(access(servers=[server], ca_file=None))
        assert "signed by an authority that is not known here" in why.message
        assert "`ca_file`" in str(why.hint)


def test_an_expired_certificate() -> None:
    with Slapd(expired=True) as server:
        for url in (server.url, server.secure):
            why = refused(DirectoryAccess(servers=[url], ca_file=server.ca_file))
            assert "its certificate has expired" in why.message
            assert url in why.message


def test_a_certificate_for_another_name() -> None:
    with Slapd(names=["ldap.other.example"]) as server:
        for url in (server.url, server.secure):
            why = refused(DirectoryAccess(servers=[url], ca_file=server.ca_file))
            assert "its certificate is not for localhost" in why.message


def test_a_name_that_dns_does_not_know(access: Access) -> None:
    why = refused(access(servers=["ldaps://dc1.does-not-exist.invalid"]))
    assert "the name dc1.does-not-exist.invalid is not known" in why.message
    assert "DNS" in str(why.hint)


def test_nobody_listens(access: Access) -> None:
    why = refused(access(servers=[f"ldap://127.0.0.1:{free_port()}"]))
    assert "the connection is refused" in why.message


def test_a_server_that_says_nothing(access: Access, slapd: Slapd) -> None:
    with Cutter(slapd.port, after=0, silent=True) as proxy, socket.create_server(("127.0.0.1", 0)) as deaf:
        for url in (f"ldap://localhost:{proxy.port}", f"ldaps://localhost:{deaf.getsockname()[1]}"):
            why = refused(access(servers=[url], connect_seconds=0.2, answer_seconds=0.2))
            assert "does not answer in time" in why.message


def test_ldaps_on_a_port_that_speaks_plain_ldap(access: Access, slapd: Slapd) -> None:
    why = refused(access(servers=[f"ldaps://localhost:{slapd.port}"]))
    assert "636" in str(why.hint)


def test_plain_ldap_on_a_port_that_speaks_tls(access: Access, slapd: Slapd) -> None:
    why = refused(access(servers=[f"ldap://localhost:{slapd.tls_port}"]))
    assert f"ldap://localhost:{slapd.tls_port}: StartTLS: " in why.message


def test_the_first_server_that_answers_is_taken(access: Access, slapd: Slapd) -> None:
    dead = f"ldap://127.0.0.1:{free_port()}"
    with connect(access(servers=[dead, slapd.url, slapd.secure])) as directory:
        assert directory.server == slapd.url


def test_a_server_that_is_just_being_started_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with Slapd() as server:
        server.stop()
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            server._start()

        monkeypatch.setattr(opening, "sleep", sleep)
        with connect(DirectoryAccess(servers=[server.url], ca_file=server.ca_file)) as directory:
            assert directory.server == server.url
        assert len(slept) == 1


def test_what_will_not_be_better_soon_is_told_at_once(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "sleep", lambda seconds: pytest.fail("it waits"))
    assert "authority" in refused(access(ca_file=None)).message


def test_if_none_answers_each_is_named(access: Access) -> None:
    dead = [f"ldap://127.0.0.1:{free_port()}", "ldaps://dc1.does-not-exist.invalid"]
    why = refused(access(servers=dead))
    assert why.message.startswith("none of 2 servers answers: ")
    assert all(server in why.message for server in dead)


def test_a_client_certificate_signs_in(access: Access, slapd: Slapd, tmp_path: Path) -> None:
    """SASL EXTERNAL: the anonymous may not see ou=secret, whoever signed in may."""
    certificate = slapd.authority.issue_cert("limner@acme.example", common_name="limner")
    file = tmp_path / "client.pem"
    certificate.private_key_and_cert_chain_pem.write_to_path(file)
    with connect(access(sasl="external", client_certificate=file)) as directory:
        assert directory.read(f"ou=secret,{SUFFIX}", ["ou"]) is not None


def test_files_of_certificates_that_are_none(access: Access, tmp_path: Path) -> None:
    (tmp_path / "rubbish").write_text("rubbish")
    for bad in (tmp_path / "rubbish", tmp_path / "none"):
        assert str(bad) in refused(access(ca_file=bad)).message
        assert str(bad) in refused(access(sasl="external", client_certificate=bad)).message


def test_kerberos_without_its_package_says_what_to_install(access: Access) -> None:
    pytest.importorskip("ldap3")
    try:
        import gssapi  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        why = refused(access(sasl="gssapi"))
        assert "a package that is not installed" in why.message
        assert why.hint == "pip install gssapi"
