"""What a host shows: its ports, what is in the way of a log-in, and what that says about causes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from limner.signon.acceptance import Verdict
from limner.signon.evidence import Cause, Evidence, Strength, Weight
from limner.signon.probe.community import Community
from limner.signon.probe.domino import Domino
from limner.signon.probe.reach import Reached, State
from limner.signon.probe.tls import Tls
from limner.signon.resolve import Resolution


@dataclass(frozen=True, slots=True)
class Port:
    """One port of one address: whether it is reached, and what speaks there."""

    service: str  # of PORTS
    reached: Reached
    community: Community | None = None
    domino: Domino | None = None
    tls: Tls | None = None

    @property
    def is_open(self) -> bool:
        """Whether a connection was made."""
        return self.reached.state is State.OPEN

    @property
    def spoken(self) -> str | None:
        """What was said there."""
        said = self.community or self.domino or self.tls
        return said.words if said else None

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        said = {"community": self.community, "domino": self.domino, "tls": self.tls}
        return {
            "service": self.service,
            **self.reached.as_dict(),
            **{name: each.as_dict() for name, each in said.items() if each is not None},
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What a host shows. `system` are the addresses that this machine itself uses, `left_out` those not looked at."""

    host: str
    dns: Resolution | None
    system: tuple[str, ...]
    ports: tuple[Port, ...]
    left_out: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """What is in the way of a log-in, a sentence each."""
        if not self.ports:
            return [f"{self.host} leads to no address: {self.dns.problem if self.dns else 'it is not known here'}"]
        found = []
        for port in self.ports:
            where = f"{port.reached.address} port {port.reached.port}"
            if port.service == "community" and not port.is_open:
                found.append(f"the community port cannot be reached at {where}: {port.reached.words}")
            elif port.community is not None and not port.community.version and port.community.tls is None:
                found.append(f"{where} is {port.community.words}")
            for tls in (port.tls, port.community.tls if port.community else None):
                if tls is not None and tls.problem:
                    found.append(f"TLS at {where}: {tls.words}")
                elif tls is not None and tls.ends_soon:
                    found.append(f"TLS at {where}: the certificate ends soon ({tls.words})")
        return found

    def evidence(self) -> list[Evidence]:
        """Give what the host shows about causes."""
        if not self.ports:
            return [self._of(Cause.UNRESOLVED, self.problems[0], Weight.CONCLUSIVE, None)]
        found = []
        for port in self.ports:
            where = f"{port.reached.address} port {port.reached.port}"
            text = f"{where}: {port.reached.words}"
            match port.reached.state:
                case State.CLOSED:
                    found.append(self._of(Cause.SERVER_DOWN, text, Weight.SIGN, port))
                case State.FILTERED | State.UNREACHABLE:
                    found.append(self._of(Cause.NETWORK, text, Weight.SIGN, port))
                case State.OPEN:
                    found += [
                        self._of(each, text, Weight.SIGN, port, False) for each in (Cause.NETWORK, Cause.SERVER_DOWN)
                    ]
            if port.tls is not None and port.tls.problem:
                found.append(self._of(Cause.TLS, f"{where}: {port.tls.words}", Weight.SIGN, port))
            if port.domino is not None and port.domino.name is not None:
                refused = port.domino.accepts is not Verdict.ACCEPTED
                weight = Weight.HINT if refused else Weight.SIGN  # the Server document may have it
                found.append(self._of(Cause.NAME_CHECK, f"{where}: {port.domino.words}", weight, port, refused))
        return found

    def _of(self, cause: Cause, text: str, weight: Weight, port: Port | None, supports: bool = True) -> Evidence:
        place = f"port {port.reached.port}" if port else None
        known = [
            self.host,
            port.reached.address if port else "",
            (port.domino.name or "") if port and port.domino else "",
        ]
        names = tuple(dict.fromkeys(each for each in known if each and each in text))
        return Evidence(
            file=self.host,
            place=place,
            cause=cause,
            supports=supports,
            weight=weight,
            strength=Strength.SEEN,
            source="probe",
            text=text,
            names=names,
        )

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "host": self.host,
            "sound": not self.problems,
            "dns": self.dns.as_dict() if self.dns else None,
            "system": list(self.system),
            "ports": [port.as_dict() for port in self.ports],
            "left_out": list(self.left_out),
            "problems": self.problems,
            "notes": self.notes,
        }
