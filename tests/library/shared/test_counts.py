"""Faces that one node counts count at all others, once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.library import open_library
from limner.library.shared.counts import Counts
from limner.library.shared.link import Link
from limner.policy import Tally
from shared_servers import needs_postgres

pytestmark = needs_postgres
NOW, HOUR = 1_800_000_000.0, 3600.0


@pytest.fixture
def link(shared_place):
    open_library(shared_place, create=True).close()
    link = Link(shared_place)
    yield link
    link.close()


class Node:
    def __init__(self, link):
        self.tally = Tally()
        self.counts = Counts(link, self.tally.node)

    def exchange(self, now=NOW):
        untold = self.tally.untold(10)
        if untold and self.counts.tell(untold, now):
            self.tally.note_told(untold[-1][0])
        for visitor, face, ends in self.counts.hear(now):
            self.tally.count_elsewhere(visitor, face, ends, now)


def test_a_budget_is_one_budget_at_all_nodes(link):
    one, two = Node(link), Node(link)
    for face in (b"a", b"b"):
        assert one.tally.spend(b"v", face, 3, HOUR, NOW)
    assert two.tally.spend(b"v", b"a", 3, HOUR, NOW), "it was seen here too: it counts once"
    for node in (one, two, one, two):
        node.exchange()
    assert (one.tally.seen(b"v", NOW), two.tally.seen(b"v", NOW)) == (2, 2)
    assert two.tally.spend(b"v", b"c", 3, HOUR, NOW)
    two.exchange()
    one.exchange()
    assert one.tally.spend(b"v", b"d", 3, HOUR, NOW) is None
    assert one.tally.spend(b"v", b"c", 3, HOUR, NOW), "what was counted elsewhere is counted here"


def test_what_was_told_once_is_not_told_again_and_what_is_over_is_forgotten(link):
    one, two = Node(link), Node(link)
    one.tally.spend(b"v", b"a", 3, HOUR, NOW)
    one.exchange()
    assert one.tally.untold(10) == []
    assert len(two.counts.hear(NOW)) == 1
    assert two.counts.hear(NOW) == []
    one.tally.spend(b"v", b"b", 3, HOUR, NOW + 2 * HOUR)
    one.exchange(NOW + 2 * HOUR)
    assert link.open().execute("select count(*) from limner.faces").fetchone() == (1,)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.booleans()), max_size=40))
def test_after_all_have_told_all_know_the_same_faces(link, doings):
    """Whatever the order of visits and exchanges: the count is that of the different faces, at each node."""
    link.open().execute("truncate limner.faces")
    nodes = [Node(link) for _ in range(3)]
    seen = set()
    for who, face, exchanges in doings:
        assert nodes[who].tally.spend(b"v", b"%d" % face, 1000, HOUR, NOW)
        seen.add(face)
        if exchanges:
            nodes[who].exchange()
    for _ in range(6):
        for node in nodes:
            node.exchange()
    assert [node.tally.seen(b"v", NOW) for node in nodes] == [len(seen)] * 3
