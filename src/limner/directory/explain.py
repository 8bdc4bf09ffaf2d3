"""What a failure means: what sockets, TLS and the LDAP library raise, and result codes, in an administrator's words."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from ldap3.core.exceptions import LDAPExceptionError, LDAPPackageUnavailableError

from limner.directory.wire import BrokenWireError
from limner.errors import DirectoryError

SIZE_LIMIT, REFERRAL, NOT_CRITICAL, NO_SUCH_OBJECT, CREDENTIALS, NO_RIGHTS = 4, 10, 12, 32, 49, 50
TRY_ANOTHER = frozenset((51, 52))  # busy, unavailable: another server may answer

# result codes (RFC 4511, appendix A.2) that mean something to do
_CODES = {
    3: ("it takes too long for the server", "ask for less at a time: `page_size`; or raise the server's time limit"),
    SIZE_LIMIT: (
        "the server gives no more entries at once",
        "lower `page_size`, or raise the size limit of the account that limner binds as (OpenLDAP: `olcLimits`)",
    ),
    7: ("the server does not know this way to sign in", None),
    8: ("the server asks for an encrypted connection", 'write "ldaps://..." or leave `starttls` on'),
    REFERRAL: ("the server refers to another one, and limner follows no referrals", "name that server in `servers`"),
    11: ("the server's own limit is reached", "lower `page_size`, or ask for less with `filter`"),
    NOT_CRITICAL: ("the server does not know a control that is needed for this", None),
    13: ("the server asks for an encrypted connection", 'write "ldaps://..." or leave `starttls` on'),
    16: ("the entry has no such attribute, or the directory does not know it", "see the server's schema"),
    17: ("the directory does not know the attribute", "see the server's schema"),
    19: ("a value is not allowed there", "too long for the attribute, or one value too many"),
    21: ("a value is not what the attribute takes", "Active Directory takes at most 102400 bytes of thumbnailPhoto"),
    NO_SUCH_OBJECT: ("there is no such entry", "see `base`, and whether the account that limner binds as may read it"),
    34: ("not a distinguished name", "such as ou=people,dc=example,dc=com"),
    48: ("the server does not take this way to sign in", "set `user` and a password"),
    CREDENTIALS: ("the user or the password is wrong", "see `user` and the password file or variable"),
    NO_RIGHTS: ("the account may not do this", "give the account that limner binds as the right to it"),
    51: ("the server is busy", "try again later"),
    52: ("the server is not available", "try again later"),
    53: ("the server is not willing to do it", None),
    65: ("the entry's object class does not take the attribute", None),
    68: ("there is such an entry already", None),
}

# the codes that Active Directory adds to a bind that failed ("data 52e"): Microsoft's system error codes in hex
_AD_BIND = {
    "525": "there is no such user",
    "52e": "the password is wrong",
    "530": "the account may not sign in at this time",
    "531": "the account may not sign in from this machine",
    "532": "the password has expired",
    "533": "the account is disabled",
    "701": "the account has expired",
    "773": "the password must be changed first",
    "775": "the account is locked",
}


def refusal(server: str, what: str, code: int, said: str) -> DirectoryError:
    """Give the error for a result code: what was asked of which server, and what the server said about it."""
    meaning, hint = _CODES.get(code, (f"the server refuses it (result {code})", None))
    ad = re.search(r"\bdata ([0-9a-f]{3})\b", said) if code == CREDENTIALS else None
    if ad:
        meaning = _AD_BIND.get(ad[1], meaning)
    elif (code == 1 and "000004DC" in said) or "00002020" in said:  # Active Directory to whoever has not signed in
        meaning, hint = "the server wants a sign-in first", "set `user` and a password"
    elif said and code != CREDENTIALS:
        meaning = f"{meaning} ({' '.join(said.split())[:200]})"
    return DirectoryError(f"{server}: {what}: {meaning}", hint=hint, code=code, again=code in TRY_ANOTHER)


@contextmanager
def border(server: str, what: str) -> Iterator[None]:
    """Turn exceptions of sockets, TLS and the LDAP library into DirectoryError."""
    try:
        yield
    except (OSError, BrokenWireError, LDAPExceptionError, ValueError, LookupError, TypeError) as why:
        # the library's decoders trust their input: what is not LDAP ends in any of the last three
        raise explain(server, what, why) from None


def explain(server: str, what: str, why: Exception) -> DirectoryError:
    """Give the error for an exception."""
    text, hint = _words(server, why)
    again = isinstance(why, ConnectionError | BrokenWireError) or (
        isinstance(why, socket.gaierror) and why.errno == socket.EAI_AGAIN
    )
    return DirectoryError(f"{server}: {f'{what}: ' if what else ''}{text}", hint=hint, again=again)


def _words(server: str, why: Exception) -> tuple[str, str | None]:
    host = re.sub(r"^ldaps?://|:\d+$", "", server)
    if isinstance(why, ssl.SSLError):
        return _tls(host, why)
    if isinstance(why, socket.gaierror):
        return f"the name {host} is not known", "is it spelled right, and does DNS answer? see /etc/resolv.conf"
    if isinstance(why, ConnectionRefusedError):
        return "the connection is refused", "does the server run, and is this its port? 389 is ldap, 636 is ldaps"
    if isinstance(why, TimeoutError):
        return "it does not answer in time", "is there a firewall in between? see `connect_seconds`, `answer_seconds`"
    if isinstance(why, BrokenWireError):
        return str(why), "nothing is lost: run the same command again; if it stays, see the server's log"
    if isinstance(why, LDAPPackageUnavailableError):
        return "Kerberos needs a package that is not installed", "pip install gssapi"
    if isinstance(why, ConnectionError | LDAPExceptionError) and re.search(
        "reset|pipe|receiving data|terminated by server|sending error", str(why)
    ):
        return "the server ended the connection", "see the server's log; a plain ldap:// port does not speak ldaps"
    if isinstance(why, OSError):
        return (why.strerror or str(why) or type(why).__name__), None
    if isinstance(why, LDAPExceptionError):
        return " ".join(str(why).split())[:200] or type(why).__name__, None
    return "it answers with something that is not LDAP", None


_UNTRUSTED = "set `ca_file` to the PEM file of the authority that signs your directory's certificates"


def _tls(host: str, why: ssl.SSLError) -> tuple[str, str | None]:
    if not isinstance(why, ssl.SSLCertVerificationError):
        reason = getattr(why, "reason", None)
        if isinstance(why, ssl.SSLEOFError) or reason in ("WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING"):
            return "it does not speak TLS on this port", "ldaps:// is port 636; for StartTLS write ldap://"
        return f"TLS fails ({reason or why})", "`openssl s_client` shows what the server offers"
    code = why.verify_code  # X509_V_ERR_... of OpenSSL's x509_vfy.h
    if code in (62, 64):
        return (
            f"its certificate is not for {host}",
            "write the name that stands in the certificate into `servers`",
        )
    if code == 10:
        return "its certificate has expired", "renew it on the server"
    if code == 9:
        return "its certificate is not valid yet", "is the clock of this machine right?"
    if code in (18, 19, 20, 21):
        return "its certificate is signed by an authority that is not known here", _UNTRUSTED
    return f"its certificate is not good: {why.verify_message}", None
