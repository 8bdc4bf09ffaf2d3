"""The numbers of the Sametime VP protocol in words, after the open "meanwhile" and IBM technote swg21114318."""

from __future__ import annotations

from typing import Final

from limner.signon.evidence import Cause

LOGINS: Final = {
    0: "a password, not encrypted",
    1: "a token",
    2: "a password, encrypted (RC2, 40 bits)",
    4: "a password, encrypted (RC2, 128 bits)",
}
TOKEN_LOGIN: Final = 1
TOKEN_EXPIRED: Final = 0x80000016
INCORRECT_LOGIN: Final = 0x80000211

REASONS: Final = {  # name, words, what a log-in that ends so most likely failed of
    0x80000003: ("NOT_AUTHORIZED", "the user is not allowed to do this", Cause.USER_REFUSED),
    0x80000011: ("USER_SKETCHY", "the user is not valid, or not trusted", Cause.USER_REFUSED),
    0x80000015: ("TOKEN_INVALID", "the token is not valid", Cause.TOKEN_INVALID),
    0x80000016: ("TOKEN_EXPIRED", "the token has expired", Cause.TOKEN_EXPIRED),
    0x80000017: ("TOKEN_IP_MISMATCH", "the token was made for another address of the client", Cause.TOKEN_INVALID),
    0x80000200: ("VERSION_MISMATCH", "the versions of client and server do not fit", Cause.CLIENT_REFUSED),
    0x8000020B: ("SERVER_FULL", "the server is full", Cause.COMMUNITY_SERVER),
    0x80000210: ("USER_RESTRICTED", "the user is restricted", Cause.USER_REFUSED),
    0x80000211: ("INCORRECT_LOGIN", "the user name or the password is wrong", Cause.DIRECTORY),
    0x80000212: ("ENCRYPT_MISMATCH", "client and server do not agree on encryption", Cause.CLIENT_REFUSED),
    0x80000213: ("USER_UNREGISTERED", "the user is not known to the server", Cause.DIRECTORY),
    0x80000214: (
        "VERIFICATION_DOWN",
        "the directory that log-ins are checked against does not answer",
        Cause.DIRECTORY,
    ),
    0x80000219: ("USER_RE_LOGIN", "the user logs in again somewhere else", Cause.OTHER),
    0x80000226: ("CONNECTION_CLOSED", "the connection was closed", Cause.OTHER),
    0x80000227: ("MULTI_SERVER_LOGIN", "the user is logged in at another server", Cause.OTHER),
    0x80000228: ("MULTI_SERVER_LOGIN", "the user is logged in at another server", Cause.OTHER),
    0x8000022A: ("LOGIN_ALREADY", "this client is logged in already", Cause.OTHER),
    0x8000022B: ("SERVER_BROKEN", "the server is misconfigured", Cause.COMMUNITY_SERVER),
    0x8000022C: ("SERVER_PATH_OLD", "the way to the user's server is out of date", Cause.COMMUNITY_SERVER),
}

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
        name, words, _ = REASONS[code]
        return f"{words} ({name}, 0x{code:08X})"
    return "no error" if code == 0 else f"reason 0x{code:08X}, which is not known to limner"


def client(kind: int) -> str:
    """Give a client type in words, and the number itself."""
    family = "a client embedded in Notes" if kind >> 8 == 0x12 else "a client that is not known to limner"
    return f"{CLIENTS.get(kind, family)} (type 0x{kind:04X})"


def login(kind: int) -> str:
    """Give a log-in type in words."""
    return LOGINS.get(kind, f"a log-in of type {kind}, which is not known to limner")
