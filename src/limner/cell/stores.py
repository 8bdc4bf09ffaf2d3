"""A cell's key and trust stores: where their bytes are among the files that were given, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography import x509

from limner.cell.errors import CellError
from limner.cell.keystores import Entry, Store, chain, jks, pkcs12
from limner.cell.model import Cell, ClientBlock, KeyStore
from limner.cell.xor import decode

_IN_CELL: Final = re.compile(r"(?:\$\{CONFIG_ROOT\}|.*/config)/cells/[^/]+/(?P<path>.+)")
_IN_PROFILE: Final = re.compile(r"(?:.*/)?(?P<path>etc/[^/]+)")


@dataclass(frozen=True, slots=True)
class Opened:
    """A store that was looked for. `trouble` says why there is nothing to see, and is "" if there is.

    `path` is that below the cell's folder or the profile. `given`: the file was among what was given.
    """

    path: str
    store: Store | None = None
    trouble: str = ""
    given: bool = False

    def held(self, alias: str) -> Held | None:
        """Give the key that an alias names, or the only one if it names none; None if there is no such key.

        Java's PKCS#12 does not tell aliases apart by case.
        """
        keys = self.store.keys if self.store else ()
        if alias:
            keys = tuple(each for each in keys if (each.alias or "").lower() == alias.lower())
        return Held(keys[0], self.store) if len(keys) == 1 and keys[0].certificates and self.store else None


@dataclass(frozen=True, slots=True)
class Held:
    """A key that a process uses, within its store."""

    entry: Entry
    store: Store

    @property
    def certificate(self) -> x509.Certificate:
        """Its certificate."""
        return self.entry.certificates[0]

    @property
    def chain(self) -> chain.Chain:
        """The way from its certificate towards a root, as far as the store has it."""
        return chain.chain_of(self.certificate, self.store.certificates)


class Stores:
    """Opens the stores of a cell, each once."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self._opened: dict[tuple[bytes, str, str], Opened] = {}

    def open(self, node: str, store: KeyStore) -> Opened:
        """Open a store as a node's processes see it: its own copy, where its profile was given."""
        match = _IN_CELL.fullmatch(store.location) or _IN_PROFILE.fullmatch(store.location)
        if not store.file_based or match is None:
            where = store.location or "no file"
            return Opened(where, trouble=f"it is not among the files of the cell ({where})")
        return self._read(match["path"], self._files(node), store.password)

    def open_client(self, node: str, block: ClientBlock, *, trust: bool = False) -> Opened:
        """Open the key or trust store of a block of a node's ssl.client.props."""
        written, password = (
            (block.trust_store, block.trust_store_password) if trust else (block.key_store, block.key_store_password)
        )
        match = _IN_PROFILE.fullmatch(written)
        if match is None:
            return Opened(written, trouble=f"it is not among the files of the profile ({written or 'no file'})")
        return self._read(match["path"], self._files(node), password)

    def _files(self, name: str) -> Mapping[str, bytes]:
        node = self.cell.node(name)
        return node.files if node and node.security else self.cell.files

    def _read(self, path: str, files: Mapping[str, bytes], password: str) -> Opened:
        if path not in files:
            return Opened(path, trouble="it is not among the files that were given")
        key = (files[path], path, password)
        if key not in self._opened:
            try:
                self._opened[key] = Opened(path, _parse(files[path], decode(password), path), given=True)
            except CellError as why:
                trouble = why.message if why.message.startswith(path) else f"{path}: {why.message}"
                self._opened[key] = Opened(path, trouble=trouble, given=True)
        return self._opened[key]


def _parse(raw: bytes, password: str, path: str) -> Store:
    return jks.read(raw, password, path) if raw[:4] in jks.MAGIC else pkcs12.read(raw, password, path)
