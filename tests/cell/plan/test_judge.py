"""The judge says of each pair what comes of it when its ends are of two moments."""

from __future__ import annotations

from dataclasses import replace

from cell.plan.conftest import OLD, STORY, Plans
from limner.cell.plan.judge import caller_of
from limner.cell.plan.world import World, with_config
from limner.cell.reach import reach
from limner.cell.suites import Answer


def test_it_says_what_reach_says(plans: Plans) -> None:
    there = plans("3-tls12")
    world = World(there.cell)
    found = {
        (each.caller, each.target, each.via): each.answer for each in reach(there.cell, jdk=OLD).pairs if each.needed
    }
    told = zip(there.judge.wanted, there.judge.answers(world, world), strict=True)
    assert {(caller_of(each), each.target.label, each.via): answer for each, answer in told if answer} == found


def test_a_pair_breaks_only_if_it_could_before(plans: Plans) -> None:
    there = plans("3-tls12")
    world = World(there.cell)
    config = next(each for each in there.cell.security.configs if each.alias == "CellDefaultSSLSettings")
    narrow = world.after(with_config(there.cell.security, replace(config, protocol="TLSv1.2")))
    broken = there.judge.broken(world, narrow, narrow, "then")
    assert {(each.before.answer, each.after.answer) for each in broken} == {(Answer.YES, Answer.NO)}
    assert {each.moment for each in broken} == {"then"}
    assert all("CellDefaultSSLSettings [TLSv1.2]" in each.target_setting for each in broken)
    assert there.judge.broken(narrow, narrow, narrow, "") == []
    assert there.judge.broken(narrow, world, world, "") == []


def test_old_settings_at_one_end_and_new_at_the_other(plans: Plans) -> None:
    there = plans("2-certificate")
    world = World(there.cell)
    every = world.cell.security
    for config in every.configs:
        every = with_config(every, replace(config, protocol="TLSv1.2"))
    narrow = world.after(every)
    inner = [at for at, each in enumerate(there.judge.wanted) if caller_of(each) == "stpNode/nodeagent"]
    old_new, new_old, new = (
        [answers[at] for at in inner]
        for answers in (
            there.judge.answers(world, narrow),
            there.judge.answers(narrow, world),
            there.judge.answers(narrow, narrow),
        )
    )
    assert set(new) == {Answer.YES}
    assert set(old_new) == set(new_old) == {Answer.NO}


def test_only_who_has_other_settings_is_changed(plans: Plans) -> None:
    there = plans()
    made = there.made(STORY)
    _, calm, prepared, switched, closed = made.worlds
    assert [each.label for each in there.judge.changed(prepared, switched)] == ["stpNode/was_stpProxy"]
    assert there.judge.changed(switched, closed) == ()
    assert len(there.judge.changed(calm, prepared)) == 11
