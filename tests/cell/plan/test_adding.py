"""Keys go where they are used, signers wherever somebody must believe them, each only if it is not there yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cell.plan.conftest import WILDCARD, Plans
from limner.cell.errors import CellError
from limner.cell.keystores import Kind
from limner.cell.plan.adding import Adding
from limner.cell.plan.packs import Pack, read_packs
from limner.cell.sample.authority import make_authority


def pack_of(sample: Path) -> Pack:
    return next(iter(read_packs(WILDCARD, sample, lambda file: lambda: "WebAS").values()))


def test_signers_go_into_every_trust_store_and_those_of_commands(plans: Plans, sample: Path) -> None:
    cell = plans("1-installed").cell
    adding = Adding(cell)
    adding.signers(pack_of(sample), [each.trust_store for each in cell.security.configs if each.trust_store])
    assert [each.do for each in adding.edits].count("signer") == 2 * 5
    assert [each.do for each in adding.edits].count("client signer") == 2 * 4
    assert {each.alias for each in adding.edits} == {"acme issuing ca", "acme public root"}
    assert adding.entries == adding.signers_only
    assert list(adding.between({}, adding.entries)) == adding.edits
    assert list(adding.between(adding.entries, adding.entries)) == []


def test_what_is_there_is_not_added(plans: Plans, sample: Path) -> None:
    cell = plans("2-certificate").cell
    config = next(each for each in cell.security.configs if each.alias == "CellDefaultSSLSettings")
    assert config.key_store
    assert config.trust_store
    adding = Adding(cell)
    adding.signers(pack_of(sample), [config.trust_store])
    adding.key("dmgrNode", config.key_store, "Wildcard", pack_of(sample))
    assert adding.edits == []


def test_an_alias_that_is_another_certificate_s_is_refused(plans: Plans, sample: Path) -> None:
    cell = plans("1-installed").cell
    config = next(each for each in cell.security.configs if each.alias == "CellDefaultSSLSettings")
    assert config.key_store
    adding = Adding(cell)
    with pytest.raises(CellError, match="DEFAULT is in CellDefaultKeyStore"):
        adding.key("dmgrNode", config.key_store, "DEFAULT", pack_of(sample))
    adding.key("dmgrNode", config.key_store, "new", pack_of(sample))
    adding.key("dmgrNode", config.key_store, "new", pack_of(sample))
    assert [each.alias for each in adding.edits] == ["new"]
    assert [each.kind for each in adding.entries["", "key.p12"]] == [Kind.KEY]


def test_a_taken_name_of_a_signer_gets_a_number(plans: Plans, sample: Path) -> None:
    cell = plans("1-installed").cell
    config = next(each for each in cell.security.configs if each.alias == "CellDefaultSSLSettings")
    assert config.trust_store
    adding = Adding(cell)
    for _ in range(2):  # another authority of the same name
        root = make_authority("Acme Public Root")
        adding.signers(Pack("x.p12", "x", (pack_of(sample).chain[0], root.certificate)), [config.trust_store])
    signers = [each.alias for each in adding.edits if each.do == "signer"]
    assert signers == ["acme public root", "acme public root 2"]


def test_a_store_that_cannot_be_opened_is_told(plans: Plans, sample: Path) -> None:
    cell = replace(plans("1-installed").cell, files={}, nodes=())
    config = next(each for each in cell.security.configs if each.alias == "CellDefaultSSLSettings")
    assert config.trust_store
    adding = Adding(cell)
    adding.signers(pack_of(sample), [config.trust_store])
    assert any("was not looked into" in note for note in adding.notes)
    assert "signer" in {each.do for each in adding.edits}, "the script looks before it adds"
