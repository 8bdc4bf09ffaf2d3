"""What several logs tell together: refusals by pair of processes, syncs that failed, node agents that come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from limner.cell.log.records import Record, records
from limner.cell.log.sign import Kind, Sign, process_of, read

MOST: Final = 1000  # pairs that are kept apart; a scanner's addresses must not fill the memory
SHOWN: Final = 3  # messages of a pair that are kept as examples
LONG: Final = 600  # characters of an example
RESTARTS: Final = 2  # times that a node agent is lost, or found again after the first time, that are no accident

AGENT_WORDS: Final = "the node agent seems to stop and start again and again"
AGENT_SETTING: Final = (
    "the SSL configurations by which it and the deployment manager talk: XDADefaultSSLSettings first (it is often "
    "forgotten), then that of the node's outbound side and the node's own, older copy of security.xml"
)
SYNC_SETTING: Final = (
    "the node still has its old settings and cannot fetch the new ones: stop its agent and run syncNode there, whose "
    "protocol ssl.client.props sets"
)


@dataclass(frozen=True, slots=True)
class Example:
    """A message as it stands in a log."""

    file: str
    line: int
    time: str
    text: str


@dataclass(slots=True)
class Group:
    """All messages that tell the same of a pair: the process whose log it is, and the other side as it names it."""

    process: str
    sign: Sign
    count: int = 0
    first: str = ""
    last: str = ""
    examples: list[Example] = field(default_factory=list)

    @property
    def pair(self) -> str:
        """The pair for people, who calls first."""
        other = self.sign.peer or ("a client" if self.sign.inbound else "a server")
        if self.sign.kind is Kind.SYNC:
            return f"{self.sign.peer or 'a node'} -> the deployment manager"
        if self.sign.inbound is None and not self.sign.peer:
            return f"{self.process} and another process"
        return f"{other} -> {self.process}" if self.sign.inbound else f"{self.process} -> {other}"

    @property
    def words(self) -> str:
        """What happened, a sentence without a full stop."""
        told = self.sign.cause.words.format(self.sign.detail)
        if self.sign.kind is Kind.SYNC:
            return f"the configuration was not synchronized{f': {told}' if self.sign.cause.name != 'other' else ''}"
        return told

    @property
    def setting(self) -> str:
        """The setting that is behind it most likely."""
        if self.sign.kind is Kind.SYNC:
            return SYNC_SETTING
        named = f" (SSL configuration {self.sign.alias})" if self.sign.alias else ""
        store = f" ({self.sign.store})" if self.sign.store else ""
        return f"{self.sign.cause.setting.format(self.sign.detail)}{named}{store}"

    def add(self, file: str, record: Record) -> None:
        """Count a message in."""
        self.count += 1
        self.first, self.last = self.first or record.time, record.time
        if len(self.examples) < SHOWN:
            text = record.text if len(record.text) <= LONG else record.text[:LONG] + " ..."
            self.examples.append(Example(file, record.line, record.time, text))


@dataclass(slots=True)
class Agent:
    """What a log tells of a node's agent. `lost` and `found` are how often the connection to it was."""

    process: str
    node: str
    lost: int = 0
    found: int = 0
    first: str = ""
    last: str = ""
    examples: list[Example] = field(default_factory=list)

    @property
    def restless(self) -> bool:
        """Whether it comes and goes more often than by accident."""
        return self.lost >= RESTARTS or self.found > RESTARTS

    def add(self, kind: Kind, file: str, record: Record) -> None:
        """Count a message in."""
        self.lost += kind is Kind.LOST
        self.found += kind is Kind.FOUND
        self.first, self.last = self.first or record.time, record.time
        if len(self.examples) < 2 * SHOWN:
            self.examples.append(Example(file, record.line, record.time, record.text[:LONG]))


@dataclass(slots=True)
class Report:
    """What the logs tell. `messages` is how many there were in all; `left_out` how many more pairs than are kept."""

    messages: int = 0
    left_out: int = 0
    groups: list[Group] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)

    @property
    def restless(self) -> list[Agent]:
        """The node agents that come and go."""
        return [agent for agent in self.agents if agent.restless]

    @property
    def sound(self) -> bool:
        """Whether nothing was found wanting."""
        return not self.groups and not self.restless


def read_logs(files: Iterable[Path], tell: Callable[[str, int, int], None] | None = None) -> Report:
    """Read logs in the order in which they are given. Raises CellError.

    A log's process is what its banner says, else the folder in which it is, which WebSphere names after the server.
    `tell` is told a file's name, how many of its bytes are read, and how many it has.
    """
    report = Report()
    groups: dict[tuple[str, Sign], Group] = {}
    agents: dict[tuple[str, str], Agent] = {}
    for file in files:
        name = str(file)
        process = file.absolute().parent.name or name

        def told(done: int, of: int, name: str = name) -> None:
            if tell is not None:
                tell(name, done, of)

        for record in records(file, told):
            report.messages += bool(record.time)
            process = process_of(record) or process
            sign = read(record)
            if sign is None:
                continue
            if sign.kind in (Kind.LOST, Kind.FOUND):
                agents.setdefault((process, sign.peer), Agent(process, sign.peer)).add(sign.kind, name, record)
            elif (process, sign) in groups or len(groups) < MOST:
                groups.setdefault((process, sign), Group(process, sign)).add(name, record)
            else:
                report.left_out += 1
    report.groups = sorted(groups.values(), key=lambda group: -group.count)
    report.agents = list(agents.values())
    return report
