"""What the servers of a cell are for, and which of them must be able to talk."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from limner.cell.errors import CellError
from limner.cell.model import Cell, Kind, Process

COMMANDS: Final = "command line"
SERVER: Final = "server"  # any process that a node agent has under it
FIXED: Final = {Kind.DMGR: "deployment manager", Kind.NODE_AGENT: "node agent", Kind.WEB_SERVER: "web server"}
MOST: Final = 1 << 20  # bytes of a file of roles or clients
ENDPOINTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "admin": ("ADMIN_SOAP", ("SOAP_CONNECTOR_ADDRESS",)),
    "files": ("HTTP", ("WC_adminhost_secure",)),
    "overlay": ("", ("OVERLAY_TCP_LISTENER_ADDRESS",)),
    "overlay to central": ("", ("OVERLAY_TCP_LISTENER_ADDRESS",)),
    "https": ("HTTP", ("PROXY_HTTPS_ADDRESS", "WC_defaulthost_secure")),
    "sips": ("SIP", ("PROXY_SIPS_ADDRESS", "SIP_DEFAULTHOST_SECURE")),
}
"""What is spoken: the protocol as dynamic selections name it, and the endpoints at which a server answers it."""


OVERLAY: Final = ("overlay", "overlay to central")
"""XDADefaultSSLSettings on both sides, or at the caller only: which of them the listener goes by is not documented."""


@dataclass(frozen=True)
class Role:
    """What a server may be for. `calls` is the word by which outside clients need it, "" for none."""

    name: str
    kind: Kind
    pattern: re.Pattern[str]
    calls: str = ""
    front: bool = False


@dataclass(frozen=True)
class Need:
    """A pair of roles that must be able to talk, by what, and why."""

    caller: str
    target: str
    via: str
    why: str
    near: bool = False


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[Role, ...], tuple[Need, ...]]:
    data = tomllib.loads(resources.files(__package__).joinpath("roles.toml").read_text("utf-8"))
    roles = tuple(
        Role(each["name"], Kind(each["kind"]), re.compile(each["pattern"], re.IGNORECASE), each.get("calls", ""),
             each.get("front", False))
        for each in data["role"]
    )  # fmt: skip
    needs = tuple(
        Need(each["from"], each["to"], each["via"], each["why"], each.get("near", False)) for each in data["need"]
    )
    return roles, needs


def known_roles() -> tuple[Role, ...]:
    """Give all roles that a server may have."""
    return _shipped()[0]


def needs() -> tuple[Need, ...]:
    """Give all pairs of roles that must be able to talk."""
    return _shipped()[1]


@dataclass(frozen=True)
class Roles:
    """The roles of a cell's processes: those that were given, the others as their names suggest.

    `given` is by `node/server`.
    """

    given: Mapping[str, str] = field(default_factory=dict)

    def of(self, process: Process) -> str:
        """Give a process's role, `server` if nothing suggests one."""
        if process.kind in FIXED:
            return FIXED[process.kind]
        if process.label in self.given:
            return self.given[process.label]
        found = (each.name for each in known_roles() if each.kind is process.kind and each.pattern.search(process.name))
        return next(found, SERVER)

    def is_given(self, process: Process) -> bool:
        """Whether somebody said what a process is for."""
        return process.kind in FIXED or process.label in self.given


def read_roles(file: Path, cell: Cell) -> Roles:
    """Read `"node/server" = "role"` from the table `roles` of a TOML file. Raises CellError."""
    data = toml(file)
    table = data.get("roles")
    if not isinstance(table, dict) or data.keys() != {"roles"}:
        raise CellError(
            f"{file}: it must have one table, [roles]", hint='a line in it: "node/server" = "meeting proxy"'
        )
    labels = {process.label for process in cell.processes}
    names = {role.name for role in known_roles()} | {SERVER}
    for label, role in table.items():
        if label not in labels:
            raise CellError(f"{file}: there is no process {label!r} in the cell", hint="it is named node/server")
        if role not in names:
            raise CellError(
                f"{file}: {label}: there is no role {role!r}", hint=f"there are: {', '.join(sorted(names))}"
            )
    return Roles(table)


def toml(file: Path) -> dict[str, object]:
    """Read a small TOML file. Raises CellError."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST + 1)
        if len(raw) > MOST:
            raise CellError(f"{file} is larger than {MOST} bytes")
        return tomllib.loads(raw.decode("utf-8"))
    except OSError as why:
        raise CellError(f"cannot read {file}: {why.strerror}") from None
    except UnicodeDecodeError:
        raise CellError(f"{file} is not in UTF-8") from None
    except tomllib.TOMLDecodeError as why:
        raise CellError(f"{file} is not TOML: {why}") from None
