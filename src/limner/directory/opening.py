"""Opening a directory: the first server that answers, encrypted and verified, then signed in."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from time import sleep
from urllib.parse import urlsplit

import ldap3

from limner import settings
from limner.directory.explain import CREDENTIALS, TRY_ANOTHER, border, refusal
from limner.directory.session import Directory
from limner.errors import DirectoryError
from limner.settings.credential import read_secret

STARTTLS = "1.3.6.1.4.1.1466.20037"  # RFC 4511 section 4.14
PAUSES = (0.5, 2.0)  # seconds before each further try: a server that is started anew is soon back


def connect(access: settings.DirectoryAccess) -> Directory:
    """Open the first server that answers, and sign in; where none does, and one may be about to, try again soon.

    A user or password that is wrong is not tried at the next server: it would lock the account. Raises DirectoryError
    with what is wrong with every server, SettingsError for a password that cannot be read.
    """
    secret = read_secret(access.password_file, access.password_env, "password of the directory")
    context = _context(access)
    for pause in (*PAUSES, None):
        opened, failures = _first(access, secret, context)
        if opened is not None:
            return opened
        if pause is None or not any(why.again for why in failures):
            break
        sleep(pause)
    if len(failures) == 1:
        raise failures[0]
    raise DirectoryError(
        f"none of {len(failures)} servers answers: {'; '.join(why.message for why in failures)}", hint=failures[0].hint
    )


def _first(
    access: settings.DirectoryAccess, secret: str | None, context: ssl.SSLContext
) -> tuple[Directory | None, list[DirectoryError]]:
    """Open the first server that answers; give also what is wrong with those before it."""
    failures: list[DirectoryError] = []
    for server in access.servers:
        try:
            return _open(server, access, secret, context), failures
        except DirectoryError as why:
            if why.code is not None and why.code not in TRY_ANOTHER:
                raise
            failures.append(why)
    return None, failures


def _context(access: settings.DirectoryAccess) -> ssl.SSLContext:
    """Make what verifies certificates; Python's defaults check the chain, the dates and the name, from TLS 1.2 on."""
    try:
        context = ssl.create_default_context(cafile=str(access.ca_file) if access.ca_file else None)
    except (OSError, ssl.SSLError) as why:
        raise DirectoryError(
            f"cannot read certificates from {access.ca_file}: {_reason(why)}", hint="`ca_file` is a file in PEM format"
        ) from None
    if access.client_certificate:
        try:
            context.load_cert_chain(
                access.client_certificate, access.client_key, password=lambda: b""
            )  # never ask the terminal
        except (OSError, ssl.SSLError) as why:
            raise DirectoryError(
                f"cannot use the client certificate {access.client_certificate}: {_reason(why)}",
                hint="`client_certificate` and `client_key` are PEM files, the key without a passphrase",
            ) from None
    return context


def _reason(why: OSError) -> str:
    return (getattr(why, "reason", None) if isinstance(why, ssl.SSLError) else why.strerror) or str(why)


def _open(server: str, access: settings.DirectoryAccess, secret: str | None, context: ssl.SSLContext) -> Directory:
    parts = urlsplit(server)
    host = parts.hostname or ""
    secure = parts.scheme == "ldaps"
    plain: socket.socket | None = None
    try:
        with border(server, ""):
            plain = socket.create_connection((host, parts.port or (636 if secure else 389)), access.connect_seconds)
            if secure:
                plain = context.wrap_socket(plain, server_hostname=host)
            session = _session(host, access, secret)
            _take(session, plain)
        if not secure and access.starttls:
            with border(server, "StartTLS"):
                _starttls(server, session, host, context)
        plain = session.socket
        plain.settimeout(access.answer_seconds)
        _bind(server, session)
        return Directory(server, session, access.answer_seconds, access.page_size)
    except BaseException:
        if plain is not None:
            with suppress(OSError):
                plain.close()
        raise


def _session(host: str, access: settings.DirectoryAccess, secret: str | None) -> ldap3.Connection:
    """Make the library's connection, without a socket yet; no referrals, no schema, nothing done on its own."""
    kinds = {"external": ldap3.EXTERNAL, "gssapi": ldap3.KERBEROS}
    authentication = ldap3.SASL if access.sasl else ldap3.SIMPLE if access.user else ldap3.ANONYMOUS
    return ldap3.Connection(
        ldap3.Server(host, get_info=ldap3.NONE),
        user=access.user or None,
        password=secret,
        authentication=authentication,
        sasl_mechanism=kinds.get(access.sasl),
        sasl_credentials="" if access.sasl == "external" else None,
        auto_bind=ldap3.AUTO_BIND_NONE,
        auto_referrals=False,
        auto_range=False,
        check_names=False,
        fast_decoder=True,
        raise_exceptions=False,
    )


def _take(session: ldap3.Connection, opened: socket.socket) -> None:
    """Give the library a socket that is open: its own way loses why one could not be opened or trusted."""
    session.socket = opened
    session.closed = False
    session.listening = True
    session.strategy._outstanding = {}  # noqa: SLF001 - what its open() does beside opening


def _starttls(server: str, session: ldap3.Connection, host: str, context: ssl.SSLContext) -> None:
    session.extended(STARTTLS)
    code = session.result["result"]
    if code != 0:
        raise DirectoryError(
            f"{server}: the server does not do StartTLS ({session.result['description']})",
            hint='write "ldaps://..." if it does that, or give it a certificate',
        )
    session.socket = context.wrap_socket(session.socket, server_hostname=host)
    session.tls_started = True


def _bind(server: str, session: ldap3.Connection) -> None:
    try:
        with border(server, "signing in"):
            session.bind(read_server_info=False)
            code, said = int(session.result["result"]), str(session.result.get("message") or "")
    except DirectoryError:
        raise
    except Exception as why:  # noqa: BLE001 - GSSAPI's own exceptions, known only where its package is installed
        raise DirectoryError(
            f"{server}: signing in by Kerberos: {' '.join(str(why).split())[:300]}",
            hint="`klist` shows whether there is a ticket",
            code=CREDENTIALS,
        ) from None
    if code != 0:
        raise refusal(server, "signing in", code, said)
