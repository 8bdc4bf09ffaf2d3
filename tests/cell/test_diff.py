"""A difference is one of TLS: what is set otherwise, and what it comes to; order, ids and names of files are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cell.spec import CELL, Spec, files, specs

from limner.cell.diff import OUTCOME, Change, compare
from limner.cell.model import Cell
from limner.cell.reading import read_cell
from limner.cell.reading.cell import read_one
from limner.cell.reading.place import Tree


def read(spec: Spec, seed: int = 0, cell: str = CELL) -> Cell:
    old, new = f"(cell):{CELL}".encode(), f"(cell):{cell}".encode()
    written = {path: raw.replace(old, new) for path, raw in files(spec, seed).items()}
    return read_one(Tree(place="test", cell=cell, files=written))


def moment(sample: Path, name: str, node: str = "dmgrNode") -> Cell:
    return read_cell(sample / name / node)


@settings(max_examples=20)
@given(specs(), st.integers(0, 99), st.integers(0, 99))
def test_a_cell_does_not_differ_from_itself(spec: Spec, one: int, other: int) -> None:
    assert compare(read(spec, one), read(spec, other)) == []


@settings(max_examples=20)
@given(specs())
def test_the_name_of_the_cell_is_no_difference(spec: Spec) -> None:
    assert compare(read(spec), read(spec, cell="d")) == []


@settings(max_examples=20)
@given(specs(), specs())
def test_there_and_back_is_the_same_turned_round(one: Spec, other: Spec) -> None:
    there, back = compare(read(one), read(other)), compare(read(other), read(one))

    def turned(changes: list[Change]) -> set[tuple[str, str, str, str | None, str | None]]:
        return {(each.kind, each.name, each.attribute, each.after or None, each.before or None) for each in changes}

    assert turned(there) == {
        (each.kind, each.name, each.attribute, each.before or None, each.after or None) for each in back
    }


@settings(max_examples=20)
@given(specs(), st.data())
def test_each_protocol_that_changes_is_told(spec: Spec, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(spec.configs) - 1))
    alias, scope, _ = spec.configs[at]
    changed = replace(spec, configs=(*spec.configs[:at], (alias, scope, "TLS"), *spec.configs[at + 1 :]))
    found = [each for each in compare(read(spec), read(changed)) if each.kind == "SSL configuration"]
    assert [(each.attribute, each.before, each.after) for each in found] == [("protocol", spec.configs[at][2], "TLS")]


def test_what_the_seed_of_the_story_changes(sample: Path) -> None:
    found = compare(moment(sample, "2-certificate"), moment(sample, "3-tls12"))
    kinds = [each.kind for each in found if each.kind != OUTCOME]
    assert (kinds.count("SSL configuration"), kinds.count("endpoint security"), len(kinds)) == (6, 2, 9)
    proxy = [each for each in found if each.name == "stpNode/was_stpProxy: inbound PROXY_HTTPS_ADDRESS"]
    assert [(each.attribute, each.before, each.after) for each in proxy] == [
        ("SSL configuration", "CellDefaultSSLSettings of cell", "NodeDefaultSSLSettings of node stpNode"),
        ("protocol", "SSL_TLS", "TLSv1.2"),
    ]
    assert found[0].as_dict()["kind"] == "SSL configuration"


def test_certificates_that_came_are_told(sample: Path) -> None:
    found = compare(moment(sample, "1-installed"), moment(sample, "2-certificate"))
    new = [each for each in found if each.kind == "certificate"]
    assert all(each.before is None for each in new)
    assert "wildcard in CellDefaultKeyStore of cell" in [each.name for each in new]


def test_what_one_of_them_does_not_tell_is_no_difference(sample: Path) -> None:
    """A node's profile has neither the other servers' files nor the deployment manager's client settings."""
    assert compare(moment(sample, "3-tls12", "stpNode"), moment(sample, "3-tls12")) == []
    bare = replace(moment(sample, "3-tls12"), files={})
    kinds = {each.kind for each in compare(bare, moment(sample, "3-tls12"))}
    assert "certificate" not in kinds


@pytest.mark.parametrize("what", ["port", "node"])
def test_the_topology_is_compared_too(what: str) -> None:
    spec = Spec(nodes={"n": {"s": ""}}, node_groups={}, configs=(("A", f"(cell):{CELL}", "TLS"),))
    one = read(spec)
    if what == "node":
        other = read(replace(spec, nodes={"n": {"s": ""}, "m": {"t": ""}}))
        assert ("node", "m") in [(each.kind, each.name) for each in compare(one, other)]
        return
    process = one.nodes[0].processes[0]
    moved = replace(process, endpoints=(replace(process.endpoints[0], port=1), *process.endpoints[1:]))
    other = replace(one, nodes=(replace(one.nodes[0], processes=(moved,)),))
    found = compare(one, other)
    assert [(each.kind, each.attribute, each.after) for each in found] == [("endpoint", "port", "1")]
