"""Two policies that decide alike are equivalent; of others there is a visit that shows it."""

from hypothesis import example, given
from tests.policy.strategies import network_lists, policies, visits

from limner import settings
from limner.gateway.compare import compare, compare_in_part
from limner.gateway.meaning import meaning_of
from limner.gateway.reading.expression import From, Unknown, both, either
from limner.policy import Policy, Visit
from limner.policy.networks import Networks


def allows(policy, witness):
    headers = [(b"cookie", "; ".join(witness.cookies).encode())] if witness.cookies else []
    plain = policy.model_copy(update={"trusted_proxies": []})
    return Policy(plain).decide(Visit(witness.address, headers)).allowed


def of(*rules, trusted=()):
    return settings.Policy.model_validate({"allow": list(rules), "trusted_proxies": list(trusted)})


def rule(**conditions):
    return {"name": repr(sorted(conditions.items())), **conditions}


ANY = of(rule(cookie=["LtpaToken"]))
PAIR = of(rule(cookie=["LtpaToken=x"]))


@given(policies, policies)
@example(ANY, PAIR)
def test_a_witness_shows_what_it_is_said_to_show(a, b):
    found = compare(meaning_of(a), meaning_of(b))
    if found.only_a is not None:
        assert allows(a, found.only_a)
        assert not allows(b, found.only_a)
    if found.only_b is not None:
        assert allows(b, found.only_b)
        assert not allows(a, found.only_b)


@given(policies, policies, visits)
def test_who_is_let_in_by_one_is_by_the_other_where_it_is_said_so(a, b, visit):
    a, b = (policy.model_copy(update={"trusted_proxies": []}) for policy in (a, b))
    found = compare(meaning_of(a), meaning_of(b))
    by_a, by_b = Policy(a).decide(visit).allowed, Policy(b).decide(visit).allowed
    if found.only_a is None:
        assert by_b or not by_a
    if found.only_b is None:
        assert by_a or not by_b


@given(policies)
def test_a_policy_is_equivalent_to_itself_in_any_order(policy):
    turned = policy.model_copy(update={"allow": policy.allow[::-1]})
    assert compare(meaning_of(policy), meaning_of(turned)).relation == "equivalent"


@given(policies, network_lists.map(Networks), network_lists.map(Networks), visits)
def test_of_a_configuration_that_is_understood_in_part_only_what_is_certain_is_said(policy, least, most, visit):
    """It lets in `least` at least and `most` at most, whatever the rest of it finds."""
    policy = policy.model_copy(update={"trusted_proxies": []})
    lets_in = either(From(least), both(From(most), Unknown("what is asked")))
    found = compare_in_part(meaning_of(policy), lets_in)
    assert found.relation in ("not equivalent", "unknown")
    if found.only_a is not None:
        assert allows(policy, found.only_a)
        assert found.only_a.address not in least | most
    if found.only_b is not None:
        assert not allows(policy, found.only_b)
        assert found.only_b.address in least
    if found.relation == "unknown" and visit.peer in least:
        assert Policy(policy).decide(visit).allowed


def test_relations():
    offices = rule(networks=["10.0.0.0/8"])
    cases = {
        "equivalent": (of(offices), of(rule(networks=["10.0.0.0/9", "10.128.0.0/9"]))),
        "A implies B": (of(offices), of(offices, rule(cookie=["LtpaToken"]))),
        "B implies A": (ANY, PAIR),
        "neither": (of(offices), ANY),
    }
    for relation, (a, b) in cases.items():
        assert compare(meaning_of(a), meaning_of(b)).relation == relation
    shown = compare(meaning_of(ANY), meaning_of(PAIR)).only_a
    assert str(shown) == "0.0.0.0, with the cookie LtpaToken=xx"
    assert shown.as_dict() == {"address": "0.0.0.0", "cookies": ["LtpaToken=xx"], "verified": []}


def test_other_proxies_are_another_policy():
    found = compare(meaning_of(of()), meaning_of(of(trusted=["127.0.0.1"])))
    assert (found.only_a, found.only_b, found.relation) == (None, None, "neither")
