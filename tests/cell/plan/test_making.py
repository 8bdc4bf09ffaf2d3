"""A plan that is made breaks no pair that must talk, at any moment, and leads to what was wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from cell.plan.conftest import OLD, STORY, WILDCARD, Planned, Plans, change
from cell.plan.spec import cells, changes, stores
from limner.cell.errors import CellError
from limner.cell.model import Cell, Direction, Kind
from limner.cell.plan import Change, Made, document
from limner.cell.plan.making import RESTARTED
from limner.cell.plan.world import World
from limner.cell.reach import reach, read_clients
from limner.cell.reach.sides import block_of
from limner.cell.resolve import Resolver
from limner.cell.suites import Answer

RANK = {Answer.NO: 0, Answer.OPEN: 1, Answer.YES: 2}
Pairs = dict[tuple[str, str, str], Answer]


def test_the_story(plans: Plans) -> None:
    """SSL_TLSv2 everywhere first, then TLSv1.2 at the one proxy, which alone is restarted for it."""
    made = plans().made(STORY)
    assert [(phase.name, phase.mode) for phase in made.phases] == [
        ("calm", "rolling"), ("prepare", "rolling"), ("switch", "rolling"), ("close", "rolling"),
    ]  # fmt: skip
    calm, prepare, switch, close = made.phases
    assert [each.words for each in calm.edits] == ["dynamic update of SSL settings off"]
    assert [each.words for each in close.edits] == ["dynamic update of SSL settings on"]
    assert {each.do for each in prepare.edits} == {"configure", "client"}
    assert {each.do for each in switch.edits} == {"assign"}
    assert switch.restart == ("stpNode/was_stpProxy",)
    assert len(prepare.restart) == 11
    assert all(stage.no <= 2 for phase in made.phases for stage in phase.stages), "two could not before either"
    assert switch.stages[-1].no == 0


def test_the_certificate_s_signers_come_first(plans: Plans) -> None:
    """With a second key in the cell's store XDADefaultSSLSettings, of no alias, may show either: so signers first."""
    made = plans("1-installed").made(WILDCARD)
    assert [phase.name for phase in made.phases] == ["calm", "signers", "prepare", "switch", "close"]
    _, signers, prepare, switch, _ = made.phases
    assert {each.do for each in signers.edits} == {"signer", "client signer"}
    assert {each.do for each in prepare.edits} == {"key"}
    assert {each.do for each in switch.edits} == {"new scope", "assign"}
    assert {phase.mode for phase in made.phases} == {"rolling"}


def test_what_is_as_wanted_needs_no_plan(plans: Plans) -> None:
    made = plans("3-tls12").made(STORY)
    assert (made.phases, len(made.worlds)) == ((), 1)


def test_enforcing_tls_1_2_in_the_cell_is_refused_because_of_sip_and_recording(plans: Plans) -> None:
    refused = plans("3-tls12").refused(
        change(protocol=[{"protocol": "TLSv1.2", "configurations": ["CellDefaultSSLSettings"]}])
    )
    broken = {(each.caller, each.wanted.target.label) for each in refused.broken}
    assert broken == {("thick client", "mediaNode/STSipProxy"), ("thick client", "mtgNode/was_mtgProxy"),
                      ("meeting recording", "mtgNode/STMeetingServer")}  # fmt: skip
    assert refused.end
    assert all("no common protocol" in reason for each in refused.broken for reason in each.reasons)


def test_between_two_protocols_that_have_nothing_in_common_is_one_that_has_both(plans: Plans) -> None:
    there = plans("3-tls12", clients=())
    before = there.made(change(protocol=[{"protocol": "TLSv1.1", "configurations": ["*"], "commands": ["*"]}]))
    moved = Planned(before.worlds[-1].cell, there.folder, OLD, ())
    made = moved.made(change(protocol=[{"protocol": "TLSv1.2", "configurations": ["*"], "commands": ["*"]}]))
    assert [phase.mode for phase in made.phases] == ["rolling"] * 4
    between, end = ({each.alias: each.protocol for each in made.phases[at].expected.configurations} for at in (1, 2))
    assert (between["CellDefaultSSLSettings"], between["XDADefaultSSLSettings"]) == ("SSL_TLSv2", "SSL_TLSv2")
    assert set(end.values()) == {"TLSv1.2"}


