"""Outside clients: what TLS they speak, and what they must reach, from a table that can be edited."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from limner.cell.errors import CellError
from limner.cell.reach.roles import SERVER, known_roles, toml
from limner.cell.suites import Side, Suites, Version, Versions, suites_of

STRENGTHS: Final = ("seen", "said", "inferred", "unconfirmed")
_KEYS: Final = {"name", "versions", "maybe", "suites", "needs", "strength", "source"}
_ALL_13: Final = "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"


@dataclass(frozen=True)
class Client:
    """An outside client. `needs` are roles, or the words by which several roles are called (chat, meeting, sip)."""

    name: str
    versions: tuple[Version, ...]
    maybe: tuple[Version, ...] = ()
    suites: Suites | None = None
    needs: frozenset[str] = frozenset()
    strength: str = "unconfirmed"
    source: str = ""

    @property
    def side(self) -> Side:
        """The client as a side of a handshake; it believes nobody yet (see the matrix)."""
        # nobody leaves one out between others, so it has all within some span
        spoken = sorted({*self.maybe, *self.versions})
        lowest, highest = min(self.versions), max(self.versions)
        worlds = {
            frozenset(each for each in spoken if low <= each <= high)
            for low in spoken
            for high in spoken
            if low <= lowest and high >= highest
        }
        note = f"whether it speaks {', '.join(each.value for each in self.maybe)} is not known"
        versions = Versions(frozenset(worlds), (note,) if self.maybe else ())
        return Side(versions=versions, suites=self.suites or _any_suites())


def _any_suites() -> Suites:
    """Give what a client may be taken to have: suites of all kinds that are not weak."""
    strong = suites_of("HIGH").listed
    listed = dict.fromkeys((*Suites.named(_ALL_13).listed, *strong))
    return Suites(tuple(listed))


def shipped() -> str:
    """Give the table that comes with limner, to be edited."""
    return resources.files(__package__).joinpath("clients.toml").read_text("utf-8")


def read_clients(file: Path | None = None) -> tuple[Client, ...]:
    """Read a table of clients; without a file the shipped one. Raises CellError."""
    data = tomllib.loads(shipped()) if file is None else toml(file)
    table = data.get("client")
    if not isinstance(table, list) or data.keys() != {"client"}:
        raise CellError(f"{file}: it must hold [[client]] tables only", hint="limner cell clients shows how it looks")
    clients = tuple(_client(each, f"{file}: client {at}") for at, each in enumerate(table, 1))
    names = [client.name for client in clients]
    for name in names:
        if names.count(name) > 1:
            raise CellError(f"{file}: the client {name!r} is there twice")
    return clients


def _client(table: object, where: str) -> Client:
    if not isinstance(table, Mapping) or not isinstance(table.get("name"), str) or not table["name"]:
        raise CellError(f"{where} has no name")
    where = f"{where} ({table['name']})"
    if more := sorted(table.keys() - _KEYS):
        raise CellError(f"{where}: there is no {more[0]!r}", hint=f"there are: {', '.join(sorted(_KEYS))}")
    versions, maybe, needs = (_strings(table, key, where) for key in ("versions", "maybe", "needs"))
    if not versions:
        raise CellError(f"{where}: `versions` are missing", hint='as in versions = ["TLSv1.2", "TLSv1.3"]')
    words = {word for role in known_roles() for word in (role.name, role.calls) if word} | {SERVER}
    for need in needs:
        if need not in words:
            raise CellError(f"{where}: there is no role {need!r}", hint=f"there are: {', '.join(sorted(words))}")
    strength = table.get("strength", "unconfirmed")
    if strength not in STRENGTHS:
        raise CellError(f"{where}: strength is one of {', '.join(STRENGTHS)}")
    source = table.get("source", "")
    if not isinstance(source, str):
        raise CellError(f"{where}: source is a text")
    return Client(
        name=table["name"],
        versions=tuple(_version(each, where) for each in versions),
        maybe=tuple(_version(each, where) for each in maybe),
        suites=_suites(_strings(table, "suites", where), where),
        needs=frozenset(needs),
        strength=str(strength),
        source=source,
    )


def _strings(table: Mapping[str, object], key: str, where: str) -> list[str]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise CellError(f"{where}: {key} is a list of texts")
    return found


def _version(name: str, where: str) -> Version:
    try:
        return Version(name)
    except ValueError:
        there = ", ".join(version.value for version in Version)
        raise CellError(f"{where}: there is no version {name!r}", hint=f"there are: {there}") from None


def _suites(names: list[str], where: str) -> Suites | None:
    try:
        return Suites.named(names) if names else None
    except KeyError as why:
        raise CellError(f"{where}: no cipher suite is known as {why.args[0]}") from None
