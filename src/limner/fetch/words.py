"""What went wrong, in the words of whoever has to mend it."""

from __future__ import annotations

import email.utils
import ssl
import time

import httpcore

from limner.fetch.errors import FetchError

AGAIN = frozenset((408, 429, 502, 503, 504))  # statuses that may be another one in a moment
AFTER_LIMIT = 86_400.0  # seconds; who says longer is not taken at their word

_CERTIFICATE = {  # OpenSSL's X509_V_ERR_*
    9: "is not valid yet: is this machine's clock right?",
    10: "has expired",
    18: "is signed by itself",
    19: "is signed by an authority that this machine does not know",
    20: "is signed by an authority that this machine does not know, or sent without the ones in between",
    21: "is sent without the ones in between, or signed by an authority that this machine does not know",
    23: "was revoked",
    62: "is for another name",
    64: "is for another address",
}
_CERTIFICATE_HINTS = {
    9: None,
    10: "whoever runs that server renews it; nothing is fetched meanwhile",
    23: None,
    62: "ask the server by a name that its certificate holds",
    64: "ask the server by its name, not by its address",
}
_STATUS = {
    400: "the server does not understand the request",
    401: "the server does not accept the user and password, or wants some",
    403: "the server does not allow it to this user",
    404: "there is no such thing",
    407: "the proxy wants a user and password",
    410: "it is gone",
    429: "the server was asked too often",
    500: "the server has a problem of its own",
    502: "the gateway before the server has a problem",
    503: "the server is not available now",
    504: "the server behind the gateway does not answer",
}
_STATUS_HINTS = {
    401: "check the user and the password in the settings",
    403: "check the rights of the user in the settings",
    407: 'write them into HTTPS_PROXY=http://user:password@proxy:3128, and [fetch] proxy = "environment"',
}


def of_status(shown: str, status: int, after: str | None) -> FetchError:
    """Make the error for a status that was not hoped for; `after` is the Retry-After line, where there is one."""
    words = _STATUS.get(status, "the server's answer is no use")
    return FetchError(
        f"{shown}: {words} ({status})",
        kind="status",
        status=status,
        hint=_STATUS_HINTS.get(status),
        again=status in AGAIN,
        after=seconds_after(after, time.time()),
    )


def seconds_after(text: str | None, now: float) -> float:
    """Read a Retry-After line (RFC 9110 10.2.3): seconds, or a date. Gives seconds from `now` on; 0 for rubbish."""
    text = (text or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:12]), AFTER_LIMIT)
    try:
        return min(max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now), AFTER_LIMIT)
    except (ValueError, OverflowError, OSError, TypeError):
        return 0.0


def of_failure(shown: str, host: str, why: Exception, seconds: float) -> FetchError:
    """Make the error for what httpcore raised; `seconds` are those that the whole request might take."""
    below = _below(why)
    if isinstance(below, ssl.SSLCertVerificationError):
        code = below.verify_code
        words = _CERTIFICATE.get(code, f"cannot be verified ({below.verify_message})")
        hint = _CERTIFICATE_HINTS.get(code, 'name the authority\'s certificate in the settings: [fetch] ca = "ca.pem"')
        return FetchError(f"{shown}: the certificate of {host} {words}", kind="certificate", hint=hint)
    if isinstance(below, ssl.SSLError):
        reason = (below.reason or str(below)).replace("_", " ").lower()
        hint = "is that an http port?" if "wrong version" in reason or "record layer" in reason else None
        return FetchError(f"{shown}: no TLS with {host}: {reason}", kind="unreachable", hint=hint, again=hint is None)
    if isinstance(why, httpcore.ProxyError):
        return FetchError(f"{shown}: the proxy refuses: {str(why)[:200]}", kind="unreachable")
    if isinstance(why, httpcore.TimeoutException):
        return FetchError(f"{shown}: no answer within {seconds:.3g} s", kind="late", again=True)
    if isinstance(why, httpcore.ConnectError):
        reason = below.strerror if isinstance(below, OSError) and below.strerror else str(why)
        hint = "is it running, and does this machine have a way to it?"
        return FetchError(f"{shown}: {host} does not answer: {reason}", kind="unreachable", hint=hint, again=True)
    if isinstance(why, httpcore.ProtocolError):
        return FetchError(f"{shown}: the answer ends early, or is no HTTP: {str(why)[:200]}", kind="broken", again=True)
    return FetchError(f"{shown}: the connection broke: {str(below) or type(below).__name__}", kind="broken", again=True)


def _below(why: BaseException) -> BaseException:
    """Give the first cause of an exception, which says most: httpcore wraps it up, and the pool drops the link."""
    while why.args and isinstance(why.args[0], BaseException):
        why = why.args[0]
    return why
