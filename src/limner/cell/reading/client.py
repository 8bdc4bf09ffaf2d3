"""Reads ssl.client.props: global keys, then blocks that repeat the same keys, each from its `com.ibm.ssl.alias` on.

Read as a plain properties file, in which the last key counts, it would show one block only, and a wrong one.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

import javaproperties

from limner.cell.errors import CellError
from limner.cell.model import ClientBlock, ClientProps, Note

SSL: Final = "properties/ssl.client.props"
SOAP: Final = "properties/soap.client.props"
_PREFIX: Final = "com.ibm.ssl."
# these stand within a block in some real files, and count for all
_GLOBAL: Final = {
    "com.ibm.security.useFIPS",
    "com.ibm.websphere.security.FIPSLevel",
    "com.ibm.ssl.defaultAlias",
    "com.ibm.ssl.performURLHostNameVerification",
    "user.root",
}


def read_properties(raw: bytes, file: str) -> list[tuple[str, str, int]]:
    """Give the keys and values of a properties file in its order, with their lines. Raises CellError."""
    found = []
    line = 1
    try:
        for item in javaproperties.parse(io.StringIO(raw.decode("iso-8859-1"))):
            if isinstance(item, javaproperties.KeyValue):
                found.append((item.key, item.value, line))
            line += max(1, item.source.count("\n"))
    except javaproperties.InvalidUEscapeError as why:
        raise CellError(f"{file}, line {line}: {why}") from None
    return found


def read_client(profile: Mapping[str, bytes], place: str) -> tuple[ClientProps | None, list[Note]]:
    """Read the client settings of a profile; None if it has none. Raises CellError."""
    if SSL not in profile:
        return None, []
    file = f"{place}: {SSL}"
    common: dict[str, str] = {}
    blocks: list[tuple[int, dict[str, str]]] = []
    for key, value, line in read_properties(profile[SSL], file):
        if key in _GLOBAL:
            common[key] = value.strip()
        elif key == f"{_PREFIX}alias":
            blocks.append((line, {"alias": value.strip()}))
        elif blocks and key.startswith(_PREFIX):
            blocks[-1][1][key.removeprefix(_PREFIX)] = value.strip()
    root = common.get("user.root", "")
    props = ClientProps(
        file=file,
        default_alias=common.get("com.ibm.ssl.defaultAlias", ""),
        blocks=tuple(_block(values, line, root) for line, values in blocks),
        verify_host=common.get("com.ibm.ssl.performURLHostNameVerification") == "true",
        fips=common.get("com.ibm.security.useFIPS") == "true",
        fips_level=common.get("com.ibm.websphere.security.FIPSLevel", ""),
        soap_alias=_soap_alias(profile, place),
    )
    return props, _notes(props)


def _block(values: Mapping[str, str], line: int, root: str) -> ClientBlock:
    def path(name: str) -> str:
        written = values.get(name, "")
        return written.replace("${user.root}", root) if root else written

    return ClientBlock(
        alias=values["alias"],
        protocol=values.get("protocol", ""),
        level=values.get("securityLevel", ""),
        ciphers=tuple(values.get("enabledCipherSuites", "").replace(",", " ").split()),
        key_store=path("keyStore"),
        key_store_type=values.get("keyStoreType", ""),
        key_store_password=values.get("keyStorePassword", ""),
        trust_store=path("trustStore"),
        trust_store_type=values.get("trustStoreType", ""),
        trust_store_password=values.get("trustStorePassword", ""),
        client_alias=values.get("keyStoreClientAlias", ""),
        dynamic=values.get("dynamicSelectionInfo", ""),
        line=line,
    )


def _soap_alias(profile: Mapping[str, bytes], place: str) -> str:
    if SOAP not in profile:
        return ""
    found = read_properties(profile[SOAP], f"{place}: {SOAP}")
    return next((value.strip() for key, value, _ in reversed(found) if key == f"{_PREFIX}alias"), "")


def _notes(props: ClientProps) -> list[Note]:
    aliases = [block.alias for block in props.blocks]
    named = (("defaultAlias", props.default_alias), ("soap.client.props", props.soap_alias))
    return [
        *(
            Note(file=props.file, line=block.line, text=f"there is a block {block.alias} before this one", wrong=True)
            for at, block in enumerate(props.blocks)
            if block.alias in aliases[:at]
        ),
        *(
            Note(file=props.file, line=0, text=f"{what} names {alias}, of which there is no block", wrong=True)
            for what, alias in named
            if alias and alias not in aliases
        ),
    ]
