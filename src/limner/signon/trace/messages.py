"""Messages of Notes, Domino and Sametime that name a cause of a failed log-in, wherever in a log they stand.

Domino's texts and codes are those of HCL's domino-jnx (Apache 2.0) and of the C API's headers; those of Sametime
clients are from reports of administrators.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from limner.signon.evidence import Cause, Strength, Weight
from limner.signon.reasons import REASONS

HAMPEL: Final = "blog.thomashampel.com, Sametime Missing single sign on token (2013, 2015)"
CODES: Final = "HCL domino-jnx; Notes C API headers"
VP: Final = "Meanwhile, mw_error.h"


class Message(NamedTuple):
    """A message: its code where it has one, what it means, and the cause that it speaks for."""

    code: str | None
    pattern: str
    words: str
    cause: Cause
    weight: Weight = Weight.STRONG
    strength: Strength = Strength.SEEN
    source: str = CODES


_TRY_LATER = "nothing answered, or a refused name looks so to the client: see the lines before it"
MESSAGES: Final = (
    Message(
        "0x0820",
        r"You requested server (?P<asked>\S.*?) but connected to (?P<server>\S.*?)(?:\.(?:\s|$)|$)",
        "another server answered than the one asked for",
        Cause.NAME_CHECK,
        Weight.CONCLUSIVE,
    ),
    Message(
        "0x0804",
        r"server you connected to has a different name from the one requested",
        "another server answered than the one asked for",
        Cause.NAME_CHECK,
        Weight.CONCLUSIVE,
    ),
    Message(
        "0x0AE3",
        r"server that answered does not have the expected name",
        "another server answered than the one asked for",
        Cause.NAME_CHECK,
        Weight.CONCLUSIVE,
    ),
    Message(
        "0x0FF0",
        r"You have requested (?P<asked>\S.*?) but have reached (?P<server>\S.*?)\.(?:\s|$)",
        "another server answered than the one asked for",
        Cause.NAME_CHECK,
    ),
    Message(
        "0x0803", r"Unable to find path to server", "no way to the server was found", Cause.UNRESOLVED, Weight.SIGN
    ),
    Message(
        "0x0807", r"The server is not responding\. The server may be down", _TRY_LATER, Cause.SERVER_DOWN, Weight.HINT
    ),
    Message(
        "0x0FC7",
        r"A previous attempt to reach the server was unsuccessful",
        "an earlier attempt failed, and was not repeated",
        Cause.OTHER,
        Weight.HINT,
    ),
    Message("0x0A02", r"Remote system no longer responding", "the connection broke", Cause.NETWORK, Weight.SIGN),
    Message("0x0A0A", r"Remote system not responding", "nothing answered", Cause.NETWORK, Weight.SIGN),
    Message(
        "0x0FF3",
        r"DNS resolver error|Host name lookup failure|Unknown host\b|No address associated with (?:host)?name",
        "DNS does not know the name, or did not answer",
        Cause.UNRESOLVED,
    ),
    Message(
        "0x080E",
        r"identity is either unknown or fraudulent",
        "one side does not trust the other's ID",
        Cause.IDENTITY,
        Weight.CONCLUSIVE,
    ),
    Message(
        "0x1934",
        r"does not contain any cross certificates capable of authenticating",
        "a cross certificate is missing",
        Cause.IDENTITY,
        Weight.CONCLUSIVE,
    ),
    Message(
        "0x092E",
        r"You are not authorized to use the server",
        "the user may not use the server (Server document, tab Security)",
        Cause.SERVER_ACCESS,
        Weight.CONCLUSIVE,
    ),
    Message(
        "0x0939",
        r"Server document in Domino Directory does not contain a network name",
        "the server's port has no network name",
        Cause.SSO_CONFIGURATION,
        Weight.HINT,
    ),
    Message(
        "0x0AFD",
        r"Server record not found\. The Server Name in ID file",
        "the server's ID and its document have different names",
        Cause.NAME_CHECK,
    ),
    Message(
        "0x04BC",
        r"Single Sign-On token is invalid|SSO token is invalid|Token failed verification",
        "the token cannot be verified",
        Cause.TOKEN_INVALID,
    ),
    Message(
        "0x04BD",
        r"Single Sign-On token is expired|SSO token is expired|(?<!\w)Token is expired",
        "the token has expired",
        Cause.TOKEN_EXPIRED,
    ),
    Message(
        "0x04BE", r"unknown WebSphere LDAP realm", "the token is of a realm that is not known here", Cause.DIRECTORY
    ),
    Message(
        "0x04BF",
        r"(?:Single Sign-On|SSO) configuration is invalid",
        "the Web SSO document is not sound",
        Cause.SSO_CONFIGURATION,
    ),
    Message("0x963D", r"token creation time (?:is )?in the future", "the token was made in the future", Cause.CLOCKS),
    Message(
        "0x9644",
        r"token type does not match the configuration",
        "the token is of a kind that the configuration does not allow",
        Cause.TOKEN_VERSION,
    ),
    Message(
        "0x9645",
        r"(?:Single Sign-On|SSO) is not configured for the server|SSO is not configured",
        "the server has no Web SSO document",
        Cause.SSO_CONFIGURATION,
    ),
    Message(
        None,
        r"Missing single sign[- ]?on token",
        "the client has no token for the community's host: its DNS domain, the token's and the server's differ",
        Cause.TOKEN_DOMAIN,
        Weight.STRONG,
        Strength.SAID,
        HAMPEL,
    ),
    Message(
        None,
        r"LoginException: Server Unavailable",
        "the Notes client could not get a token from the authentication server: the form of its name, or no way to it",
        Cause.NAME_CHECK,
        Weight.SIGN,
        Strength.SAID,
        HAMPEL,
    ),
    Message(
        "CWPST0306W",
        r"CWPST0306W",
        "the log-in method of the client failed; the exception beside it says why",
        Cause.OTHER,
        Weight.HINT,
        Strength.SAID,
        HAMPEL,
    ),
    Message(
        None,
        r"managed-community-configs\.xml.{0,200}?(?:not found|404|403|refused|Exception|not well.?formed|parse)",
        "the client could not read managed-community-configs.xml",
        Cause.COMMUNITY_FILE,
        Weight.SIGN,
        Strength.INFERRED,
        "HCL Sametime, managed communities",
    ),
)
_COMPILED: Final = tuple((message, re.compile(message.pattern, re.IGNORECASE)) for message in MESSAGES)
_WORDS: Final = (  # of which each text has one: most lines of a log are passed over at once
    *("requested", "different name", "expected name", "path to server", "not responding", "longer responding"),
    *("unsuccessful", "resolver", "unknown host", "lookup failure", "no address", "fraudulent", "cross cert"),
    *("not authorized", "network name", "record not found", "sign-on", "sign on", "signon", "sso", "verification"),
    *("is expired", "realm", "in the future", "token type", "unavailable", "cwpst", "managed-community"),
    *("80000", "-21474"),
)
_CODE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:0x)?(80000[02][0-9A-Fa-f]{2})(?![0-9A-Za-z])|(?<![\w-])(-21474[0-9]{5})(?!\d)"
)


class Found(NamedTuple):
    """A message in a text, and the names in it."""

    message: Message
    names: tuple[str, ...]
    server: str | None = None


def has_word(text: str) -> bool:
    """Whether a text has a word without which no message is in it."""
    text = text.lower()
    return any(word in text for word in _WORDS)


def messages(text: str) -> Iterator[Found]:
    """Yield the messages that a text has, and the reason codes of Sametime."""
    if not has_word(text):
        return
    for message, pattern in _COMPILED:
        if match := pattern.search(text):
            groups = match.groupdict()
            yield Found(message, tuple(name.strip() for name in groups.values() if name), groups.get("server"))
    for match in _CODE.finditer(text):
        code = int(match[1], 16) if match[1] else int(match[2]) & 0xFFFFFFFF
        if code in REASONS:
            reason = REASONS[code]
            yield Found(_of_reason(code, reason.name, reason.words, reason.cause), ())


def _of_reason(code: int, name: str, words: str, cause: Cause) -> Message:
    return Message(f"0x{code:08X} {name}", "", words, cause, Weight.STRONG, Strength.SEEN, VP)
