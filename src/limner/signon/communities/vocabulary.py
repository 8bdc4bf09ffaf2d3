"""The words of the file: elements, attributes and values, as HCL's page has them in its tables and samples."""

from __future__ import annotations

from enum import Enum
from typing import Final

NAME: Final = "managed-community-configs.xml"
SOURCE: Final = "HCL Sametime, Managed community settings"
ROOT: Final = "managed-communities"
COMMUNITY: Final = "managed-community"
ACTION: Final = "managed-community-action"
CONNECTION: Final = "connection"  # only in the sample, never in the tables
OVERLAPPING: Final = "deleteOverlappingCommunities"
DEFAULT_PORT: Final = 1533


class Form(Enum):
    """What an attribute's value has to look like."""

    TEXT = "a text"
    HOST = "a host name"
    BOOLEAN = "true or false"
    PORT = "a port from 1 to 65535"
    SECONDS = "a whole number"
    URL = "a URL"
    CONNECTION = "a connection type"
    AUTH = "an authentication type"
    TYPE = "a type of action"


COMMUNITY_ATTRIBUTES: Final = {
    "id": Form.HOST,
    "host": Form.HOST,
    "newHost": Form.HOST,
    "name": Form.TEXT,
    "savePassword": Form.BOOLEAN,
    "loginAtStartup": Form.BOOLEAN,
    "useGlobalConnContext": Form.BOOLEAN,
    "useGlobalConnSettings": Form.BOOLEAN,
    "connectionType": Form.CONNECTION,
    "authServerUrl": Form.URL,
    "authType": Form.AUTH,
    "port": Form.PORT,
    "proxyHost": Form.TEXT,  # the sample has a URL there
    "proxyPort": Form.PORT,
    "loginByToken": Form.BOOLEAN,
    "sendKeepAlive": Form.BOOLEAN,
    "keepAliveInterval": Form.SECONDS,
    OVERLAPPING: Form.BOOLEAN,
}
CONNECTION_ATTRIBUTES: Final = {
    name: COMMUNITY_ATTRIBUTES[name]
    for name in ("connectionType", "proxyHost", "proxyPort", "useGlobalConnContext", "useGlobalConnSettings", "port")
}
ACTION_ATTRIBUTES: Final = {
    "managed-community-id": Form.HOST,
    "type": Form.TYPE,
    "restart": Form.BOOLEAN,
    "applyDefaultCommunityUsername": Form.BOOLEAN,
    "createNewConfig": Form.BOOLEAN,
}
ROOT_ATTRIBUTES: Final = {OVERLAPPING: Form.BOOLEAN}
ATTRIBUTES: Final = {
    ROOT: ROOT_ATTRIBUTES,
    COMMUNITY: COMMUNITY_ATTRIBUTES,
    CONNECTION: CONNECTION_ATTRIBUTES,
    ACTION: ACTION_ATTRIBUTES,
}
REQUIRED: Final = {COMMUNITY: ("id", "host"), ACTION: ("managed-community-id", "type")}
TYPES: Final = ("update", "add", "delete", "reset")
ONLY_WITH: Final = {"restart": "update", "applyDefaultCommunityUsername": "add", "createNewConfig": "reset"}
CONNECTION_TYPES: Final = (
    *("useBrowserSettings", "direct", "tls-direct", "http-direct"),
    *("socks4-proxy", "socks5-proxy", "http-proxy", "reverse-proxy"),
)
WITH_PROXY: Final = ("socks4-proxy", "socks5-proxy", "http-proxy", "reverse-proxy")
DOMINO: Final = "ST-DOMINO-SSO"
AUTH_TYPES: Final = ("TAM-SPNEGO", DOMINO)
# words of managed-settings.xml, another file in the same folder
OTHER_FILE: Final = frozenset(
    {"isLocked", "overwriteUnlocked", "restartRequired", "lastModDate", "settingGroup", "setting", "ManagedSettings"}
)
# in one of the file's communities, these change what the client does, and so are no mere address of the community
IDENTIFYING: Final = frozenset({"id", "host", OVERLAPPING})
