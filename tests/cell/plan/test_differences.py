"""Edits lead from one security.xml to another, and what is expected is what the resolver says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cell.plan.conftest import Plans
from limner.cell.errors import CellError
from limner.cell.model import Direction, Scope
from limner.cell.plan.differences import edits_between, expected
from limner.cell.plan.edits import NewConfig
from limner.cell.plan.world import with_config, with_group


def test_nothing_differs_from_itself(plans: Plans) -> None:
    security = plans().cell.security
    assert list(edits_between(security, security)) == []


def test_each_difference_is_one_edit_and_what_is_used_is_made_first(plans: Plans) -> None:
    security = plans("1-installed").cell.security
    config = next(each for each in security.configs if each.alias == "CellDefaultSSLSettings")
    scope = Scope("acmeCell", node="stpNode", server="was_stpProxy")
    new = replace(config, alias="Own", scope=Scope("acmeCell", node="stpNode"))
    after = with_config(with_config(security, replace(config, level="CUSTOM", ciphers=("A", "B"))), new)
    group = replace(security.groups[0], scope=scope, direction=Direction.INBOUND, config=new, certificate_alias="")
    edits = list(edits_between(security, with_group(replace(after, dynamic_update=False), group)))
    assert [each.do for each in edits] == ["dynamic update", "new scope", "configure", "new configuration", "assign"]
    assert edits[2].words == (
        "CellDefaultSSLSettings of (cell):acmeCell: securityLevel HIGH -> CUSTOM, enabledCiphers nothing -> A B"
    )
    made = edits[3]
    assert isinstance(made, NewConfig)
    assert made.values["keyStoreName"] == "CellDefaultKeyStore"
    assert made.values["clientAuthentication"] == "false"
    assert "clientKeyAlias" not in made.values, "what is empty is not said"


def test_a_copy_without_stores_cannot_be_made(plans: Plans) -> None:
    security = plans().cell.security
    bare = replace(security.configs[0], alias="Own", key_store=None)
    with pytest.raises(CellError, match="without stores"):
        list(edits_between(security, with_config(security, bare)))


def test_what_is_expected_of_the_proxy(plans: Plans) -> None:
    found = expected(plans("3-tls12").cell)
    proxy = [each for each in found.inherited if each.scope.endswith("was_stpProxy")]
    assert {(each.config, each.certificate) for each in proxy} == {("NodeDefaultSSLSettings", "wildcard")}
    assert [each.direction for each in proxy] == ["inbound", "outbound"]
    assert len(found.configurations) == 6
