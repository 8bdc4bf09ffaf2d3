"""Management scopes are read as WebSphere spells them, and only so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limner.cell.model import Level, Scope

names = st.text(st.characters(exclude_characters=":()", exclude_categories=["C"]), min_size=1, max_size=12)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    level = draw(st.sampled_from(Level))
    cell, node, name = draw(names), draw(names), draw(names)
    return {
        Level.CELL: Scope(cell),
        Level.NODE_GROUP: Scope(cell, node_group=name),
        Level.NODE: Scope(cell, node=node),
        Level.CLUSTER: Scope(cell, cluster=name),
        Level.SERVER: Scope(cell, node=node, server=name),
        Level.ENDPOINT: Scope(cell, node=node, server=name, endpoint="SOAP_CONNECTOR_ADDRESS"),
    }[level]


@given(scopes())
def test_what_is_written_is_read_again(scope: Scope) -> None:
    assert Scope.parse(scope.text) == scope


@given(st.text(max_size=40))
def test_a_text_is_a_scope_or_is_refused(text: str) -> None:
    try:
        scope = Scope.parse(text)
    except ValueError:
        return
    assert scope.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(cell):",
        "(cell):c:",
        "(node):n",
        "(cell):c:(server):s",
        "(cell):c(node):n",
        "(cell):c:(cluster):x:(server):s",
        " (cell):c",
        "(cell):c:(cell):d",
        "(cell):a:b",
    ],
)
def test_what_is_no_scope_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a management scope"):
        Scope.parse(text)


def test_the_levels_stand_in_the_order_of_the_documents() -> None:
    """Least specific first: cell, node group, node, server, cluster, endpoint."""
    assert [level.value for level in sorted(Level, key=lambda level: level.rank)] == [
        "cell", "nodegroup", "node", "server", "cluster", "endpoint",
    ]  # fmt: skip


def test_a_scope_is_told_to_people() -> None:
    assert Scope("c", node="n", server="s", endpoint="E").words == "endpoint n/s/E"
    assert Scope("c", node_group="g").words == "node group g"
    assert Scope("c").words == "cell c"