def test_where_nothing_lies_between_the_nodes_are_stopped(plans: Plans) -> None:
    """Other cipher suites, none of them in common: then nobody may run with the old settings."""
    there = plans("3-tls12", clients=())
    one, other = "SSL_RSA_WITH_AES_128_CBC_SHA", "SSL_ECDHE_RSA_WITH_AES_128_CBC_SHA"
    before = there.made(change(ciphers=[{"only": [one], "configurations": ["*"]}]))
    moved = Planned(before.worlds[-1].cell, there.folder, OLD, ())
    made = moved.made(change(ciphers=[{"only": [other], "configurations": ["*"]}]))
    switch = made.phases[2]
    assert [phase.mode for phase in made.phases] == ["rolling", "rolling", "stopped", "rolling"]
    assert switch.name == "switch"
    assert len(switch.restart) == 11
    assert [stage.yes for stage in switch.stages][1:4] == [4, 4, 4], "commands and the deployment manager"
    assert all(stage.no == 0 for stage in switch.stages)


def test_a_stale_node_gets_what_it_lacks_first(plans: Plans) -> None:
    made = plans("3-tls12").made(change(protocol=[{"protocol": "TLSv1.2", "processes": ["STConferenceManager"]}]))
    assert made.phases[0].name == "calm"
    assert all(label.startswith("mediaNode/") for label in made.phases[0].restart)
    assert any("mediaNode has not synchronised" in note for note in made.notes)


def test_that_can_leaves_out_who_cannot(plans: Plans) -> None:
    made = plans("3-tls12").made(
        change(protocol=[{"protocol": "TLSv1.2", "processes": ["ST*", "was_*"], "that_can": True}])
    )
    assert made.left_out == ("mediaNode/STSipProxy", "mtgNode/STMeetingServer", "mtgNode/was_mtgProxy")
    assert any(each.do == "new scope" for phase in made.phases for each in phase.edits)


def test_without_the_sdk_s_level_what_may_break_is_refused(plans: Plans) -> None:
    """On SDK 6 it is open whether there is a TLSv1.2 at all."""
    refused = plans("3-tls12", jdk=None).refused(
        change(protocol=[{"protocol": "TLSv1.2", "processes": ["STConferenceManager"]}])
    )
    assert refused.broken
    assert all(each.after.answer is Answer.OPEN for each in refused.broken)


def test_the_document_tells_where_the_deployment_manager_is(plans: Plans) -> None:
    there = plans()
    made = there.made(STORY)
    plan = document(there.cell, made, OLD, datetime(2026, 1, 2, tzinfo=UTC), {"": "/x"}, b"<x/>")
    assert (plan.host, plan.port, plan.manager) == ("console.acme.example", 8879, "dmgrNode/dmgr")
    lost = replace(there.cell, nodes=there.cell.nodes[1:])
    with pytest.raises(CellError, match="no deployment manager"):
        document(lost, made, OLD, datetime(2026, 1, 2, tzinfo=UTC), {}, b"")


# -- laws -------------------------------------------------------------------------------------------------------------


@st.composite
def tasks(draw: st.DrawFn) -> tuple[Cell, Change, Random]:
    cell = draw(cells())
    return cell, draw(changes(cell)), Random(draw(st.integers(0, 1000)))


