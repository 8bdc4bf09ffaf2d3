"""What the resolver answers: which SSL configuration counts, and what decided it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from limner.cell.model.scope import Scope
from limner.cell.model.security import Direction, SSLConfig
from limner.cell.model.topology import Process


class DecidedBy(StrEnum):
    """What kind of setting decided."""

    DYNAMIC = "dynamic selection"
    DIRECT = "direct alias"
    CENTRAL = "central"
    DEFAULT = "default of security.xml"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Whereto a process opens a connection, as a dynamic selection sees it.

    `protocol` is one of its words: IIOP, HTTP, SIP, LDAP, ADMIN_SOAP, ADMIN_IPC, BUS_TO_BUS, ...
    """

    protocol: str
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A configuration and a certificate, and the setting that chose them.

    `setting` names it (a group, a selection, a chain), `scope` is where it stands; None for what has none.
    `certificate_alias` is "" where the key manager takes what it finds.
    """

    config: SSLConfig | None
    certificate_alias: str
    decided_by: DecidedBy
    setting: str = ""
    scope: Scope | None = None

    @property
    def words(self) -> str:
        """What decided, for people."""
        if self.decided_by is DecidedBy.CENTRAL and self.scope is not None:
            return self.scope.words
        return f"{self.decided_by.value} {self.setting}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What counts for a process in one direction, at an endpoint (inbound) or for a connection (outbound).

    `choice` is the likeliest; `alternatives` are what it may also be where the documents leave it open, and
    `uncertain` says why, a sentence each.
    """

    process: Process
    direction: Direction
    endpoint: str | None
    choice: Choice
    alternatives: tuple[Choice, ...] = ()
    uncertain: tuple[str, ...] = ()

    @property
    def config(self) -> SSLConfig | None:
        """The SSL configuration; None if there is none."""
        return self.choice.config

    @property
    def certificate_alias(self) -> str:
        """The certificate's alias in the key store; "" if nobody names one."""
        return self.choice.certificate_alias
