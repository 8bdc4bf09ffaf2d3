"""What a change adds to the stores of a cell: keys where they are used, signers wherever somebody must believe them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography import x509

from limner.cell.errors import CellError
from limner.cell.keystores import Entry, Kind, Store
from limner.cell.keystores import certificate as facts
from limner.cell.model import Cell, KeyStore, Node
from limner.cell.plan.edits import AddKey, AddSigner, ClientSigner
from limner.cell.plan.packs import Pack, pem
from limner.cell.plan.world import Added
from limner.cell.reach.sides import block_of
from limner.cell.stores import Opened, Stores


class Adding:
    """Collects what is added, each once, and only what is not there yet."""

    def __init__(self, cell: Cell, like: Stores | None = None) -> None:
        self.cell = cell
        self.stores = Stores(cell, like)
        self.edits: list[AddKey | AddSigner | ClientSigner] = []
        self.notes: list[str] = []
        self._entries: dict[tuple[str, str], list[Entry]] = {}

    @property
    def entries(self) -> Added:
        """The entries that are added, as a world has them."""
        return {where: tuple(each) for where, each in self._entries.items()}

    @property
    def signers_only(self) -> Added:
        """The entries of them that are signers."""
        return {
            where: signers
            for where, each in self._entries.items()
            if (signers := tuple(entry for entry in each if entry.kind is not Kind.KEY))
        }

    def between(self, old: Added, new: Added) -> Iterator[AddKey | AddSigner | ClientSigner]:
        """Yield the edits that lead from one set of added entries to another: signers first."""
        for edit in sorted(self.edits, key=lambda each: isinstance(each, AddKey)):
            where = (edit.node if isinstance(edit, ClientSigner) else "", edit.path)
            had, has = ({each.alias for each in some.get(where, ())} for some in (old, new))
            if edit.alias in has - had:
                yield edit

    def key(self, node: str, store: KeyStore, alias: str, pack: Pack) -> None:
        """Add a key to a key store. Raises CellError if its alias is taken."""
        opened = self.stores.open(node, store)
        entries = self._all("", opened)
        taken = next((each for each in entries if (each.alias or "").lower() == alias.lower()), None)
        if taken is not None:
            if taken.kind is Kind.KEY and taken.certificates[:1] == pack.chain[:1]:
                return
            raise CellError(
                f"{alias} is in {store.name} of {store.scope.words} already, and is another certificate",
                hint="choose another alias: the old certificate must stay until nothing uses it",
            )
        self._entries.setdefault(("", opened.path), []).append(pack.entry(alias))
        self.edits.append(
            AddKey(
                store=store.name,
                scope=store.scope.text,
                path=opened.path,
                alias=alias,
                file=pack.file,
                from_alias=pack.alias,
                chain=tuple(pem(each) for each in pack.chain),
            )
        )

    def signers(self, pack: Pack, stores: Iterable[KeyStore]) -> None:
        """Add those who issued a certificate to trust stores, and to those of all nodes' commands."""
        remote = ""
        for store in dict.fromkeys(stores):
            opened = self.stores.open(store.scope.node, store)
            remote = remote or store.name
            for signer in pack.chain[1:]:
                if alias := self._free("", opened, signer):
                    self._entries.setdefault(("", opened.path), []).append(Entry(Kind.TRUSTED, alias, (signer,)))
                    self.edits.append(
                        AddSigner(
                            store=store.name,
                            scope=store.scope.text,
                            path=opened.path,
                            alias=alias,
                            pem=pem(signer),
                        )
                    )
        for node in self.cell.nodes:
            self._client(node, pack, remote)

    def _client(self, node: Node, pack: Pack, remote: str) -> None:
        block = block_of(node.client) if node.client else None
        if block is None:
            return
        opened = self.stores.open_client(node.name, block, trust=True)
        for signer in pack.chain[1:]:
            if alias := self._free(node.name, opened, signer):
                self._entries.setdefault((node.name, opened.path), []).append(Entry(Kind.TRUSTED, alias, (signer,)))
                local = block.trust_store_name or "ClientDefaultTrustStore"
                self.edits.append(
                    ClientSigner(
                        node=node.name, remote=remote, local=local, path=opened.path, alias=alias, pem=pem(signer)
                    )
                )

    def _free(self, owner: str, opened: Opened, signer: x509.Certificate) -> str:
        """Give an alias for a signer that is free in a store; "" if the store has the signer already."""
        entries = self._all(owner, opened)
        if any(signer in each.certificates for each in entries if each.kind is not Kind.KEY):
            return ""
        taken = {(each.alias or "").lower() for each in entries}
        name = "".join(char for char in facts.short(signer).lower() if char not in "\"'") or "signer"
        return next(free for at in range(1, 1000) if (free := f"{name} {at}" if at > 1 else name) not in taken)

    def _all(self, owner: str, opened: Opened) -> tuple[Entry, ...]:
        store: Store | None = opened.store
        if store is None:
            self.notes.append(f"a store was not looked into: {opened.trouble}")
        return (*(store.entries if store else ()), *self._entries.get((owner, opened.path), ()))
