"""The pairs that are looked at: those of the roles, each once, and outside clients at the doors."""

from __future__ import annotations

from collections import Counter

from cell.reach.conftest import Read
from limner.cell.model import Node
from limner.cell.reach import Client, Roles, read_clients
from limner.cell.reach.pairs import Cast, Wanted, pairs
from limner.cell.suites import Version


def names(found: list[Wanted]) -> set[tuple[str, str]]:
    def name(wanted: Wanted) -> str:
        caller = wanted.caller
        return caller.name if isinstance(caller, (Node, Client)) else caller.label

    return {(name(each), each.target.label) for each in found if each.needed}


def test_node_agents_talk_with_their_own_servers_and_all_with_the_deployment_manager(read: Read) -> None:
    found = names(list(pairs(Cast(read(), Roles()), ())))
    assert ("stpNode/nodeagent", "stpNode/STProxyServer") in found
    assert ("stpNode/nodeagent", "mtgNode/STMeetingServer") not in found
    assert {("stpNode/nodeagent", "dmgrNode/dmgr"), ("dmgrNode/dmgr", "stpNode/nodeagent"),
            ("mtgNode", "dmgrNode/dmgr")} <= found  # fmt: skip


def test_every_pair_is_there_once(read: Read) -> None:
    found = Counter(
        (str(each.caller), each.target.label, each.endpoint, each.via)
        for each in pairs(Cast(read(), Roles()), read_clients())
    )
    assert set(found.values()) == {1}


def test_a_client_calls_the_proxy_in_front_and_the_server_where_there_is_none(read: Read) -> None:
    user = Client("user", (Version.TLS12,), needs=frozenset({"chat"}))
    assert ("user", "stpNode/was_stpProxy") in names(list(pairs(Cast(read(), Roles()), (user,))))
    assert ("user", "stpNode/STProxyServer") not in names(list(pairs(Cast(read(), Roles()), (user,))))
    alone = Roles({"stpNode/was_stpProxy": "server"})
    assert ("user", "stpNode/STProxyServer") in names(list(pairs(Cast(read(), alone), (user,))))


def test_a_client_that_needs_a_server_itself_passes_the_proxy(read: Read) -> None:
    recorder = Client("recorder", (Version.TLS10,), needs=frozenset({"meeting server"}))
    found = list(pairs(Cast(read(), Roles()), (recorder,)))
    assert ("recorder", "mtgNode/STMeetingServer") in names(found)
    assert any(each.target.name == "was_mtgProxy" and not each.needed for each in found)


def test_a_proxy_talks_with_the_servers_of_its_kind_wherever_they_are(read: Read) -> None:
    found = names(list(pairs(Cast(read(), Roles()), ())))
    assert ("mtgNode/was_mtgProxy", "mtgNode/STMeetingServer") in found
    assert ("mtgNode/was_mtgProxy", "stpNode/STProxyServer") not in found
    assert ("mediaNode/STSipProxy", "mediaNode/STSipProxyRegistrar") in found
