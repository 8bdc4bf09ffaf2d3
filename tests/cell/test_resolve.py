"""What counts for a process: as a search of all settings, written a second time from the documents, finds it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cell.spec import CELL, ENDPOINTS, Spec, files, specs

from limner.cell.model import Cell, Connection, DecidedBy, Direction, Process
from limner.cell.reading.cell import read_one
from limner.cell.reading.place import Tree
from limner.cell.resolve import Resolver, match

HTTP = Connection(protocol="HTTP", host="h1", port=443)
LADDER = ("cell", "nodegroup", "node", "server", "cluster", "endpoint")  # IBM's order, the last is the most specific


def read(spec: Spec, seed: int = 0) -> Cell:
    return read_one(Tree(place="test", cell=CELL, files=files(spec, seed)))


# -- the oracle: for each question every setting of the cell is looked at, and nothing is remembered -------------------


def parts(scope: str) -> dict[str, str]:
    return dict(re.findall(r"\((\w+)\):([^:]+)", scope))


def holds(spec: Spec, scope: str, node: str, server: str, endpoint: str | None) -> bool:
    """Say whether a process is in a scope."""
    want = parts(scope)
    is_in = {
        "cell": CELL,
        "node": node,
        "server": server,
        "endpoint": endpoint or "",
        "cluster": spec.nodes[node][server],
    }
    group = want.pop("nodegroup", None)
    if group is not None and node not in spec.node_groups[group]:
        return False
    return all(is_in[key] == value for key, value in want.items())


def rank(scope: str) -> int:
    return max(LADDER.index(kind) for kind in parts(scope))


def fitting(info: str) -> bool:
    """Whether a selection of a spec fits HTTP to h1:443."""
    return info in ("*,*,*", "HTTP,*,*", "HTTP,h1,443", "IIOP,*,*|HTTP,H1,*", "HTTP,h*,*")


def oracle(spec: Spec, node: str, server: str, endpoint: str | None, *, http: bool) -> tuple[object, str, str]:
    """Give the protocol and scope of the configuration that counts, the certificate, and what decided."""
    direction = "inbound" if endpoint else "outbound"

    def told(config: int, certificate: str, by: str) -> tuple[object, str, str]:
        return spec.configs[config], certificate, by

    mine = [each for each in spec.dynamic if holds(spec, each[1], node, server, None) and fitting(each[2])]
    if http and mine:
        nearest = max(rank(each[1]) for each in mine)
        _, _, _, config = min(each for each in mine if rank(each[1]) == nearest)
        return told(config, "", "dynamic selection")
    alias = spec.direct.get((node, server, endpoint or ""))
    if alias:
        seen = [each for each in spec.configs if each[0] == alias and holds(spec, each[1], node, server, endpoint)]
        if not seen:
            return None, "", "direct alias"
        return max(seen, key=lambda each: rank(each[1])), "", "direct alias"
    central = [each for each in spec.settings if each[1] == direction and holds(spec, each[0], node, server, endpoint)]
    if not central:
        return None, "", "nothing"
    _, _, config, certificate = max(central, key=lambda each: rank(each[0]))
    return told(config, certificate, "central")


def asked(process: Process) -> list[tuple[str | None, bool]]:
    return [*((name, False) for name in ENDPOINTS), (None, False), (None, True)]


@settings(max_examples=80, deadline=None)
@given(specs(), st.integers(0, 99))
def test_the_answer_is_that_of_a_search_of_everything(spec: Spec, seed: int) -> None:
    cell = read(spec, seed)
    resolver = Resolver(cell)
    for process in cell.processes:
        for endpoint, http in asked(process):
            found = (
                resolver.inbound(process, endpoint) if endpoint else resolver.outbound(process, HTTP if http else None)
            )
            config = found.config and (found.config.alias, found.config.scope.text, found.config.protocol)
            said = (config, found.certificate_alias, found.choice.decided_by.value)
            assert said == oracle(spec, process.node, process.name, endpoint, http=http)


@settings(max_examples=30, deadline=None)
@given(specs(), st.integers(0, 99), st.integers(0, 99))
def test_the_order_in_the_files_and_their_ids_mean_nothing(spec: Spec, one: int, other: int) -> None:
    first, second = read(spec, one), read(spec, other)
    assert first == second
    for process in first.processes:
        assert Resolver(first).outbound(process) == Resolver(second).outbound(process)


@settings(max_examples=30, deadline=None)
@given(specs(), st.data())
def test_a_more_specific_setting_wins(spec: Spec, data: st.DataObject) -> None:
    """A setting for the endpoint itself counts, whatever is set anywhere else, unless an alias is there directly."""
    cell = read(replace(spec, direct={}))
    process = data.draw(st.sampled_from(cell.processes))
    endpoint = data.draw(st.sampled_from(ENDPOINTS))
    own = f"(cell):{CELL}:(node):{process.node}:(server):{process.name}:(endpoint):{endpoint}"
    others = tuple(each for each in spec.settings if each[:2] != (own, "inbound"))
    narrowed = replace(spec, direct={}, settings=(*others, (own, "inbound", 0, "mine")))
    found = Resolver(read(narrowed)).inbound(process, endpoint)
    assert (found.certificate_alias, found.choice.words) == (
        "mine",
        f"endpoint {process.node}/{process.name}/{endpoint}",
    )
    assert not found.uncertain


@settings(max_examples=30, deadline=None)
@given(specs(), st.data())
def test_what_is_set_elsewhere_changes_nothing(spec: Spec, data: st.DataObject) -> None:
    """A setting of a scope that a process is not in is as if it were not there."""
    cell = read(spec)
    process = data.draw(st.sampled_from(cell.processes))
    scope = data.draw(st.sampled_from(spec.scopes))
    if any(holds(spec, scope, process.node, process.name, name) for name in ENDPOINTS):
        return
    others = tuple(each for each in spec.settings if each[0] != scope)
    changed = read(replace(spec, settings=(*others, (scope, "inbound", 0, "far"))))
    assert Resolver(changed).inbound(process, ENDPOINTS[0]) == Resolver(cell).inbound(process, ENDPOINTS[0])


# -- what the documents leave open -------------------------------------------------------------------------------------

ONE = Spec(
    nodes={"n1": {"s1": "k1"}},
    node_groups={},
    configs=(("A", "(cell):c", "SSL_TLS"), ("B", "(cell):c", "TLSv1.2"), ("A", "(cell):c:(node):n1", "TLSv1.2")),
)
SERVER = "(cell):c:(node):n1:(server):s1"


def test_that_cluster_and_server_set_what_differs_is_told_not_guessed() -> None:
    spec = replace(ONE, settings=((SERVER, "inbound", 0, ""), ("(cell):c:(cluster):k1", "inbound", 1, "")))
    cell = read(spec)
    found = Resolver(cell).inbound(cell.processes[0], ENDPOINTS[0])
    assert found.choice.words == "cluster k1"
    assert [each.words for each in found.alternatives] == ["server n1/s1"]
    assert "contradict" in found.uncertain[0]


def test_that_they_set_the_same_needs_no_telling() -> None:
    spec = replace(ONE, settings=((SERVER, "inbound", 1, ""), ("(cell):c:(cluster):k1", "inbound", 1, "")))
    cell = read(spec)
    found = Resolver(cell).inbound(cell.processes[0], ENDPOINTS[0])
    assert (found.alternatives, found.uncertain) == ((), ())


def test_a_direct_alias_is_that_of_the_nearest_scope_and_the_others_are_told() -> None:
    cell = read(replace(ONE, direct={("n1", "s1", ENDPOINTS[0]): "A"}))
    found = Resolver(cell).inbound(cell.processes[0], ENDPOINTS[0])
    assert found.choice.decided_by is DecidedBy.DIRECT
    assert found.config is not None
    assert found.config.protocol == "TLSv1.2"
    assert [each.config.protocol for each in found.alternatives if each.config] == ["SSL_TLS"]
    assert "in several scopes" in found.uncertain[0]


def test_an_alias_of_old_spelling_names_its_node() -> None:
    cell = read(replace(ONE, direct={("n1", "s1", ENDPOINTS[0]): "n1/A"}))
    found = Resolver(cell).inbound(cell.processes[0], ENDPOINTS[0])
    assert found.config is not None
    assert found.config.scope.node == "n1"


def test_an_alias_that_leads_nowhere_is_told() -> None:
    cell = read(replace(ONE, direct={("n1", "s1", ENDPOINTS[0]): "gone"}))
    found = Resolver(cell).inbound(cell.processes[0], ENDPOINTS[0])
    assert found.config is None
    assert "sees no SSL configuration" in found.uncertain[0]


def test_several_dynamic_selections_that_fit_are_told() -> None:
    spec = replace(ONE, dynamic=(("d1", "(cell):c", "HTTP,*,*", 0), ("d2", "(cell):c", "*,*,*", 1)))
    cell = read(spec)
    found = Resolver(cell).outbound(cell.processes[0], HTTP)
    assert found.choice.words == "dynamic selection d1"
    assert "several dynamic selections fit (d1, d2)" in found.uncertain[0]


def test_a_dynamic_selection_goes_round_the_settings_of_node_and_server() -> None:
    spec = replace(ONE, settings=((SERVER, "outbound", 1, ""),), dynamic=(("d1", "(cell):c", "ADMIN_SOAP,*,*", 0),))
    cell = read(spec)
    resolver, process = Resolver(cell), cell.processes[0]
    admin = resolver.outbound(process, Connection(protocol="ADMIN_SOAP", host="dmgr.test", port=8879))
    assert admin.choice.words == "dynamic selection d1"
    assert resolver.outbound(process, HTTP).choice.words == "server n1/s1"
    assert resolver.outbound(process).choice.words == "server n1/s1"
    assert [each.name for each in resolver.selections(process)] == ["d1"]


def test_without_any_group_the_default_of_the_file_is_taken_and_that_is_told() -> None:
    cell = read(ONE)
    default = cell.security.configs[0]
    cell = replace(cell, security=replace(cell.security, default_config=default))
    found = Resolver(cell).inbound(cell.processes[0], ENDPOINTS[0])
    assert (found.config, found.choice.decided_by) == (default, DecidedBy.DEFAULT)
    assert "inferred" in found.uncertain[0]


def test_a_node_is_answered_for_by_its_own_copy_until_it_has_synchronised() -> None:
    old = read(replace(ONE, settings=((SERVER, "inbound", 0, "old"),)))
    new = read(replace(ONE, settings=((SERVER, "inbound", 1, "new"),)))
    cell = replace(new, nodes=(replace(new.nodes[0], security=old.security),))
    process = cell.processes[0]
    assert Resolver(cell).inbound(process, ENDPOINTS[0]).certificate_alias == "old"
    assert Resolver(cell, synced=True).inbound(process, ENDPOINTS[0]).certificate_alias == "new"


@pytest.mark.parametrize(
    ("info", "fits"),
    [
        ("*,*,*", True),
        ("HTTP,*,*", True),
        ("http , H1 , 443", True),
        ("IIOP,*,*|HTTP,*,443", True),
        ("HTTP,*,44", None),
        ("HTTP,h,443", None),
        ("IIOP,*,*", None),
        ("HTTP,*", None),
        ("", None),
        ("HTTP,h*,*", False),
        ("HTTP,*1,*", False),
        ("HTTP,*2,*", None),
    ],
)
def test_a_selection_fits_field_by_field(info: str, fits: bool | None) -> None:
    """`False`: only by a `*` within a name, of which no document says that it counts."""
    assert match(info, HTTP) is fits


@given(st.text("h*1.,|", max_size=30))
def test_no_selection_takes_long_or_fails(info: str) -> None:
    assert match(info, HTTP) in (True, False, None)


def test_the_certificate_is_the_groups_else_the_configurations() -> None:
    cell = read(replace(ONE, settings=((SERVER, "inbound", 0, ""), (SERVER, "outbound", 0, ""))))
    config = replace(cell.security.configs[0], server_alias="mine", client_alias="yours")
    groups = tuple(replace(each, config=config) for each in cell.security.groups)
    cell = replace(cell, security=replace(cell.security, groups=groups))
    resolver, process = Resolver(cell), cell.processes[0]
    assert resolver.inbound(process, ENDPOINTS[0]).certificate_alias == "mine"
    assert resolver.outbound(process).certificate_alias == "yours"
    assert resolver.outbound(process).direction is Direction.OUTBOUND
