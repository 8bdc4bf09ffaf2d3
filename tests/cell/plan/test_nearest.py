"""A refusal names the nearest change that works: what was forgotten, or what asks less."""

from __future__ import annotations

from cell.plan.conftest import Planned, Plans, change
from limner.cell.errors import CellError
from limner.cell.plan import Change, Made, nearest
from limner.cell.reach import Client
from limner.cell.suites import Version

MODERN = (Client(name="browser", versions=(Version.TLS12,), needs=frozenset({"chat", "meeting"})),)


def better(there: Planned, wanted: Change) -> Change:
    found = nearest(wanted, there.refused(wanted), there.cell, there.judge.wanted, there.make)
    assert found
    assert isinstance(there.make(found), Made), "it is tried"
    return found


def test_for_tls_1_2_in_the_whole_cell_it_is_the_story_s_own_solution(plans: Plans) -> None:
    """SSL_TLSv2 for the cell and XDADefaultSSLSettings, TLSv1.2 at the proxy in front of the chat alone."""
    wanted = change(protocol=[{"protocol": "TLSv1.2", "configurations": ["CellDefaultSSLSettings"]}])
    for moment in ("2-certificate", "3-tls12"):
        widest, front = better(plans(moment), wanted).protocol
        assert (widest.protocol, widest.configurations) == (
            "SSL_TLSv2", ("CellDefaultSSLSettings", "XDADefaultSSLSettings"),
        )  # fmt: skip
        assert (front.protocol, front.processes) == ("TLSv1.2", ("stpNode/was_stpProxy",))


def test_a_forgotten_xda_is_caught_before_it_happens(plans: Plans) -> None:
    """All clients could TLSv1.2, and still the node agents would seem to stop and start again and again."""
    there = plans("2-certificate", clients=MODERN)
    table = {"protocol": "TLSv1.2", "configurations": ["CellDefaultSSLSettings", "NodeDefault*"], "commands": ["*"]}
    wanted = change(protocol=[table])
    refused = there.refused(wanted)
    assert {each.wanted.via for each in refused.broken} == {"overlay to central"}
    assert "again and again" in refused.broken[0].wanted.why
    found = better(there, wanted)
    assert found.protocol[0] == wanted.protocol[0], "all else stays as it was wanted"
    assert (found.protocol[1].protocol, found.protocol[1].configurations) == ("TLSv1.2", ("XDADefaultSSLSettings",))


def test_forgotten_commands_are_added(plans: Plans) -> None:
    there = plans("2-certificate", clients=MODERN)
    wanted = change(protocol=[{"protocol": "TLSv1.2", "configurations": ["*"]}])
    found = better(there, wanted)
    assert found.protocol[-1].commands == ("dmgrNode", "mediaNode", "mtgNode", "stpNode")


def test_processes_that_cannot_are_left_out_by_name(plans: Plans) -> None:
    wanted = change(protocol=[{"protocol": "TLSv1.2", "processes": ["was_*"]}])
    found = better(plans("3-tls12"), wanted)
    assert [each.processes for each in found.protocol] == [("stpNode/was_stpProxy",)]
    assert not found.protocol[0].that_can


def test_where_nothing_helps_there_is_none(plans: Plans) -> None:
    there = plans("3-tls12")
    only = change(ciphers=[{"only": ["SSL_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"], "configurations": ["*"]}])
    assert nearest(only, there.refused(only), there.cell, there.judge.wanted, there.make) is None


def test_a_candidate_that_cannot_be_had_is_passed_over(plans: Plans) -> None:
    there = plans("3-tls12")
    wanted = change(protocol=[{"protocol": "TLSv1.2", "configurations": ["CellDefaultSSLSettings"]}])

    def fail(each: Change) -> Made:
        raise CellError("no")

    assert nearest(wanted, there.refused(wanted), there.cell, there.judge.wanted, fail) is None
