"""Reads security.xml: flat objects that refer to each other by `xmi:id`, which count within this one file only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol, TypeVar

from limner.cell.model import (
    ClientAuth,
    Direction,
    DynamicSelection,
    KeySetGroup,
    KeyStore,
    Note,
    Scope,
    Security,
    SSLConfig,
    SSLConfigGroup,
)
from limner.cell.reading.markup import Element, parse

_OLD: Final = ("keyFileName", "keyFilePassword", "keyFileFormat", "trustFileName", "trustFilePassword")
_OLD_HINT: Final = "on the cell, AdminTask.convertSSLConfig turns such settings into those of WebSphere 6.1 and later"
_FIPS: Final = ("com.ibm.security.useFIPS", "com.ibm.websphere.security.FIPSLevel", "com.ibm.websphere.security.suiteB")


class _Keyed(Protocol):
    @property
    def key(self) -> tuple[str | Scope | Direction, ...]: ...
    @property
    def name(self) -> str: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def line(self) -> int: ...


_K = TypeVar("_K", bound=_Keyed)
_T = TypeVar("_T")


def read_security(raw: bytes, file: str, cell: str) -> tuple[Security, list[Note]]:
    """Read a cell's security.xml. Raises CellError, with file and line, for what cannot be meant.

    What a cell may hold, though it bodes no good, becomes a note: a reference that leads nowhere, a name twice.
    """
    return _Reader(parse(raw, file, "Security"), cell).read()


class _Reader:
    def __init__(self, root: Element, cell: str) -> None:
        self.root = root
        self.cell = cell
        self.notes: list[Note] = []
        self.scopes: dict[str, Scope] = {}
        self.stores: dict[str, KeyStore] = {}
        self.configs: dict[str, SSLConfig] = {}
        self._check_ids()

    def read(self) -> tuple[Security, list[Note]]:
        self.scopes = {each.need("xmi:id"): self._scope(each) for each in self.root.all("managementScopes")}
        self.stores = {each.need("xmi:id"): self._store(each) for each in self.root.all("keyStores")}
        self.configs = {each.need("xmi:id"): self._config(each) for each in self.root.all("repertoire")}
        default = self.root.get("defaultSSLSettings")
        security = Security(
            file=self.root.file,
            enabled=self.root.flag("enabled", otherwise=False),
            dynamic_update=(
                self.root.flag("dynamicallyUpdateSSLConfig", otherwise=False)
                if self.root.get("dynamicallyUpdateSSLConfig")
                else None
            ),
            default_config=self._refer(self.root, "defaultSSLSettings", self.configs) if default else None,
            scopes=tuple(sorted(set(self.scopes.values()))),
            key_stores=self._unique("key store", self.stores.values()),
            configs=self._unique("SSL configuration", self.configs.values()),
            groups=self._unique("endpoint group", map(self._group, self.root.all("sslConfigGroups"))),
            dynamic=self._unique("dynamic selection", map(self._dynamic, self.root.all("dynamicSSLConfigSelections"))),
            key_set_groups=self._unique("key set group", map(self._key_set_group, self.root.all("keySetGroups"))),
            fips=tuple(
                sorted(
                    (each.get("name"), each.get("value"))
                    for each in self.root.all("properties")
                    if each.get("name") in _FIPS
                )
            ),
        )
        return security, self.notes

    # -- objects ------------------------------------------------------------------------------------------------------

    def _scope(self, element: Element) -> Scope:
        try:
            scope = Scope.parse(element.need("scopeName"))
        except ValueError as why:
            raise element.wrong(str(why), hint="it should be as (cell):C:(node):N:(server):S") from None
        if scope.cell != self.cell:
            self._note(element, f"the scope {scope.text} is in another cell than {self.cell}: nothing of it counts")
        return scope

    def _store(self, element: Element) -> KeyStore:
        return KeyStore(
            name=element.need("name"),
            scope=self._scope_of(element),
            location=element.get("location"),
            type=element.get("type") or "PKCS12",
            provider=element.get("provider"),
            password=element.get("password"),
            usage=element.get("usage"),
            read_only=element.flag("readOnly", otherwise=False),
            file_based=element.flag("fileBased", otherwise=True),
            description=element.get("description"),
            line=element.line,
        )

    def _config(self, element: Element) -> SSLConfig:
        setting = next(element.all("setting"), None)
        if setting is None:
            raise element.wrong(f"the SSL configuration {element.need('alias')} has no <setting>")
        if any(setting.get(name) for name in _OLD):
            what = f"the SSL configuration {element.need('alias')} is in the form of WebSphere 6.0: that is not read"
            raise setting.wrong(what, hint=_OLD_HINT)
        return SSLConfig(
            alias=element.need("alias"),
            scope=self._scope_of(element),
            type=element.get("type") or "JSSE",
            protocol=setting.get("sslProtocol"),
            level=setting.get("securityLevel"),
            ciphers=tuple(setting.get("enabledCiphers").split()),
            key_store=self._refer(setting, "keyStore", self.stores),
            trust_store=self._refer(setting, "trustStore", self.stores),
            client_auth=_client_auth(setting),
            server_alias=setting.get("serverKeyAlias"),
            client_alias=setting.get("clientKeyAlias"),
            jsse_provider=setting.get("jsseProvider"),
            properties=tuple(sorted((each.need("name"), each.get("value")) for each in setting.all("properties"))),
            line=element.line,
        )

    def _group(self, element: Element) -> SSLConfigGroup:
        try:
            direction = Direction(element.need("direction"))
        except ValueError:
            raise element.wrong(f"direction is {element.get('direction')[:80]!r}, not inbound or outbound") from None
        return SSLConfigGroup(
            name=element.need("name"),
            direction=direction,
            scope=self._scope_of(element),
            config=self._refer(element, "sslConfig", self.configs),
            certificate_alias=element.get("certificateAlias"),
            line=element.line,
        )

    def _dynamic(self, element: Element) -> DynamicSelection:
        return DynamicSelection(
            name=element.need("name"),
            scope=self._scope_of(element),
            info=element.need("dynamicSelectionInfo"),
            config=self._refer(element, "sslConfig", self.configs),
            certificate_alias=element.get("certificateAlias"),
            description=element.get("description"),
            line=element.line,
        )

    def _key_set_group(self, element: Element) -> KeySetGroup:
        return KeySetGroup(
            name=element.need("name"),
            scope=self._scope_of(element),
            auto_generate=element.flag("autoGenerate", otherwise=False),
            line=element.line,
        )

    # -- references ---------------------------------------------------------------------------------------------------

    def _check_ids(self) -> None:
        seen: dict[str, Element] = {}
        for each in self.root.walk():
            if each.id and seen.setdefault(each.id, each) is not each:
                raise each.wrong(f"the xmi:id {each.id} is that of line {seen[each.id].line} already")

    def _scope_of(self, element: Element) -> Scope:
        if not element.get("managementScope"):
            return Scope(self.cell)  # the widest, as an object without a scope is for all
        scope = self._refer(element, "managementScope", self.scopes)
        return scope or Scope(self.cell)

    def _refer(self, element: Element, name: str, objects: dict[str, _T]) -> _T | None:
        if not (key := element.get(name)):
            return None
        if key not in objects:
            self._note(element, f"{name} refers to {key}, which is not in this file")
        return objects.get(key)

    def _unique(self, what: str, objects: Iterable[_K]) -> tuple[_K, ...]:
        """Sort by key, as the order in a file means nothing, and tell of a key that comes twice."""
        found: dict[tuple[object, ...], _K] = {}
        for each in sorted(objects, key=_whole):
            if each.key in found:
                text = f"the {what} {each.name} of {each.scope.words} is there twice"
                self.notes.append(Note(file=self.root.file, line=each.line, text=text, wrong=True))
            found.setdefault(each.key, each)
        return tuple(found.values())

    def _note(self, element: Element, text: str) -> None:
        self.notes.append(Note(file=self.root.file, line=element.line, text=text, wrong=True))


def _whole(thing: _Keyed) -> tuple[tuple[object, ...], str]:
    return thing.key, repr(thing)


def _client_auth(setting: Element) -> ClientAuth:
    """Read the console's None, Supported, Required from two flags (IBM, "Quality of protection (QoP) settings")."""
    if setting.flag("clientAuthentication", otherwise=False):
        return ClientAuth.REQUIRED
    if setting.flag("clientAuthenticationSupported", otherwise=False):
        return ClientAuth.SUPPORTED
    return ClientAuth.NONE
