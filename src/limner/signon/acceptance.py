"""Will a Notes client that asks for a name be accepted by a Domino server?

The client tells the server which name it asked for, and the server ends the connection if that name is not its own
(SPR PMIA6A9MMW). Which names are its own was measured in one incident, not written down by the vendor: the rules below
say of themselves how sure they are, and what nobody knows is answered so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from limner.signon.evidence import Cause, Evidence, Strength, Weight
from limner.signon.names import abbreviated, common_name, is_address, same_host, same_server
from limner.signon.notes_ini import SPRAYER, SPRAYER_SOURCE, NotesIni
from limner.signon.server_document import ServerDocument

INCIDENT = "collaborationben.com, Sametime and NETWORK_SPRAYER_ADDRESS (2016)"
GUIDE = "HCL Domino administration guide, server names in DNS"


class Verdict(StrEnum):
    """Whether the server accepts the name."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and what it says: `holds` is None where nobody knows whether a match is enough."""

    rule: str
    holds: bool | None
    text: str
    strength: Strength
    source: str
    place: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {
            "rule": self.rule,
            "holds": self.holds,
            "text": self.text,
            "strength": self.strength.value,
            "source": self.source,
            "place": self.place,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the name is accepted, the check that decided, and all that were made."""

    name: str
    server: ServerDocument
    verdict: Verdict
    decided: Check
    checks: tuple[Check, ...]
    unless: str | None  # what would turn a refusal round and could not be looked at

    def evidence(self) -> list[Evidence]:
        """Give the answer as evidence about the name check; nothing if it is not known."""
        if self.verdict is Verdict.NOT_KNOWN:
            return []
        refused = self.verdict is Verdict.REFUSED
        said = "would be refused by" if refused else "is accepted by"
        text = f"{self.name} {said} {self.server.short}: {self.decided.text}"
        server = self.server
        known = [self.name, server.short, server.host_name, *server.net_addresses, server.cluster, server.common]
        return [
            Evidence(
                file=self.server.file,
                place=self.decided.place or f"line {self.server.line}",
                cause=Cause.NAME_CHECK,
                supports=refused,
                weight=Weight.SIGN if self.unless else Weight.STRONG,
                strength=self.decided.strength,
                source=self.decided.source,
                text=text,
                names=tuple(dict.fromkeys(each for each in known if each and each in text)),
            )
        ]


def judge(name: str, server: ServerDocument, ini: NotesIni | None = None) -> Answer:
    """Say whether a server accepts clients that ask for a name, by its document and its notes.ini."""
    name = name.strip()
    checks = tuple(_checks(name, server, ini))
    unless = None
    if (decided := next((check for check in checks if check.holds), None)) is not None:
        verdict = Verdict.ACCEPTED
    elif (decided := next((check for check in checks if check.holds is None), None)) is not None:
        verdict = Verdict.NOT_KNOWN
    else:
        verdict = Verdict.REFUSED
        decided = Check(
            "every rule that is known",
            False,
            f"it is none of the server's names ({', '.join(_own(server))})",
            Strength.INFERRED,
            INCIDENT,
            f"line {server.line}",
        )
        if ini is None:
            unless = f"the server's notes.ini, which was not given, has {SPRAYER}; by default it is not set"
    return Answer(name, server, verdict, decided, checks, unless)


def _own(server: ServerDocument) -> list[str]:
    return [name for name in (server.short, server.common, server.host_name) if name]


def _checks(name: str, server: ServerDocument, ini: NotesIni | None) -> Iterator[Check]:
    seen, inferred = Strength.SEEN, Strength.INFERRED
    holds = same_server(name, server.name)
    text = f"the server's hierarchical name is {server.short}"
    yield Check("hierarchical name", holds, text, inferred, INCIDENT, f"line {server.line}")
    holds = "/" not in name and name.casefold() == server.common.casefold()
    text = f"the server's common name is {server.common}"
    if not holds and name.partition(".")[0].casefold() == server.common.casefold():
        text += f"; that {name} begins with it does not count"
    yield Check("common name", holds, text, Strength.SAID if holds else inferred, GUIDE, f"line {server.line}")
    yield _host_name(name, server)
    if ini is not None:
        yield _sprayer(name, ini)
    yield from _unknown(name, server, seen)


def _host_name(name: str, server: ServerDocument) -> Check:
    rule = "fully qualified Internet host name"
    if server.host_name is None:
        if server.whole:
            return Check(rule, False, "the field is empty", Strength.INFERRED, INCIDENT)
        text = "the text given does not have the field: export the document as DXL, or copy its Basics tab"
        return Check(rule, None, text, Strength.INFERRED, INCIDENT)
    place = f"line {server.host_name_line or server.line}"
    if same_host(name, server.host_name):
        return Check(rule, True, f"it is {server.host_name}", Strength.SAID, INCIDENT, place)
    if name.rstrip(".").casefold() == server.host_name.rstrip(".").casefold():
        text = f"it is {server.host_name}; whether a dot at the end counts is not known"
        return Check(rule, None, text, Strength.INFERRED, INCIDENT, place)
    return Check(rule, False, f"it is {server.host_name}", Strength.SAID, INCIDENT, place)


def _sprayer(name: str, ini: NotesIni) -> Check:
    setting = next(iter(ini.all(SPRAYER)), None)
    if setting is None:
        return Check(SPRAYER, False, "it is not set in the notes.ini", Strength.SAID, SPRAYER_SOURCE)
    place = f"{ini.file}: line {setting.line}"
    if ini.is_client:
        text = "it is set, but in a client's notes.ini (KitType=1), where it does nothing"
        return Check(SPRAYER, False, text, Strength.SAID, SPRAYER_SOURCE, place)
    listed = ini.sprayer
    if listed == ("*",):
        return Check(SPRAYER, True, "it is *: any name", Strength.SAID, SPRAYER_SOURCE, place)
    if any(same_host(name, each) for each in listed):
        return Check(SPRAYER, True, f"it lists {name}", Strength.SAID, SPRAYER_SOURCE, place)
    if any("*" in each for each in listed):
        text = f"it is {setting.value}; what * does beside or within other names is not known"
        return Check(SPRAYER, None, text, Strength.UNCONFIRMED, SPRAYER_SOURCE, place)
    if any(same_host(name.rstrip("."), each.rstrip(".")) for each in listed):
        text = f"it is {setting.value}; whether a dot at the end counts is not known"
        return Check(SPRAYER, None, text, Strength.UNCONFIRMED, SPRAYER_SOURCE, place)
    return Check(SPRAYER, False, f"it is {setting.value or 'empty'}", Strength.SAID, SPRAYER_SOURCE, place)


def _unknown(name: str, server: ServerDocument, strength: Strength) -> Iterator[Check]:
    """Yield the matches of which nobody knows whether they are enough."""
    place = f"line {server.line}"
    if is_address(name):
        text = "whether a server accepts its IP address as a name is not known"
        yield Check("IP address", None, text, strength, "no source found", place)
    if any(same_host(name, each) for each in server.net_addresses):
        text = "it is a net address of one of the server's ports; whether that alone is enough is not known"
        yield Check("net address", None, text, strength, "no source found", place)
    if server.cluster and abbreviated(name).casefold() == abbreviated(server.cluster).casefold():
        text = f"it is the server's cluster, {common_name(server.cluster)}; whether that is enough is not known"
        yield Check("cluster name", None, text, strength, "no source found", place)
