"""The keys that a change brings: from which file, under which name, and with which certificates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from limner.cell.errors import CellError
from limner.cell.keystores import Entry, Form, Kind, Store, read
from limner.cell.keystores import certificate as facts
from limner.cell.keystores.chain import chain_of
from limner.cell.plan.change import Certificate, Change


@dataclass(frozen=True)
class Pack:
    """A key of a file: its `alias` there, and its certificates, its own first, its root last."""

    file: str
    alias: str
    chain: tuple[x509.Certificate, ...]

    def entry(self, alias: str) -> Entry:
        """Give it as it will stand in a store of the cell."""
        return Entry(Kind.KEY, alias, self.chain)


def read_packs(change: Change, folder: Path, asking: Callable[[Path], Callable[[], str]]) -> dict[Certificate, Pack]:
    """Read the files of a change's certificates, each once.

    `folder` is where their paths begin, `asking` gives what tells a file's password. Raises CellError, KeyStoreError.
    """
    stores: dict[Path, Store] = {}
    found = {}
    for each in change.certificate:
        file = folder / each.file
        if file not in stores:
            stores[file] = read(file, asking(file))
        found[each] = _pack(file, stores[file], each.from_alias)
    names = {Path(each.file).name: Path(each.file) for each in change.certificate}
    if len(names) < len({Path(each.file) for each in change.certificate}):
        raise CellError("two files of certificates have the same name", hint="they go into one folder: rename one")
    return found


def _pack(file: Path, store: Store, wanted: str | None) -> Pack:
    if store.form is not Form.PKCS12:
        raise CellError(f"{file} is {store.form}, not PKCS#12", hint="`limner cert export --p12` re-packs it")
    keys = [each for each in store.keys if wanted is None or (each.alias or "").lower() == wanted.lower()]
    if len(keys) != 1:
        there = ", ".join(each.alias or "(no name)" for each in store.keys) or "none"
        what = f"has no key {wanted}" if wanted else f"has {len(keys)} keys"
        raise CellError(f"{file} {what}", hint=f"name one with from_alias; there are: {there}")
    (key,) = keys
    if not key.alias:
        raise CellError(f"the key in {file} has no name", hint="`limner cert export --p12 --alias NAME` gives it one")
    if not key.certificates:
        raise CellError(f"the key {key.alias} in {file} has no certificate")
    chain = chain_of(key.certificates[0], store.certificates)
    if not chain.complete:
        raise CellError(
            f"the chain of {key.alias} in {file} is not whole: {facts.text(chain.certificates[-1].issuer)} is missing",
            hint="put the missing certificates into the file: browsers would not believe it",
        )
    return Pack(file.name, key.alias, chain.certificates)


def pem(certificate: x509.Certificate) -> str:
    """Give a certificate as PEM."""
    return certificate.public_bytes(Encoding.PEM).decode()
