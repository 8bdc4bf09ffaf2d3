"""CHANGE.toml: what a cell shall be like in the end. How to get there, limner works out."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from limner.cell.errors import CellError
from limner.cell.model import Direction, Level, Process, SSLConfig
from limner.cell.plan.part import Part, mistakes
from limner.cell.reach.roles import toml
from limner.cell.suites import versions_of
from limner.cell.suites.suite import suite

Text = Annotated[str, Field(min_length=1, max_length=400)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
_Way = Literal["inbound", "outbound"]
_BOTH: tuple[_Way, ...] = ("inbound", "outbound")


class _Where(Part):
    """Where something shall count. Names may be patterns (`*`, `?`): a process is `name` or `node/name`.

    `configurations` are SSL configurations, `alias` or, of a node's scope, `node/alias`, and change for all who use
    them. `processes` shall have it alone: they get an SSL configuration of their own where others use theirs.
    """

    configurations: Texts = ()
    processes: Texts = ()
    that_can: bool = False

    def wants(self, process: Process) -> bool:
        """Whether a process is meant."""
        return any(fnmatch.fnmatchcase(name, each) for each in self.processes for name in (process.name, process.label))

    def wants_config(self, config: SSLConfig) -> bool:
        """Whether an SSL configuration is meant."""
        names = [config.alias]
        if config.scope.level is Level.NODE:
            names.append(f"{config.scope.node}/{config.alias}")
        return any(fnmatch.fnmatchcase(name, each) for each in self.configurations for name in names)


class Protocol(_Where):
    """A protocol, as sslProtocol has it. `commands`: the nodes whose ssl.client.props shall have it too.

    `that_can`: processes of which a needed pair could not talk then are left out, instead of refusing all.
    """

    protocol: Text
    commands: Texts = ()

    @field_validator("protocol")
    @classmethod
    def _known(cls, value: str) -> str:
        versions_of(value)
        return value

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not (self.configurations or self.processes or self.commands):
            raise ValueError("say where: configurations, processes or commands")
        return self


class Ciphers(_Where):
    """Cipher suites: `only` these, in this order, or what is enabled now without those to `drop`."""

    only: Texts = ()
    drop: Texts = ()

    @field_validator("only", "drop")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            try:
                suite(name)
            except KeyError:
                raise ValueError(f"no cipher suite is known as {name}") from None
        return value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.only) == bool(self.drop):
            raise ValueError("write either only or drop")
        if not (self.configurations or self.processes):
            raise ValueError("say where: configurations or processes")
        return self


class Certificate(Part):
    """A key with its certificate from a PKCS#12 `file`, for these `processes`, under the name `alias` in the cell.

    `file` is taken from the folder of CHANGE.toml. `from_alias` is its name in the file, needed where that has several.
    """

    file: Text
    alias: Annotated[str, Field(pattern=r"^[^\s\"'](?:[^\"']{0,198}[^\s\"'])?$")]
    processes: Annotated[Texts, Field(min_length=1)]
    directions: Annotated[tuple[_Way, ...], Field(min_length=1, strict=False)] = _BOTH
    from_alias: Text | None = None

    def wants(self, process: Process, direction: Direction) -> bool:
        """Whether a process is meant, in a direction."""
        names = (process.name, process.label)
        return direction.value in self.directions and any(
            fnmatch.fnmatchcase(name, each) for each in self.processes for name in names
        )


class Change(Part):
    """A wanted end state. The later table counts, and what is for processes before what is for configurations."""

    certificate: Annotated[tuple[Certificate, ...], Field(strict=False)] = ()
    protocol: Annotated[tuple[Protocol, ...], Field(strict=False)] = ()
    ciphers: Annotated[tuple[Ciphers, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.certificate or self.protocol or self.ciphers):
            raise ValueError("nothing is wanted: write [[certificate]], [[protocol]] or [[ciphers]]")
        return self

    @property
    def text(self) -> str:
        """The change as TOML."""
        return "\n".join(_lines(self.model_dump(exclude_defaults=True)))


def read_change(file: Path) -> Change:
    """Read a change. Raises CellError with all mistakes, a line each."""
    data = toml(file)
    try:
        return Change.model_validate(data)
    except ValidationError as why:
        told = "\n".join(f"{file}: {each}" for each in mistakes(why))
        raise CellError(told, hint="docs/tls12.md tells what can stand in it") from None


def _lines(data: dict[str, Any]) -> Iterator[str]:
    for at, (name, table) in enumerate((name, table) for name, tables in data.items() for table in tables):
        yield from ["", f"[[{name}]]"] if at else [f"[[{name}]]"]
        for key, value in table.items():
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"  # texts, lists of texts and booleans are alike
