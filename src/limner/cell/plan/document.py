"""The plan as a file: JSON that `limner cell script` makes scripts of, and that people can read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from limner import whole
from limner.cell.errors import CellError
from limner.cell.plan.edits import Edit
from limner.cell.plan.part import Part, mistakes

MOST = 64 << 20  # bytes of a plan
Count = Annotated[int, Field(strict=True, ge=0)]


class Stage(Part):
    """A moment of a phase, and how many of the pairs that must talk, and of whom both ends run, can then."""

    name: str
    yes: Count
    open: Count
    no: Count


class Configured(Part):
    """What an SSL configuration is set to."""

    alias: str
    scope: str
    protocol: str
    level: str
    ciphers: str


class Inherited(Part):
    """What counts at a scope in a direction by the central settings: what AdminTask.getInheritedSSLConfig tells."""

    scope: str
    direction: str
    config: str
    certificate: str


class Expected(Part):
    """What is set after a phase."""

    configurations: tuple[Configured, ...] = Field(strict=False)
    inherited: tuple[Inherited, ...] = Field(strict=False)


class Phase(Part):
    """Edits that are saved together, and then synchronised.

    `rolling`: all may run meanwhile, and those of `restart` are restarted one after the other, in whatever order.
    `stopped`: everything but the deployment manager is stopped first.
    """

    name: Literal["calm", "signers", "prepare", "switch", "close"]
    mode: Literal["rolling", "stopped"]
    edits: tuple[Edit, ...] = Field(strict=False)
    restart: tuple[str, ...] = Field(strict=False)
    stages: tuple[Stage, ...] = Field(strict=False)
    expected: Expected


class Server(Part):
    """A process, and what is needed to stop and start it."""

    label: str
    kind: str
    node: str
    name: str


class Plan(Part):
    """A plan. `places` are where the profiles were read, by node, with the deployment manager's as ""."""

    plan: Literal["limner cell plan"] = "limner cell plan"
    version: Literal[1] = 1
    cell: str
    made: str
    jdk: str | None
    host: str
    port: int
    manager: str
    places: dict[str, str]
    security_sha256: str
    servers: tuple[Server, ...] = Field(strict=False)
    before: Expected
    phases: tuple[Phase, ...] = Field(strict=False)
    notes: tuple[str, ...] = Field(strict=False)

    @property
    def text(self) -> str:
        """The plan as JSON."""
        return self.model_dump_json(indent=2) + "\n"


def write_plan(plan: Plan, file: Path) -> None:
    """Write a plan, all of it or nothing. Raises CellError."""
    whole.write(file, plan.text, 0o644 & ~_umask(), CellError)


def read_plan(file: Path) -> Plan:
    """Read a plan. Raises CellError."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST + 1)
    except OSError as why:
        raise CellError(f"cannot read {file}: {why.strerror}") from None
    if len(raw) > MOST:
        raise CellError(f"{file} is larger than {MOST} bytes")
    try:
        return Plan.model_validate_json(raw)
    except ValidationError as why:
        first = mistakes(why)[0]
        raise CellError(f"{file} is no plan: {first}", hint="`limner cell plan -o FILE` writes one") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
