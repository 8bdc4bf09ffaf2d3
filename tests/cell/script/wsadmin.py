"""Fakes wsadmin's AdminTask, AdminConfig and AdminControl on a cell's files, after IBM's "Commands for the AdminTask
object" (rxml_atpersonalcert and its neighbours) and the parameters of WebSphere 9's own commands.

What a command does not know it refuses, as WebSphere does. Nothing reaches the files before `AdminConfig.save`.
"""

# ruff: noqa: N802 - the names are wsadmin's

from __future__ import annotations

import contextlib
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from cryptography import x509

from limner.cell.keystores import Kind, pkcs12
from limner.cell.keystores.chain import chain_of
from limner.cell.sample.authority import Identity
from limner.cell.sample.stores import key_store, trust_store

XMI = "http://www.omg.org/XMI"
ID = f"{{{XMI}}}id"
PASSWORD = "WebAS"
TAGS = {
    "SSLConfig": "repertoire",
    "SSLConfigGroup": "sslConfigGroups",
    "ManagementScope": "managementScopes",
    "KeyStore": "keyStores",
    "DynamicSSLConfigSelection": "dynamicSSLConfigSelections",
}
SETTING = {
    "clientAuthentication", "clientAuthenticationSupported", "securityLevel", "enabledCiphers", "jsseProvider",
    "sslProtocol", "serverKeyAlias", "clientKeyAlias",
}  # fmt: skip
STORES = {"keyStoreName", "keyStoreScopeName", "trustStoreName", "trustStoreScopeName"}
STORE = {"keyStoreName", "keyStoreScope", "certificateAlias"}
GROUP = {"name", "direction", "scopeName"}
SETS = {"certificateAlias", "sslConfigAliasName", "sslConfigScopeName"}
PARAMETERS: dict[str, tuple[set[str], set[str]]] = {  # required, all
    "modifySSLConfig": ({"alias"}, {"alias", "scopeName", *SETTING, *STORES}),
    "createSSLConfig": (
        {"alias", "keyStoreName", "trustStoreName"},
        {"alias", "scopeName", "type", *SETTING, *STORES},
    ),
    "deleteSSLConfig": ({"alias"}, {"alias", "scopeName"}),
    "createSSLConfigGroup": ({"name", "direction", "sslConfigAliasName"}, GROUP | SETS),
    "modifySSLConfigGroup": ({"name", "direction"}, GROUP | SETS),
    "deleteSSLConfigGroup": ({"name", "direction"}, GROUP),
    "getInheritedSSLConfig": ({"scopeName", "direction"}, {"scopeName", "direction"}),
    "createManagementScope": ({"scopeName"}, {"scopeName", "scopeType"}),
    "getSignerCertificate": ({"keyStoreName", "certificateAlias"}, STORE),
    "deleteSignerCertificate": ({"keyStoreName", "certificateAlias"}, STORE),
    "addSignerCertificate": (
        {"keyStoreName", "certificateAlias", "certificateFilePath", "base64Encoded"},
        {*STORE, "certificateFilePath", "base64Encoded"},
    ),
    "getCertificate": ({"keyStoreName", "certificateAlias"}, STORE),
    "deleteCertificate": ({"keyStoreName", "certificateAlias"}, STORE),
    "importCertificate": (
        {"keyStoreName", "keyFilePath", "keyFilePassword", "keyFileType", "certificateAliasFromKeyFile"},
        {*STORE, "keyFilePath", "keyFilePassword", "keyFileType", "certificateAliasFromKeyFile"},
    ),
    "setAdminActiveSecuritySettings": (set(), {"dynUpdateSSLConfig", "enableGlobalSecurity", "cacheTimeout"}),
}


class WsadminError(Exception):
    """What wsadmin throws."""


