"""A world is a cell at a moment of a plan."""

from __future__ import annotations

from dataclasses import replace

from cell.plan.conftest import Plans
from limner.cell.keystores import Entry, Kind
from limner.cell.model import Direction, Scope
from limner.cell.plan.world import Staged, World, group_at, with_config, with_group


def test_afterwards_all_nodes_have_synchronised_and_keep_their_own_stores(plans: Plans) -> None:
    cell = plans("3-tls12").cell
    stale = cell.node("mediaNode")
    assert stale
    assert stale.security != cell.security
    after = World(cell).after(cell.security, {"mediaNode": "TLSv1.2"}).cell.node("mediaNode")
    assert after
    assert after.security == cell.security
    assert after.files["etc/trust.p12"] == stale.files["etc/trust.p12"]
    assert after.files["trust.p12"] == cell.files["trust.p12"]
    assert after.client
    assert after.client.blocks[0].protocol == "TLSv1.2"


def test_what_is_added_to_a_store_is_there_and_nowhere_else(plans: Plans) -> None:
    cell = plans().cell
    config = next(each for each in cell.security.configs if each.alias == "CellDefaultSSLSettings")
    assert config.trust_store
    assert config.key_store
    entry = Entry(Kind.TRUSTED, "more", ())
    stores = Staged(World(cell, {("", "trust.p12"): (entry,)}))
    assert [each.alias for each in stores.open("stpNode", config.trust_store).store.entries][-1] == "more"  # type: ignore[union-attr]
    assert entry not in stores.open("stpNode", config.key_store).store.entries  # type: ignore[union-attr]


def test_a_changed_configuration_is_changed_wherever_it_is_named(plans: Plans) -> None:
    security = plans().cell.security
    config = next(each for each in security.configs if each.alias == "CellDefaultSSLSettings")
    after = with_config(security, replace(config, protocol="TLSv1.2"))
    named = [each.config for each in (*after.groups, *after.dynamic) if each.config and each.config.key == config.key]
    assert named
    assert {each.protocol for each in (*named, after.default_config) if each} == {"TLSv1.2"}
    assert with_config(after, config) == security


def test_a_group_is_one_per_scope_and_direction(plans: Plans) -> None:
    security = plans("1-installed").cell.security
    scope = Scope("acmeCell", node="stpNode", server="was_stpProxy")
    assert group_at(security, scope, Direction.INBOUND) is None
    group = replace(security.groups[0], scope=scope, direction=Direction.INBOUND, name="was_stpProxy")
    once = with_group(security, group)
    assert group_at(once, scope, Direction.INBOUND) == group
    assert scope in once.scopes
    assert with_group(once, group) == once
