"""How a pass travels: the link that a guest is sent, and the cookie that it turns into."""

from __future__ import annotations

from limner.policy.by_pass import COOKIE, SECURE_COOKIE
from limner.settings import Passes


def link_of(setting: Passes, token: str) -> str:
    """Give the link of a pass; only its path, where the settings do not say at which site guests find limner."""
    return f"{setting.site or ''}/pass/{token}"


def cookie_line(setting: Passes, number: str, token: bytes, seconds: int, *, secure: bool) -> bytes:
    """Give the header line that sets the cookie of a pass for so many seconds.

    Over https it is a `__Host-` cookie (RFC 6265bis section 4.1.3.2): no other host can set or read it. Each pass has
    its own, so that a guest of two meetings sees the faces of both.
    """
    name = (SECURE_COOKIE if secure else COOKIE) + number[:8].encode("ascii")
    words = [name + b"=" + token, b"Path=/", b"Max-Age=%d" % seconds, b"HttpOnly"]
    words.append(b"SameSite=" + setting.same_site.capitalize().encode("ascii"))
    if secure:
        words.append(b"Secure")
    if setting.partitioned:
        words.append(b"Partitioned")
    return b"Set-Cookie: " + b"; ".join(words) + b"\r\n"
