"""What a change comes to in security.xml: who gets settings of its own, and where they stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cell.plan.conftest import OLD, WILDCARD, Plans, change
from limner.cell.errors import CellError
from limner.cell.model import Cell, Direction, Scope, SSLConfigGroup
from limner.cell.plan.design import Design, design
from limner.cell.plan.packs import read_packs
from limner.cell.plan.world import World, group_at, with_config, with_group
from limner.cell.resolve import Resolver


def drawn(cell: Cell, folder: Path | None = None, **tables: Any) -> Design:
    wanted = change(**tables)
    calm = World(cell).after(cell.security).cell
    packs = read_packs(wanted, folder, lambda file: lambda: "WebAS") if folder else {}
    return design(calm, wanted, packs, OLD)


def protocols(cell: Cell, made: Design) -> dict[str, set[str | None]]:
    resolver = Resolver(World(cell).after(made.security).cell)
    return {
        process.label: {
            each.config and each.config.protocol
            for each in (resolver.outbound(process), *(resolver.inbound(process, p.name) for p in process.endpoints))
        }
        for process in resolver.cell.processes
    }


def test_a_process_gets_its_node_s_settings_where_nobody_else_has_them(plans: Plans) -> None:
    cell = plans("2-certificate").cell
    made = drawn(cell, protocol=[{"protocol": "TLSv1.2", "processes": ["was_stpProxy"]}])
    found = protocols(cell, made)
    assert found.pop("stpNode/was_stpProxy") == {"TLSv1.2"}
    assert set().union(*found.values()) == {"SSL_TLS"}
    group = group_at(made.security, Scope("acmeCell", node="stpNode", server="was_stpProxy"), Direction.INBOUND)
    assert group
    assert group.config
    assert (group.config.alias, group.certificate_alias) == ("NodeDefaultSSLSettings", "wildcard")
    assert any("AdminSSLOutbound (ADMIN_SOAP,*,*) stays with" in note for note in made.notes)


def test_where_the_node_s_store_lacks_the_certificate_there_are_new_settings(plans: Plans) -> None:
    """mtgNode's own key store has no wildcard certificate, and the cell's has."""
    cell = plans("2-certificate").cell
    made = drawn(cell, protocol=[{"protocol": "TLSv1.2", "processes": ["was_mtgProxy"]}])
    (new,) = {each.key for each in made.security.configs} - {each.key for each in cell.security.configs}
    assert new == ("was_mtgProxySSLSettings", Scope("acmeCell", node="mtgNode"))
    assert protocols(cell, made)["mtgNode/was_mtgProxy"] == {"TLSv1.2"}
    again = replace(cell, security=made.security)
    twice = drawn(again, protocol=[{"protocol": "TLSv1.1", "processes": ["was_mtgProxy"]}])
    assert len(twice.security.configs) == len(made.security.configs), "its own settings are changed, not made again"


def test_processes_that_have_settings_together_keep_them_together(plans: Plans) -> None:
    cell = plans("1-installed").cell
    made = drawn(cell, protocol=[{"protocol": "TLSv1.2", "processes": ["*"]}])
    assert {each.key for each in made.security.configs} == {each.key for each in cell.security.configs}
    found = protocols(cell, made)
    assert set().union(*found.values()) == {"TLSv1.2"}


def test_suites_are_dropped_and_the_rest_named(plans: Plans) -> None:
    cell = plans("3-tls12").cell
    drop = ["TLS_RSA_WITH_AES_128_CBC_SHA", "SSL_RSA_WITH_3DES_EDE_CBC_SHA"]
    made = drawn(cell, ciphers=[{"drop": drop, "configurations": ["stpNode/NodeDefaultSSLSettings"]}])
    (config,) = (each for each in made.security.configs if each.level == "CUSTOM")
    assert config.scope.node == "stpNode"
    assert config.ciphers
    assert "SSL_RSA_WITH_AES_128_CBC_SHA" not in config.ciphers
    assert all(each.startswith("SSL_") for each in config.ciphers), "IBM's names"
    assert any("listSSLCiphers" in note for note in made.notes)
    less = drawn(replace(cell, security=made.security), ciphers=[
        {"drop": [config.ciphers[0], *drop], "configurations": ["stpNode/NodeDefaultSSLSettings"]}
    ])  # fmt: skip
    assert config.ciphers[1:] in {each.ciphers for each in less.security.configs}
    with pytest.raises(CellError, match="no cipher suite is left"):
        drawn(replace(cell, security=made.security), ciphers=[
            {"drop": list(config.ciphers), "configurations": ["stpNode/NodeDefaultSSLSettings"]}
        ])  # fmt: skip


def test_a_certificate_is_imported_where_it_is_used_and_assigned(plans: Plans, sample: Path) -> None:
    cell = plans("1-installed").cell
    made = drawn(cell, sample, **WILDCARD.model_dump(exclude_defaults=True))
    assert [each.store for each in made.adding.edits if each.do == "key"] == ["CellDefaultKeyStore"]
    groups = {(each.scope.server, each.direction.value) for each in made.security.groups if each.scope.server}
    assert len(groups) == 8
    assert {each.certificate_alias for each in made.security.groups if each.scope.server} == {"wildcard"}


def test_the_story_s_three_steps_in_one_change(plans: Plans, sample: Path) -> None:
    """The certificate in the node's own store, the node's settings at the proxy, TLSv1.2 there."""
    cell = plans("1-installed").cell
    made = drawn(
        cell, sample,
        certificate=[{"file": "wild.acme.example.p12", "alias": "wildcard", "processes": ["was_stpProxy"]}],
        protocol=[{"protocol": "TLSv1.2", "processes": ["was_stpProxy"]}],
    )  # fmt: skip
    (key,) = (each for each in made.adding.edits if each.do == "key")
    assert key.path == "nodes/stpNode/key.p12"
    group = group_at(made.security, Scope("acmeCell", node="stpNode", server="was_stpProxy"), Direction.OUTBOUND)
    assert group
    assert group.certificate_alias == "wildcard"
    assert group.config
    assert (group.config.alias, group.config.protocol) == ("NodeDefaultSSLSettings", "TLSv1.2")


def test_a_group_of_an_endpoint_is_changed_too(plans: Plans) -> None:
    cell = plans("2-certificate").cell
    whole = next(each for each in cell.security.configs if each.alias == "CellDefaultSSLSettings")
    scope = Scope("acmeCell", node="stpNode", server="was_stpProxy", endpoint="PROXY_HTTPS_ADDRESS")
    group = SSLConfigGroup(
        name="e", direction=Direction.INBOUND, scope=scope, config=whole, certificate_alias="wildcard"
    )
    cell = replace(cell, security=with_group(cell.security, group))
    made = drawn(cell, protocol=[{"protocol": "TLSv1.2", "processes": ["was_stpProxy"]}])
    assert protocols(cell, made)["stpNode/was_stpProxy"] == {"TLSv1.2"}


def test_a_group_of_a_cluster_cannot_be_gone_round(plans: Plans) -> None:
    cell = plans("2-certificate").cell
    config = replace(cell.security.configs[0], protocol="TLSv1.1")
    scope = Scope("acmeCell", cluster="STProxyCluster")
    group = SSLConfigGroup(name="k", direction=Direction.INBOUND, scope=scope, config=config)
    cell = replace(cell, security=with_group(with_config(cell.security, config), group))
    with pytest.raises(CellError, match="a group of the cluster STProxyCluster decides"):
        drawn(cell, protocol=[{"protocol": "TLSv1.2", "processes": ["STProxyServer"]}])


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ({"configurations": ["Nobody*"]}, "no SSL configuration Nobody"),
        ({"processes": ["nobody"]}, "no process nobody"),
        ({"commands": ["nobody"]}, "no node nobody"),
    ],
)
def test_names_that_nobody_has_are_told(plans: Plans, table: dict[str, object], what: str) -> None:
    with pytest.raises(CellError, match=what.replace("*", r"\*")) as why:
        drawn(plans().cell, protocol=[{"protocol": "TLSv1.2", **table}])
    assert "there are: " in (why.value.hint or "")
