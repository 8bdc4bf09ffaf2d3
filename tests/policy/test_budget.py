from __future__ import annotations

import pytest

from limner import people, settings
from limner.people import Person
from limner.policy import Policy, Tally, Visit, check

NOW = 1_800_000_000.0
JANE = Person.of(mails=["jane@example.com", "j.roe@example.com"], uid="jroe")
NETWORK = {"name": "lab", "networks": ["10.0.0.0/8", "2001:db8::/32"], "budget": {"faces": 2, "per": "1h"}}


class OneKnown:
    """A library of one person."""

    def label(self, keys):  # type: ignore[no-untyped-def]
        return None

    def names(self, key: bytes) -> frozenset[bytes]:
        return frozenset(JANE.index_keys()) if key in JANE.index_keys() else frozenset()

    def state(self) -> int:
        return 0


def policy(*rules: object, tally: Tally | None = None) -> Policy:
    return Policy(settings.Policy.model_validate({"allow": list(rules)}), OneKnown(), tally=tally)


def visit(name: str, peer: str = "10.0.0.1", now: float = NOW) -> Visit:
    return Visit(peer, (), people.by_any(name)[0], now=now)


def test_a_visitor_sees_so_many_faces_and_those_again() -> None:
    made = policy(NETWORK)
    names = ["a@x", "b@x", "c@x", "a@x", "d@x", "b@x"]
    assert [made.decide(visit(name)).allowed for name in names] == [True, True, False, True, False, True]
    assert made.decide(visit("c@x", peer="10.0.0.2")).allowed, "another visitor"
    assert made.decide(visit("c@x", now=NOW + 3600)).allowed, "an hour later"


def test_all_names_of_a_person_are_one_face() -> None:
    made = policy(NETWORK)
    hashed = next(iter(people.hashes("jane@example.com")))
    assert all(
        made.decide(visit(name)).allowed for name in ("jane@example.com", "j.roe@example.com", hashed, "jroe", "b@x")
    )
    assert not made.decide(visit("c@x")).allowed


def test_what_a_name_leads_to_is_looked_up_again_when_the_library_changes() -> None:
    class Filling(OneKnown):
        full = False

        def names(self, key: bytes) -> frozenset[bytes]:
            return super().names(key) if self.full else frozenset()

        def state(self) -> int:
            return int(self.full)

    known = Filling()
    made = Policy(settings.Policy.model_validate({"allow": [NETWORK]}), known)
    assert made.decide(visit("a@x")).allowed
    assert made.decide(visit("jane@example.com")).allowed
    assert not made.decide(visit("jroe")).allowed, "another name, for all that is known"
    known.full = True
    made.refresh()
    made = Policy(settings.Policy.model_validate({"allow": [NETWORK]}), known)
    assert [made.decide(visit(name)).allowed for name in ("jane@example.com", "jroe", "b@x")] == [True, True, True]


def test_the_addresses_of_one_ipv6_network_are_one_visitor() -> None:
    made = policy(NETWORK)
    peers = ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8:0:1::1", "::ffff:10.0.0.7"]
    assert [made.decide(visit(f"{n}@x", peer)).allowed for n, peer in enumerate(peers)] == [
        True,
        True,
        False,
        True,
        True,
    ]


def test_a_verdict_ends_with_what_was_counted_and_is_about_one_face() -> None:
    made = policy(NETWORK)
    made.decide(visit("a@x"))
    verdict = made.decide(visit("a@x", now=NOW + 100))
    assert (verdict.until, verdict.any_target) == (NOW + 3600, False)
    assert not made.decide(Visit("10.0.0.1", now=NOW)).allowed, "a page may show any number of faces"


def test_a_rule_without_a_budget_comes_first() -> None:
    free = {"name": "office", "networks": ["10.0.0.0/24"]}
    made = policy(NETWORK, free)
    assert [made.decide(visit(f"{n}@x")).rule for n in range(5)] == ["office"] * 5
    assert made.decide(visit("a@x", peer="10.9.0.1")).rule == "lab"


def test_to_explain_costs_nothing_and_says_what_is_left() -> None:
    made = policy(NETWORK)
    for _ in range(5):
        explained = made.explain(visit("a@x"))
        assert explained.verdict.allowed
        assert explained.rules[0].conditions[-1].reason == "0 of 2 different faces in 1h are counted for this visitor"
    made.decide(visit("a@x"))
    made.decide(visit("b@x"))
    explained = made.explain(visit("c@x"))
    assert not explained.verdict.allowed
    assert [(each.kind, each.holds) for each in explained.rules[0].conditions] == [
        ("networks", True),
        ("budget", False),
    ]


def test_counts_that_are_shared_are_one(tmp_path) -> None:  # type: ignore[no-untyped-def]
    one, other = (policy(NETWORK, tally=Tally(tmp_path / "budgets")) for _ in range(2))
    assert one.decide(visit("a@x")).allowed
    assert other.decide(visit("b@x")).allowed
    assert not one.decide(visit("c@x")).allowed
    assert not other.decide(visit("c@x")).allowed


def test_a_budget_by_address_is_pointed_out() -> None:
    found = check(settings.Policy.model_validate({"allow": [NETWORK]}))
    assert [(each.severity, "for each address" in each.message) for each in found] == [("note", True)]


def test_a_rule_with_a_budget_makes_none_superfluous() -> None:
    wide = {"name": "site", "networks": ["10.0.0.0/8"], "budget": {"faces": 2}}
    found = check(settings.Policy.model_validate({"allow": [wide, {"name": "office", "networks": ["10.0.0.0/24"]}]}))
    assert not any("changes nothing" in each.message for each in found)


@pytest.mark.parametrize(
    "budget", [{}, {"faces": 0}, {"faces": 1, "per": "0s"}, {"faces": 1, "per": 60}, {"faces": "1"}]
)
def test_a_budget_is_a_number_and_a_duration(budget: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="budget"):
        settings.Policy.model_validate({"allow": [{"name": "a", "networks": ["::/0"], "budget": budget}]})
