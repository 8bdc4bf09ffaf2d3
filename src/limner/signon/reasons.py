"""The reasons that a Sametime community server gives when it ends a session, in words.

The codes are those of the Meanwhile library's `mw_error.h` (read there, not copied); they travel in the DESTROY
message of channel 0, and clients write them into their logs.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from limner.signon.evidence import Cause


class Reason(NamedTuple):
    """One reason: its name in the field's own spelling, what it means, and the cause that it speaks for."""

    name: str
    words: str
    cause: Cause


REASONS: Final[dict[int, Reason]] = {
    0x80000003: Reason("NOT_AUTHORIZED", "the user is not authorized", Cause.USER_REFUSED),
    0x80000011: Reason("USER_SKETCHY", "the user is invalid or not trusted", Cause.USER_REFUSED),
    0x80000015: Reason("TOKEN_INVALID", "the token is invalid", Cause.TOKEN_INVALID),
    0x80000016: Reason("TOKEN_EXPIRED", "the token has expired", Cause.TOKEN_EXPIRED),
    0x80000017: Reason("TOKEN_IP_MISMATCH", "the token was made for another IP address", Cause.TOKEN_INVALID),
    0x80000200: Reason("VERSION_MISMATCH", "client and server speak different versions", Cause.CLIENT_REFUSED),
    0x8000020B: Reason("SERVER_FULL", "the server takes no more users", Cause.COMMUNITY_SERVER),
    0x80000210: Reason("USER_RESTRICTED", "the user is restricted", Cause.USER_REFUSED),
    0x80000211: Reason("INCORRECT_LOGIN", "user name or password is wrong", Cause.USER_REFUSED),
    0x80000212: Reason("ENCRYPT_MISMATCH", "client and server do not agree on encryption", Cause.CLIENT_REFUSED),
    0x80000213: Reason("USER_UNREGISTERED", "the directory does not have the user", Cause.DIRECTORY),
    0x80000214: Reason("VERIFICATION_DOWN", "the directory or its service does not answer", Cause.DIRECTORY),
    0x80000219: Reason("USER_RE_LOGIN", "the user logged in somewhere else", Cause.OTHER),
    0x80000226: Reason("CONNECTION_CLOSED", "the connection was closed", Cause.NETWORK),
    0x80000227: Reason("MULTI_SERVER_LOGIN", "the user is logged in at another server", Cause.OTHER),
    0x80000228: Reason("MULTI_SERVER_LOGIN", "the user is logged in at another server", Cause.OTHER),
    0x8000022A: Reason("LOGIN_ALREADY", "the user is logged in already", Cause.OTHER),
    0x8000022B: Reason("SERVER_BROKEN", "the server is misconfigured", Cause.COMMUNITY_SERVER),
    0x8000022C: Reason("SERVER_PATH_OLD", "the client's path to the server is out of date", Cause.COMMUNITY_SERVER),
}
