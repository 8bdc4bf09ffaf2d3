"""What a policy means is what it decides, at every address, with every credential."""

from hypothesis import given
from hypothesis import strategies as st
from tests.policy.strategies import addresses, policies, wanted_cookies

from limner import settings
from limner.gateway.meaning import ALWAYS, NEVER, Atom, entails, everywhere, implies, meaning_of, opaque, smallest
from limner.policy import Policy, Visit
from limner.policy.networks import EVERYWHERE, Networks, parse_address

atoms = wanted_cookies.map(lambda text: Atom("cookie", text)) | st.just(Atom("ltpa", "1"))
needs = st.frozensets(st.frozensets(atoms, max_size=3), max_size=4)
cookies = st.lists(wanted_cookies.map(lambda text: text if "=" in text else f"{text}=odd"), max_size=3)


def opens(needs, brought):
    return any(entails(brought, need) for need in needs)


@given(policies, addresses.map(str), cookies)
def test_a_policy_decides_as_its_meaning_says(policy, address, sent):
    made = Policy(policy.model_copy(update={"trusted_proxies": []}))
    visit = Visit(address, [(b"cookie", "; ".join(sent).encode())])
    number = parse_address(address)
    (piece,) = [found for found, networks in meaning_of(policy).pieces.items() if networks.covers(number)]
    brought = frozenset(Atom("cookie", text) for text in sent)
    assert made.decide(visit).allowed == opens(piece, brought)
    assert Policy(policy).decide(Visit(None, visit.headers)).allowed == opens(meaning_of(policy).unknown, brought) or (
        "unix" in policy.trusted_proxies
    )


@given(policies)
def test_the_pieces_are_all_addresses_each_once(policy):
    pieces = list(meaning_of(policy).pieces.values())
    whole = Networks()
    for networks in pieces:
        assert not networks & whole
        whole |= networks
    assert whole == EVERYWHERE


@given(needs, st.frozensets(atoms, max_size=4))
def test_what_is_superfluous_goes_and_nothing_changes(some, brought):
    kept = smallest(some)
    assert kept <= some
    assert opens(kept, brought) == opens(some, brought)
    assert smallest(kept) == kept
    assert not [one for one in kept for other in kept if one != other and entails(one, other)]


@given(needs, needs)
def test_implication_has_a_counterexample_or_holds(one, other):
    missing = implies(one, other)
    if missing is None:
        assert all(opens(other, need) for need in one)
    else:
        assert missing in one
        assert not opens(other, missing)


def test_everybody_and_nobody():
    assert implies(NEVER, NEVER) is implies(NEVER, ALWAYS) is implies(ALWAYS, ALWAYS) is None
    assert implies(ALWAYS, NEVER) == frozenset()
    assert everywhere(NEVER) == meaning_of(settings.Policy())
    assert everywhere(ALWAYS).pieces == {ALWAYS: EVERYWHERE}


def test_credentials_that_limner_verifies_are_alike_if_their_settings_are():
    assert opaque("ltpa", {"keys": "a"}) == opaque("ltpa", {"keys": "a"})
    assert opaque("ltpa", {"keys": "a"}) != opaque("ltpa", {"keys": "b"})
    assert opaque("ltpa", {"keys": "a"}) != opaque("jwt", {"keys": "a"})


def test_ten_thousand_networks_are_one_piece_and_the_rest():
    some = [f"10.{a}.{b}.0/25" for a in range(100) for b in range(100)]
    policy = settings.Policy(allow=[settings.Rule(name="offices", networks=some)])
    found = meaning_of(policy).pieces
    assert set(found) == {ALWAYS, NEVER}
    assert found[ALWAYS] == Networks(some)