class Cell:
    """A deployment manager's configuration and those of nodes whose agents run, by node."""

    def __init__(self, profile: Path, nodes: dict[str, Path] | None, *, answer: str = "{config},{certificate}") -> None:
        """Begin with -conntype NONE, if `nodes` is None."""
        self.config = next((profile / "config/cells").iterdir())
        self.offline = nodes is None
        self.nodes = {name: next((place / "config/cells").iterdir()) for name, place in (nodes or {}).items()}
        self.answer = answer
        self.calls: list[str] = []
        self.fails_at = ""
        self.reset()

    def reset(self) -> None:
        text = (self.config / "security.xml").read_bytes()
        for _, (prefix, uri) in ET.iterparse(io.BytesIO(text), ["start-ns"]):
            ET.register_namespace(prefix, uri)
        self.root = ET.fromstring(text)
        self.stores: dict[str, dict[str, Any]] = {}
        self.changed = False

    def save(self) -> None:
        if not self.changed:
            return
        ET.ElementTree(self.root).write(self.config / "security.xml", encoding="UTF-8", xml_declaration=True)
        for path, entries in self.stores.items():
            keys = {alias: each for alias, each in entries.items() if isinstance(each, Identity)}
            made = key_store(keys, PASSWORD) if keys else trust_store(entries, PASSWORD)
            (self.config / path).write_bytes(made)
        self.changed = False

    def run(self, script: Path, *arguments: str, typed: str | None = None) -> tuple[int, str]:
        """Run a script as `wsadmin -f` does, in a session of its own; its exit status and what it prints."""
        self.reset()
        out = io.StringIO()
        names = {"AdminTask": AdminTask(self), "AdminConfig": AdminConfig(self), "AdminControl": AdminControl(self)}
        if typed is not None:
            names["raw_input"] = lambda prompt: typed  # type: ignore[assignment]
        before, sys.argv = sys.argv, list(arguments)  # without the script's name, as in Jython 2.1
        try:
            with contextlib.redirect_stdout(out):
                exec(compile(script.read_text("ascii"), script.name, "exec"), names)
        except SystemExit as end:
            return int(end.code or 0), out.getvalue()
        finally:
            sys.argv = before
        return 0, out.getvalue()

    # -- the document -------------------------------------------------------------------------------------------------

    def all(self, tag: str) -> list[Element]:
        return self.root.findall(tag)

    def by_id(self, name: str) -> Element:
        return next(each for each in self.root.iter() if each.get(ID) == name)

    def scope(self, element: Element) -> str:
        owner = element.get("managementScope")
        return self.by_id(owner).get("scopeName", "") if owner else f"(cell):{self.config.name}"

    def find(self, tag: str, key: str, name: str, scope: str | None) -> Element:
        where = scope or f"(cell):{self.config.name}"
        for each in self.all(tag):
            if each.get(key) == name and self.scope(each) == where:
                return each
        raise WsadminError(f"CWPKI: no {tag} {name} in {where}")

    def add(self, parent: Element, tag: str, kind: str, **attributes: str) -> Element:
        taken = {each.get(ID) for each in self.root.iter()}
        number = next(f"{kind}_{at}" for at in range(1000, 2000) if f"{kind}_{at}" not in taken)
        element = ET.SubElement(parent, tag, {ID: number, **attributes})
        self.changed = True
        return element

    def scope_id(self, name: str) -> str:
        for each in self.all("managementScopes"):
            if each.get("scopeName") == name:
                return each.get(ID, "")
        kind = name.rpartition("(")[2].partition(")")[0]
        return self.add(self.root, "managementScopes", "ManagementScope", scopeName=name, scopeType=kind).get(ID, "")

    def entries(self, given: dict[str, str]) -> dict[str, Any]:
        """Open the store that a command names."""
        store = self.find("keyStores", "name", given["keyStoreName"], given.get("keyStoreScope"))
        path = store.get("location", "").partition(f"/cells/{self.config.name}/")[2]
        if path not in self.stores:
            self.stores[path] = _entries((self.config / path).read_bytes(), PASSWORD)
        return self.stores[path]


