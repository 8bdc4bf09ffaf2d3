"""The numbers of the Sametime VP protocol in words, after the open "meanwhile" and IBM technote swg21114318."""

from __future__ import annotations

from typing import Final

from limner.signon.reasons import REASONS

LOGINS: Final = {
    0: "a password, not encrypted",
    1: "a token",
    2: "a password, encrypted (RC2, 40 bits)",
    4: "a password, encrypted (RC2, 128 bits)",
}
TOKEN_LOGIN: Final = 1
TOKEN_INVALID: Final = 0x80000015
TOKEN_EXPIRED: Final = 0x80000016
INCORRECT_LOGIN: Final = 0x80000211

CLIENTS: Final = {
    0x1002: "an old client",
    0x1003: "an old client",
    0x100A: "an old client",
    0x1200: "Notes 6.5",
    0x1214: "Notes 7.0",
    0x130A: "Sametime Connect 8.0.2",
    0x130B: "Sametime Connect 8.5.0",
    0x130C: "Sametime Connect 8.5.1",
    0x130D: "Sametime Connect 8.5.2",
    0x130E: "Sametime Connect 9.0",
    0x130F: "Sametime Connect 9.0.1",
    0x1700: "a client built with Meanwhile",
}


def reason(code: int) -> str:
    """Give a reason code in words, and the code itself."""
    if code in REASONS:
        return f"{REASONS[code].words} ({REASONS[code].name}, 0x{code:08X})"
    return "no error" if code == 0 else f"reason 0x{code:08X}, which is not known to limner"


def client(kind: int) -> str:
    """Give a client type in words, and the number itself."""
    family = "a client embedded in Notes" if kind >> 8 == 0x12 else "a client that is not known to limner"
    return f"{CLIENTS.get(kind, family)} (type 0x{kind:04X})"


def login(kind: int) -> str:
    """Give a log-in type in words."""
    return LOGINS.get(kind, f"a log-in of type {kind}, which is not known to limner")