@given(tasks())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_moment_of_a_plan_breaks_a_pair_and_its_end_is_what_was_wanted(
    task: tuple[Cell, Change, Random],
) -> None:
    """Reach is worked out anew, by brute force, for every mixture of old and new that the plan passes through."""
    cell, wanted, chance = task
    planned = Planned(cell, Path(), OLD, read_clients())
    made = planned.make(wanted)
    if not isinstance(made, Made):
        event("refused")
        end = made.broken[0]
        assert RANK[end.after.answer] < RANK[end.before.answer]
        return
    event(f"made, {len(made.phases)} phases, {sum(each.mode == 'stopped' for each in made.phases)} stopped")
    first = answers(cell)
    for phase, old, new in zip(made.phases, made.worlds, made.worlds[1:], strict=False):
        for moment in moments(phase.mode, old, new, chance):
            now = answers(moment)
            worse = {pair for pair, was in first.items() if RANK[now.get(pair, was)] < RANK[was]}
            assert not worse, (phase.name, worse)
    reaches(made, wanted)


def moments(mode: str, old: World, new: World, chance: Random) -> Iterator[Cell]:
    """Yield what a phase passes through: the deployment manager first, then node by node in whatever order."""
    if mode == "rolling":
        names = [node.name for node in old.cell.nodes]
        order = chance.sample(names, len(names))
        for done in range(len(order) + 1):
            commands = set(chance.sample(names, chance.randint(0, len(names))))
            yield mixture(old, new, set(order[:done]), commands)
    yield mixture(new, new, set(), set())


def mixture(old: World, new: World, synced: set[str], commands: set[str]) -> Cell:
    """Make a cell of which some nodes run by the new settings, and some nodes' commands have theirs."""
    nodes = []
    for before, after in zip(old.cell.nodes, new.cell.nodes, strict=True):
        world = new if before.name in synced else old
        there = world.cell.node(before.name)
        assert there
        security = there.security or world.security
        client = after.client if before.name in commands else before.client
        nodes.append(replace(there, security=security, files=stores(), client=client))
    return replace(new.cell, nodes=tuple(nodes))


def answers(cell: Cell) -> Pairs:
    nodes = tuple(replace(each, security=each.security or cell.security, files=stores()) for each in cell.nodes)
    found = reach(replace(cell, nodes=nodes), read_clients(), jdk=OLD)
    return {(each.caller, each.target, each.via): each.answer for each in found.pairs if each.needed}


def reaches(made: Made, wanted: Change) -> None:
    """Assert that the end is what was wanted: the later table counts, processes before configurations."""
    end = made.worlds[-1].cell
    if not made.phases:
        end = World(end).after(end.security).cell
    resolver = Resolver(end, synced=True)
    assert all(node.security in (None, end.security) for node in end.nodes)
    for process in end.processes:
        tables = [each for each in wanted.protocol if each.wants(process)]
        tables = [each for each in tables if not (each.that_can and process.label in made.left_out)]
        if not tables or process.kind not in RESTARTED:
            continue
        ways = [resolver.outbound(process), *(resolver.inbound(process, each.name) for each in process.endpoints)]
        assert {each.config and each.config.protocol for each in ways} == {tables[-1].protocol}
    named = {each.key for each in end.security.configs if any(table.wants_config(each) for table in wanted.protocol)}
    by_process = any(each.processes for each in wanted.protocol)
    for config in end.security.configs:
        if config.key in named and not by_process:
            last = [each for each in wanted.protocol if each.wants_config(config)][-1]
            assert config.protocol == last.protocol
    for node in end.nodes:
        spoken = [each.protocol for each in wanted.protocol if each.commands]
        if node.client and spoken:
            block = block_of(node.client)
            assert block
            assert block.protocol == spoken[-1]


def test_the_mixtures_of_the_law_are_mixed(plans: Plans) -> None:
    made = plans().made(STORY)
    old, new = made.worlds[1], made.worlds[2]
    mixed = mixture(old, new, {"dmgrNode"}, set())
    kinds = {each.kind for each in mixed.processes}
    assert Kind.DMGR in kinds
    protocols = {
        resolved.config.protocol
        for process in mixed.processes
        for resolved in [Resolver(mixed).outbound(process)]
        if resolved.config and Direction.OUTBOUND
    }
    assert protocols == {"SSL_TLS", "SSL_TLSv2"}
