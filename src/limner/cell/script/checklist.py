"""checklist.md: what is done by hand, in order, with the commands; and what to do when something went wrong."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from limner.cell.model import Kind
from limner.cell.plan.document import Phase, Plan, Server
from limner.cell.plan.edits import AddKey, ClientSigner, SetClient

# in the order of starting; it is stopped the other way round (the seed's order: servers, proxies, node agents)
_ORDER = [Kind.NODE_AGENT, Kind.APPLICATION_SERVER, Kind.ON_DEMAND_ROUTER, Kind.PROXY]
_STOPPED_FIRST = [Kind.APPLICATION_SERVER, Kind.ON_DEMAND_ROUTER, Kind.PROXY, Kind.NODE_AGENT]
_NAMES = {
    "calm": "so that nothing counts before its time",
    "signers": "so that everybody believes the new certificate before anybody shows it",
    "prepare": "all that is old and all that is new is allowed",
    "switch": "only what is wanted is left",
    "close": "as it was before",
}


def checklist(plan: Plan) -> str:
    """Write it, in Markdown."""
    return "\n".join(_Writer(plan).lines()) + "\n"


class _Writer:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.servers = {each.label: each for each in plan.servers}
        self.manager = self.servers[plan.manager]

    def lines(self) -> Iterator[str]:
        plan = self.plan
        yield f"# The TLS of the cell {_plain(plan.cell)}: what to do, in order"
        yield ""
        level = f" for {plan.jdk}" if plan.jdk else ""
        yield f"Planned {plan.made}{level}. FOLDER is where this folder is on {_plain(plan.host)}, by its whole path."
        yield "Run commands in the `bin` of the profile of the node that is named (on Windows they end with .bat). They"
        yield "ask for user and password, or take them from soap.client.props; neither belongs on a command line."
        yield ""
        if plan.notes:
            yield "To be known:"
            yield ""
            yield from (f"- {_plain(note)}" for note in plan.notes)
            yield ""
        yield from self._before()
        for at, phase in enumerate(plan.phases, 1):
            yield from self._phase(at, phase)
        yield from self._after()
        yield from self._back()
        yield from self._locked_out()

    def _before(self) -> Iterator[str]:
        yield "## Before"
        yield ""
        yield _todo(self.manager.node, "backupConfig.sh before-tls.zip -nostop")
        for node in sorted({each.node for each in self.plan.servers}):
            yield f"- [ ] {_plain(node)}: keep a copy of `properties/ssl.client.props` and of `etc`"
        yield f"- [ ] copy this folder to {_plain(self.plan.host)}; it is for administrators only: see `offline`"
        for name in dict.fromkeys(e.file for phase in self.plan.phases for e in phase.edits if isinstance(e, AddKey)):
            yield (
                f"- [ ] copy {_plain(name)} into FOLDER there, and its password into {_plain(name)}.password beside it"
                " (else apply.py asks, and shows what is typed); delete both afterwards"
            )
        yield _todo(self.manager.node, self._script("verify.py", "before"))
        yield ""

    def _phase(self, at: int, phase: Phase) -> Iterator[str]:
        yield f"## {at}. {phase.name}: {_NAMES[phase.name]}"
        yield ""
        if phase.mode == "stopped":
            yield "A pair that must talk could not while one has the old settings and one the new: so all is stopped."
            yield ""
            yield from self._stopped(phase)
        else:
            yield from self._rolling(phase)
        yield _todo(self.manager.node, self._script("verify.py", phase.name))
        yield ""

    def _rolling(self, phase: Phase) -> Iterator[str]:
        restart = [self.servers[label] for label in phase.restart]
        yield _todo(self.manager.node, self._script("apply.py", phase.name))
        yield from self._synchronise()
        yield from self._clients(phase)
        if self.manager in restart:
            yield _todo(self.manager.node, "stopManager.sh")
            yield _todo(self.manager.node, "startManager.sh")
        agents = [each for each in restart if each.kind == Kind.NODE_AGENT]
        for agent in agents:
            yield _todo(agent.node, "stopNode.sh")
            yield _todo(agent.node, self._sync)
            yield _todo(agent.node, "startNode.sh")
        for server in _sorted(restart, _ORDER[1:]):
            yield _todo(server.node, f"stopServer.sh {shlex.quote(server.name)}")
            yield _todo(server.node, f"startServer.sh {shlex.quote(server.name)}")

    def _stopped(self, phase: Phase) -> Iterator[str]:
        below = [each for each in self.plan.servers if each.kind != Kind.DMGR]
        for server in _sorted(below, _STOPPED_FIRST):
            command = "stopNode.sh" if server.kind == Kind.NODE_AGENT else f"stopServer.sh {shlex.quote(server.name)}"
            yield _todo(server.node, command)
        yield _todo(self.manager.node, self._script("apply.py", phase.name))
        yield _todo(self.manager.node, "stopManager.sh")
        yield from self._files(phase)
        yield _todo(self.manager.node, "startManager.sh")
        yield from self._fetched(phase)
        for agent in _sorted(below, [Kind.NODE_AGENT]):
            yield f"{_todo(agent.node, self._sync)} with the node agent down, then `startNode.sh`"
        for server in _sorted(below, _ORDER[1:]):
            yield _todo(server.node, f"startServer.sh {shlex.quote(server.name)}")

    def _synchronise(self) -> Iterator[str]:
        yield (
            "- [ ] where it says that a node is not synchronised: there `stopNode.sh`, then"
            f" {_code(self._sync)}, then `startNode.sh`"
        )

    def _clients(self, phase: Phase) -> Iterator[str]:
        yield from self._files(phase)
        yield from self._fetched(phase)

    def _files(self, phase: Phase) -> Iterator[str]:
        for edit in phase.edits:
            if isinstance(edit, SetClient):
                yield _put(edit.node, phase.name)

    def _fetched(self, phase: Phase) -> Iterator[str]:
        for edit in phase.edits:
            if isinstance(edit, ClientSigner):
                names = [shlex.quote(each) for each in (edit.remote, edit.local, edit.alias)]
                remote, local, alias = names
                yield _todo(
                    edit.node,
                    f"retrieveSigners.sh {remote} {local} -remoteAlias {alias} -localAlias {alias}"
                    f" -conntype SOAP -host {shlex.quote(self.plan.host)} -port {self.plan.port}",
                )

    def _after(self) -> Iterator[str]:
        yield "## After"
        yield ""
        yield "- [ ] look into SystemOut.log of the deployment manager and of the nodes: `limner cell log` reads them"
        yield "- [ ] scan what lives, and compare it with the files: `limner cell scan --cell PATH`"
        yield "- [ ] delete FOLDER, or keep it where only administrators come"
        yield ""

    def _back(self) -> Iterator[str]:
        yield "## Back"
        yield ""
        yield "Each phase is taken back as it was done, the last first. The steps between are those of the phase above."
        yield ""
        for phase in reversed(self.plan.phases):
            how = "all keep running" if phase.mode == "rolling" else "everything but the deployment manager is stopped"
            yield f"{_todo(self.manager.node, self._script('rollback.py', phase.name))}: {how}"
            for edit in phase.edits:
                if isinstance(edit, SetClient):
                    yield _put(edit.node, self._earlier(phase, edit))
            if phase.restart:
                yield f"- [ ] restart {', '.join(map(_plain, phase.restart))}"
        yield _todo(self.manager.node, self._script("verify.py", "before"))
        yield ""
        yield "Signers in the trust stores of commands stay: they do no harm."
        yield ""

    def _earlier(self, phase: Phase, edit: SetClient) -> str:
        """Give the folder of the ssl.client.props that a node had before a phase."""
        earlier = self.plan.phases[: self.plan.phases.index(phase)]
        had = [each.name for each in earlier for e in each.edits if isinstance(e, SetClient) and e.node == edit.node]
        return had[-1] if had else "before"

    def _locked_out(self) -> Iterator[str]:
        manager = self.manager.node
        file = f"config/cells/{self.plan.cell}/security.xml"
        yield "## Locked out"
        yield ""
        yield "If the deployment manager lets nobody in: nothing of this needs it to run."
        yield ""
        yield f"{_todo(manager, 'stopManager.sh')}; if that cannot get in either, end its process"
        first = self._script("rollback.py", "PHASE", offline=True)
        yield f"{_todo(manager, first)} for each phase that was applied, the last first"
        yield f"- [ ] {_plain(manager)}: if that fails, keep a copy of {_code(file)}, and put"
        yield f"      {_code(f'offline/{manager}/{file}')} there; stores may stay as they are"
        yield "- [ ] on every node: put `client/before/NODE/ssl.client.props` into `properties`, if there is one"
        yield _todo(manager, "startManager.sh")
        yield "- [ ] on every node: stop the node agent and the servers, or end their processes; then"
        yield f"      {_code(self._sync)}, `startNode.sh`, and start the servers"
        yield _todo(manager, self._script("verify.py", "before"))

    @property
    def _sync(self) -> str:
        return f"syncNode.sh {shlex.quote(self.plan.host)} {self.plan.port}"

    def _script(self, name: str, phase: str, *, offline: bool = False) -> str:
        none = " -conntype NONE" if offline else ""
        return f"wsadmin.sh{none} -lang jython -f FOLDER/{name} FOLDER {phase}"


def _sorted(servers: list[Server], kinds: list[Kind]) -> list[Server]:
    """Give the servers of some kinds, in the order of the kinds."""
    return [each for kind in kinds for each in servers if each.kind == kind]


def _todo(node: str, command: str) -> str:
    return f"- [ ] {_plain(node)}: {_code(command)}"


def _put(node: str, phase: str) -> str:
    return f"- [ ] {_plain(node)}: put {_code(f'client/{phase}/{node}/ssl.client.props')} into `properties`"


def _plain(text: str) -> str:
    """Show foreign text as text: nothing in it is Markdown, or more than one line."""
    return "".join(f"\\{char}" if char in "\\`*[]<|" else char if char.isprintable() else "?" for char in text)


def _code(text: str) -> str:
    """Show foreign text as code."""
    return f"`{''.join(char if char.isprintable() and char != '`' else '?' for char in text)}`"
