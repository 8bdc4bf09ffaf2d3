"""checklist.md has everything that is done by hand, in order."""

from __future__ import annotations

from cell.plan.conftest import STORY, WILDCARD
from cell.script.conftest import Stage
from limner.cell.script.checklist import checklist


def at(text: str, *pieces: str) -> list[int]:
    places = [text.find(piece) for piece in pieces]
    assert -1 not in places, pieces[places.index(-1)]
    return places


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}")[2].partition("\n## ")[0]


def test_the_story_s_steps_in_order(stage: Stage) -> None:
    text = (stage(STORY, "2-certificate").folder / "checklist.md").read_text()
    places = at(text, "## Before", "backupConfig.sh", "verify.py FOLDER before", "## 1. calm", "apply.py FOLDER calm",
                "## 2. prepare", "apply.py FOLDER prepare", "## 3. switch", "apply.py FOLDER switch", "## 4. close",
                "## After", "## Back", "rollback.py FOLDER close", "rollback.py FOLDER prepare", "## Locked out",
                "wsadmin.sh -conntype NONE")  # fmt: skip
    assert places == sorted(places)
    prepare = section(text, "2. prepare")
    places = at(prepare, "apply.py", "`client/prepare/stpNode/ssl.client.props`", "stopManager.sh", "startManager.sh",
                "stpNode: `stopNode.sh`", "stpNode: `syncNode.sh console.acme.example 8879`",
                "stpNode: `startNode.sh`", "`stopServer.sh STProxyServer`",
                "`stopServer.sh was_stpProxy`", "verify.py FOLDER prepare")  # fmt: skip
    assert places == sorted(places)
    switch = section(text, "3. switch")
    assert switch.count("stopServer.sh") == 1, "only the proxy is restarted"
    assert "`client/before/stpNode/ssl.client.props`" in section(text, "Back")


def test_stopped_means_servers_then_proxies_then_node_agents_and_sync_with_the_agent_down(stage: Stage) -> None:
    plan = stage(STORY, "2-certificate").plan
    phases = tuple(each.model_copy(update={"mode": "stopped"}) for each in plan.phases)
    text = section(checklist(plan.model_copy(update={"phases": phases})), "2. prepare")
    places = at(text, "stpNode: `stopServer.sh STProxyServer`", "stpNode: `stopServer.sh was_stpProxy`",
                "stpNode: `stopNode.sh`", "apply.py FOLDER prepare", "stopManager.sh",
                "client/prepare/dmgrNode/ssl.client.props", "startManager.sh",
                "syncNode.sh console.acme.example 8879` with the node agent down, then `startNode.sh`",
                "stpNode: `startServer.sh STProxyServer`", "stpNode: `startServer.sh was_stpProxy`")  # fmt: skip
    assert places == sorted(places)


def test_a_certificate_s_file_and_signers_of_commands(stage: Stage) -> None:
    text = (stage(WILDCARD, "1-installed").folder / "checklist.md").read_text()
    assert "copy wild.acme.example.p12 into FOLDER" in text
    assert (
        "stpNode: `retrieveSigners.sh CellDefaultTrustStore ClientDefaultTrustStore -remoteAlias 'acme issuing ca'"
        " -localAlias 'acme issuing ca' -conntype SOAP -host console.acme.example -port 8879`"
    ) in text


def test_foreign_names_are_text(stage: Stage) -> None:
    plan = stage(STORY, "2-certificate").plan
    servers = tuple(each.model_copy(update={"name": "x`; rm -rf ~\n# no"}) for each in plan.servers)
    text = checklist(plan.model_copy(update={"servers": servers, "notes": ("<b>*[x](y)\n",)}))
    assert "\\<b>\\*\\[x\\](y)?" in text
    assert "\n# no" not in text
    assert "`stopServer.sh 'x?; rm -rf ~?# no'`" in text, "quoted for a shell, too"
