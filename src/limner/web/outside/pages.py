"""The few plain pages of signing in: no script, nothing from elsewhere, every text escaped."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from limner.web.answers import Answer
from limner.web.missing import NEVER

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:0 1rem;"
    "background:#f6f5f2;color:#222}main{max-width:28rem;margin:15vh auto 1rem;padding:2rem;background:#fff;"
    "border-radius:8px;box-shadow:0 1px 6px #0002;overflow-wrap:anywhere}h1{font-size:1.3rem;margin:0 0 1rem}"
    "nav{display:flex;flex-wrap:wrap;gap:.5rem 1.2rem;align-items:center}p{margin:0 0 1.2rem}"
    "a,button{font:inherit;color:#2b5c8a}nav>:first-child,button{color:#fff;background:#2b5c8a;border:0;"
    "border-radius:6px;padding:.5rem 1rem;text-decoration:none;cursor:pointer}form{display:contents}"
    "@media(prefers-color-scheme:dark){body{background:#1b1b1d;color:#eee}main{background:#27272a}a{color:#8fbce6}}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
# Not `no-referrer`: a browser then sends `Origin: null` with the button's POST, which could be anybody's (Fetch
# standard, "append a request Origin header").
_HEAD = (
    f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'\r\nReferrer-Policy: same-origin\r\nContent-Type: text/html; charset=utf-8\r\n"
).encode("ascii") + NEVER


def page(status: int, title: str, text: str, *actions: str, lines: bytes = b"") -> Answer:
    """Give a page; `actions` are ready pieces of HTML (`link`, `button`), the first one the likeliest.

    `lines` are further header lines.
    """
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><main><h1>{escape(title)}</h1>"
        f"<p>{escape(text)}</p><nav>{' '.join(actions)}</nav></main></html>\n"
    )
    return Answer(status, _HEAD + lines, body.encode("utf-8", "replace"))


def link(to: str, text: str) -> str:
    """Give a link; the first action looks like a button."""
    return f'<a href="{escape(to, quote=True)}">{escape(text)}</a>'


def button(to: str, text: str) -> str:
    """Give a button that posts."""
    return f'<form method="post" action="{escape(to, quote=True)}"><button>{escape(text)}</button></form>'


def cookie(name: bytes, value: bytes, seconds: int) -> bytes:
    """Give the line that sets a cookie for this host only, not for scripts; 0 seconds takes it away."""
    return b"Set-Cookie: %s=%s; Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Lax\r\n" % (name, value, seconds)
