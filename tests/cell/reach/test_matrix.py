"""Who can talk with whom, in the sample cell and in what may become of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cell.reach.conftest import NODES, Read
from limner.cell.model import Kind
from limner.cell.reach import Pair, Reach, reach
from limner.cell.reach.matrix import over_levels
from limner.cell.suites import Answer, Jdk, On, Outcome, Reason, Refusal, Version
from limner.cell.suites.jdk import LEVELS

OLD, NEW = Jdk.parse("7.1.3.0"), Jdk.parse("8.0.6.30")


def pair(found: Reach, caller: str, target: str, via: str) -> Pair:
    (one,) = (each for each in found.pairs if (each.caller, each.target, each.via) == (caller, target, via))
    return one


def wanting(found: Reach) -> set[tuple[str, str, str]]:
    return {(each.caller, each.target, each.via) for each in found.needed(Answer.NO)}


def test_the_seed_s_solution_works(read: Read) -> None:
    """TLSv1.2 at the proxy alone, SSL_TLSv2 elsewhere, on an SDK of that time: nobody is locked out."""
    found = reach(read(*NODES), jdk=OLD)
    assert found.sound
    assert len(found.needed(Answer.YES)) > 50
    assert found.needed(Answer.OPEN) == []
    proxy = pair(found, "stpNode/was_stpProxy", "stpNode/STProxyServer", "https")
    assert proxy.outcome.protocol is Version.TLS12
    assert proxy.caller_setting == "server stpNode/was_stpProxy: NodeDefaultSSLSettings [TLSv1.2], certificate wildcard"
    assert pair(found, "thick client", "stpNode/was_stpProxy", "https").answer is Answer.NO
    assert not pair(found, "thick client", "stpNode/was_stpProxy", "https").needed


def test_enforcing_tls_1_2_in_the_cell_locks_sip_and_recording_out(read: Read) -> None:
    found = reach(read(CellDefaultSSLSettings="TLSv1.2"), jdk=OLD)
    assert {("thick client", "mediaNode/STSipProxy", "sips"),
            ("thick client", "mtgNode/was_mtgProxy", "https"),
            ("meeting recording", "mtgNode/STMeetingServer", "https")} <= wanting(found)  # fmt: skip
    assert pair(found, "browser, current", "mtgNode/was_mtgProxy", "https").answer is Answer.YES
    assert pair(found, "Sametime mobile", "mtgNode/was_mtgProxy", "https").answer is Answer.YES
    refusal = pair(found, "thick client", "mediaNode/STSipProxy", "sips").outcome.refusals[0]
    assert refusal.reason is Reason.VERSION


def test_forgetting_xda_is_caught(read: Read) -> None:
    """The node agent that seems to stop and start: XDADefaultSSLSettings still has what the cell has left."""
    found = reach(read(CellDefaultSSLSettings="TLSv1.2", XDADefaultSSLSettings="SSL_TLS"), jdk=OLD)
    overlay = {each for each in wanting(found) if each[2].startswith("overlay")}
    assert ("stpNode/nodeagent", "dmgrNode/dmgr", "overlay to central") in overlay
    remembered = reach(read(CellDefaultSSLSettings="TLSv1.2", XDADefaultSSLSettings="SSL_TLSv2"), jdk=OLD)
    assert not any(via.startswith("overlay") for _, _, via in wanting(remembered))


def test_a_stale_node_is_locked_out_and_its_commands_are_not(read: Read) -> None:
    found = reach(read(*NODES, CellDefaultSSLSettings="TLSv1.2"), jdk=OLD)
    assert ("mediaNode/nodeagent", "dmgrNode/dmgr", "admin") in wanting(found)
    assert ("mediaNode/nodeagent", "dmgrNode/dmgr", "files") in wanting(found)
    assert pair(found, "commands on mediaNode", "dmgrNode/dmgr", "admin").answer is Answer.YES
    admin = pair(found, "mediaNode/nodeagent", "dmgrNode/dmgr", "admin")
    assert admin.caller_setting.startswith("dynamic selection AdminSSLOutbound"), "it goes round the node's group"


def test_an_alias_that_is_not_in_the_store_leaves_a_server_without_certificate(read: Read) -> None:
    found = reach(read(alias="wildcard2026"), jdk=OLD)
    outcome = pair(found, "browser, current", "stpNode/was_stpProxy", "https").outcome
    assert (outcome.answer, outcome.refusals[0].reason) == (Answer.NO, Reason.CERTIFICATE)


def test_a_protocol_that_enables_nothing_is_told(read: Read) -> None:
    found = reach(read(CellDefaultSSLSettings="SSL_TLS"), jdk=NEW)
    outcome = pair(found, "stpNode/nodeagent", "dmgrNode/dmgr", "admin").outcome
    assert outcome.answer is Answer.NO
    assert any("nobody can connect" in each for each in outcome.uncertain)


def test_certificates_end(read: Read) -> None:
    late = datetime.now(UTC) + timedelta(days=40 * 365)
    outcome = pair(reach(read(), jdk=OLD, at=late), "stpNode/nodeagent", "dmgrNode/dmgr", "admin").outcome
    assert {each.reason for each in outcome.refusals} == {Reason.DATE}


def test_without_a_level_of_the_sdk_all_are_tried_and_the_difference_is_told(read: Read) -> None:
    found = reach(read(*NODES))
    assert pair(found, "stpNode/nodeagent", "dmgrNode/dmgr", "admin").answer is Answer.YES
    stale = pair(found, "mediaNode/nodeagent", "mediaNode/STSipProxy", "admin").outcome
    assert stale.answer is Answer.OPEN
    assert any(each.startswith("depends on the SDK: yes, TLSv1 with 6.0") for each in stale.uncertain)
    assert any("--jdk" in note for note in found.notes)


def test_an_old_profile_that_was_not_given_is_told(read: Read) -> None:
    found = reach(read(), jdk=OLD)
    assert any("commands on mediaNode, mtgNode, stpNode are not looked at" in note for note in found.notes)
    assert not any(each.caller == "commands on stpNode" for each in found.pairs)


def test_stores_that_are_not_there_leave_it_open(read: Read) -> None:
    cell = read()
    cell.files.clear()  # type: ignore[attr-defined]
    found = reach(cell, jdk=OLD)
    assert found.needed(Answer.YES) == []
    assert any("a store is not looked into" in note for note in found.notes)


def test_every_process_has_a_role_and_only_the_fixed_are_certain(read: Read) -> None:
    cell = read()
    told = {label: given for label, _, given in reach(cell, jdk=OLD).roles}
    assert told == {
        process.label: process.kind in (Kind.DMGR, Kind.NODE_AGENT) for process in cell.processes
    }  # fmt: skip


outcomes = st.builds(
    Outcome,
    st.sampled_from(Answer),
    st.sampled_from(Version),
    st.none(),
    st.just((Refusal(Reason.VERSION, On.BOTH, "no"),)),
)


@given(st.lists(outcomes, min_size=1, max_size=len(LEVELS)))
def test_an_answer_over_all_levels_is_that_of_each_or_open(found: list[Outcome]) -> None:
    whole = over_levels(list(zip(LEVELS, found, strict=False)))
    answers = {each.answer for each in found}
    assert whole.answer is (answers.pop() if len(answers) == 1 else Answer.OPEN)
    assert whole.answer is not Answer.YES or whole.protocol == min(each.protocol for each in found if each.protocol)
