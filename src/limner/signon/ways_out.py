"""What can be done about a name that a Domino server refuses, and what each way costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from limner.signon.acceptance import GUIDE, INCIDENT
from limner.signon.evidence import Strength
from limner.signon.notes_ini import SPRAYER, SPRAYER_SOURCE, NotesIni
from limner.signon.server_document import ServerDocument


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: what to do, what it costs in safety, what else it costs, and how sure it is to work."""

    title: str
    steps: tuple[str, ...]
    safety: str
    cost: str
    strength: Strength
    source: str

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "title": self.title,
            "steps": list(self.steps),
            "safety": self.safety,
            "cost": self.cost,
            "strength": self.strength.value,
            "source": self.source,
        }


def ways_out(name: str, server: ServerDocument, ini: NotesIni | None = None) -> list[Way]:
    """Give the ways out for a name, the safest first."""
    listed = [each for each in (ini.sprayer if ini else ()) if each != "*"]
    kept = [each for each in (*listed, name) if each]
    return [
        _other_server(server),
        _common_name(name, server),
        _host_name(name, server),
        Way(
            "list the name in the server's notes.ini",
            (
                f"stop Domino, write {SPRAYER}={','.join(dict.fromkeys(kept))} into the server's notes.ini, start it",
                "or set it in the Configuration document, tab NOTES.INI Settings, and restart the server",
            ),
            "small: only these names pass the check; Domino still proves every user by their ID",
            "every server behind the name needs it, and every database opened by that name must be on all of them",
            Strength.SAID,
            SPRAYER_SOURCE,
        ),
        Way(
            "switch the check off",
            (f"stop Domino, write {SPRAYER}=* into the server's notes.ini, start it",),
            "most: the server answers to any name, so a client that a wrong DNS entry or a remembered address brings "
            "here is not told; not on partitions that share an address, which the check keeps apart",
            "none; it is what worked in the incident",
            Strength.SAID,
            INCIDENT,
        ),
    ]


def _other_server(server: ServerDocument) -> Way:
    return Way(
        "let another Domino server make the token, by its real name",
        (
            "give the clients an authentication server (authServerUrl) that is asked for by its own name",
            (
                "both servers need the same Web SSO document; how authServerUrl is written for ST-DOMINO-SSO is not "
                "documented: try it with one client"
            ),
        ),
        "none: the check stays as it is",
        f"log-in depends on one more server, which has to be up and reachable on port 1352, beside {server.common}",
        Strength.SAID,
        "milanmatejic, an environment that did this",
    )


def _common_name(name: str, server: ServerDocument) -> Way:
    return Way(
        "use an alias that is the server's common name",
        (
            (
                f"make the DNS alias (CNAME) {server.common.lower()}, and have clients ask for {server.common} "
                f"instead of {name}"
            ),
        ),
        "none: the check stays as it is",
        "a name without a domain: every client needs the DNS suffix, and the token's DNS domain may not cover it",
        Strength.SAID,
        GUIDE,
    )


def _host_name(name: str, server: ServerDocument) -> Way:
    lost = f"; clients that ask for {server.host_name} are refused then (inferred)" if server.host_name else ""
    return Way(
        "make the name the server's own",
        (
            f"Server document, Basics tab: set Fully qualified Internet host name to {name}",
            "restart the server",
        ),
        "none: the check stays on, for the new name",
        f"mail, HTTP and certificates use the field too{lost}",
        Strength.SAID,
        INCIDENT,
    )