def _entries(raw: bytes, password: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    store = pkcs12.read(raw, password, "p12")
    for entry in store.entries:
        if entry.kind is Kind.KEY:
            assert entry.open_key
            key: Any = entry.open_key()
            chain = chain_of(entry.certificates[0], store.certificates).certificates
            found[entry.alias or ""] = Identity(key, chain[0], chain[1:])
        elif entry.kind is Kind.TRUSTED:
            found[entry.alias or ""] = entry.certificates[0]
    return found


class AdminTask:
    def __init__(self, cell: Cell) -> None:
        self.cell = cell

    def __getattr__(self, command: str) -> Callable[[list[str]], str | None]:
        if command not in PARAMETERS:
            raise AttributeError(command)
        required, known = PARAMETERS[command]

        def call(arguments: list[str]) -> str | None:
            assert isinstance(arguments, list)
            assert all(isinstance(each, str) for each in arguments)
            names = [each.removeprefix("-") for each in arguments[::2]]
            given = dict(zip(names, arguments[1::2], strict=True))
            assert all(each.startswith("-") for each in arguments[::2])
            if not required <= set(names) <= known or len(given) < len(names) or not all(given.values()):
                raise WsadminError(f"WASX7017E: {command}: invalid parameters {names}")
            if not command.startswith("get"):
                self.cell.calls.append(command)
            if self.cell.fails_at == command:
                raise WsadminError(f"CWPKI0000E: {command} failed, given {arguments}")
            return getattr(self, f"_{command}")(given)  # type: ignore[no-any-return]

        return call

    def _modifySSLConfig(self, given: dict[str, str]) -> None:
        config = self.cell.find("repertoire", "alias", given["alias"], given.get("scopeName"))
        self._set(config[0], given)

    def _createSSLConfig(self, given: dict[str, str]) -> None:
        cell = self.cell
        with contextlib.suppress(WsadminError):
            cell.find("repertoire", "alias", given["alias"], given.get("scopeName"))
            raise AssertionError("it is there already")
        scope = cell.scope_id(given["scopeName"])
        config = cell.add(
            cell.root, "repertoire", "SSLConfig", alias=given["alias"], type="JSSE", managementScope=scope
        )
        setting = cell.add(config, "setting", "SecureSocketLayer")
        for side in ("key", "trust"):
            store = cell.find("keyStores", "name", given[f"{side}StoreName"], given[f"{side}StoreScopeName"])
            setting.set(f"{side}Store", store.get(ID, ""))
        self._set(setting, given)

    def _set(self, setting: Element, given: dict[str, str]) -> None:
        for name in SETTING & given.keys():
            setting.set(name, given[name])
        self.cell.changed = True

    def _deleteSSLConfig(self, given: dict[str, str]) -> None:
        config = self.cell.find("repertoire", "alias", given["alias"], given.get("scopeName"))
        if any(each.get("sslConfig") == config.get(ID) for each in self.cell.root):
            raise WsadminError("CWPKI: it is in use")
        self.cell.root.remove(config)
        self.cell.changed = True

    def _group(self, given: dict[str, str]) -> Element:
        for each in self.cell.all("sslConfigGroups"):
            if (each.get("name"), each.get("direction"), self.cell.scope(each)) == (
                given["name"], given["direction"], given["scopeName"],
            ):  # fmt: skip
                return each
        raise WsadminError("CWPKI: no such group")

    def _createSSLConfigGroup(self, given: dict[str, str]) -> None:
        cell = self.cell
        group = cell.add(
            cell.root, "sslConfigGroups", "SSLConfigGroup", name=given["name"], direction=given["direction"],
            certificateAlias="", managementScope=cell.scope_id(given["scopeName"]),
        )  # fmt: skip
        self._assign(group, given)

    def _modifySSLConfigGroup(self, given: dict[str, str]) -> None:
        self._assign(self._group(given), given)

    def _assign(self, group: Element, given: dict[str, str]) -> None:
        config = self.cell.find("repertoire", "alias", given["sslConfigAliasName"], given.get("sslConfigScopeName"))
        group.set("sslConfig", config.get(ID, ""))
        if "certificateAlias" in given:
            group.set("certificateAlias", given["certificateAlias"])
        self.cell.changed = True

    def _deleteSSLConfigGroup(self, given: dict[str, str]) -> None:
        self.cell.root.remove(self._group(given))
        self.cell.changed = True

    def _getInheritedSSLConfig(self, given: dict[str, str]) -> str:
        """Look upwards, server, node, cell, as the console's tree does."""
        parts = given["scopeName"].split(":(")
        for size in range(len(parts), 0, -1):
            scope = ":(".join(parts[:size])
            for each in self.cell.all("sslConfigGroups"):
                if self.cell.scope(each) == scope and each.get("direction") == given["direction"]:
                    config = self.cell.by_id(each.get("sslConfig", "")).get("alias", "")
                    return self.cell.answer.format(config=config, certificate=each.get("certificateAlias"))
        return ""

    def _createManagementScope(self, given: dict[str, str]) -> None:
        self.cell.scope_id(given["scopeName"])

    def _getCertificate(self, given: dict[str, str]) -> str:
        if not isinstance(self.cell.entries(given).get(given["certificateAlias"]), Identity):
            raise WsadminError("CWPKI: no such personal certificate")
        return "[ [alias ...] ]"

    def _getSignerCertificate(self, given: dict[str, str]) -> str:
        if not isinstance(self.cell.entries(given).get(given["certificateAlias"]), x509.Certificate):
            raise WsadminError("CWPKI: no such signer")
        return "[ [alias ...] ]"

    def _addSignerCertificate(self, given: dict[str, str]) -> None:
        assert given["base64Encoded"] == "true"
        signer = x509.load_pem_x509_certificate(Path(given["certificateFilePath"]).read_bytes())
        assert given["certificateAlias"] not in self.cell.entries(given)
        self.cell.entries(given)[given["certificateAlias"]] = signer
        self.cell.changed = True

    def _deleteSignerCertificate(self, given: dict[str, str]) -> None:
        self._getSignerCertificate(given)
        del self.cell.entries(given)[given["certificateAlias"]]
        self.cell.changed = True

    def _importCertificate(self, given: dict[str, str]) -> None:
        assert given["keyFileType"] == "PKCS12"
        file = Path(given["keyFilePath"])
        try:
            pack = _entries(file.read_bytes(), given["keyFilePassword"])
        except Exception as why:
            raise WsadminError(f"CWPKI0033E: {file} cannot be opened with {given['keyFilePassword']}") from why
        self.cell.entries(given)[given["certificateAlias"]] = pack[given["certificateAliasFromKeyFile"]]
        self.cell.changed = True

    def _deleteCertificate(self, given: dict[str, str]) -> None:
        self._getCertificate(given)
        alias = given["certificateAlias"]
        used = {each.get("certificateAlias") for each in self.cell.all("sslConfigGroups")}
        assert alias not in used, "a configuration that names a missing certificate locks the deployment manager"
        del self.cell.entries(given)[alias]
        self.cell.changed = True

    def _setAdminActiveSecuritySettings(self, given: dict[str, str]) -> None:
        self.cell.root.set("dynamicallyUpdateSSLConfig", given["dynUpdateSSLConfig"])
        self.cell.changed = True


class AdminConfig:
    def __init__(self, cell: Cell) -> None:
        self.cell = cell

    def _name(self, element: Element) -> str:
        return f"(cells/{self.cell.config.name}|security.xml#{element.get(ID)})"

    def _element(self, name: str) -> Element:
        return self.cell.by_id(name.rpartition("#")[2].rstrip(")"))

    def list(self, kind: str) -> str:
        return "\r\n".join(f"{each.get('name', '')}{self._name(each)}" for each in self.cell.all(TAGS[kind]))

    def getid(self, path: str) -> str:
        assert path == f"/Cell:{self.cell.config.name}/Security:/"
        return self._name(self.cell.root)

    def showAttribute(self, thing: str, name: str) -> str | None:
        element = self._element(thing)
        if name == "setting":
            return self._name(element[0])
        value = element.get(name)
        return self._name(self.cell.by_id(value)) if value and name in ("managementScope", "sslConfig") else value

    def modify(self, thing: str, values: list[list[str]]) -> None:
        for name, value in values:
            self._element(thing).set(name, value)
        self.cell.changed = True

    def remove(self, thing: str) -> None:
        self.cell.root.remove(self._element(thing))
        self.cell.changed = True

    def hasChanges(self) -> int:
        return int(self.cell.changed)

    def save(self) -> None:
        self.cell.save()

    def reset(self) -> None:
        self.cell.reset()


class AdminControl:
    def __init__(self, cell: Cell) -> None:
        self.cell = cell

    def completeObjectName(self, pattern: str) -> str:
        if self.cell.offline:
            raise WsadminError("WASX7206W: the administration service is not available")
        node = pattern.removeprefix("type=NodeSync,node=").removesuffix(",*")
        return f"WebSphere:type=NodeSync,node={node}" if node in self.cell.nodes else ""

    def invoke(self, name: str, operation: str) -> str:
        assert operation == "sync"
        there = self.cell.nodes[name.rpartition("=")[2]]
        for file in [self.cell.config / "security.xml", *self.cell.config.rglob("*.p12")]:
            shutil.copy(file, there / file.relative_to(self.cell.config))
        return "true"
