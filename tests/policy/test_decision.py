from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator

from hypothesis import example, given

from limner import settings
from limner.policy import Policy, Verdict, Visit
from limner.policy.condition import Condition, Finding, Grant, Visitor
from limner.policy.rules import Rule

from .strategies import IP, in_any, policies, visits

OFFICES = {"name": "offices", "networks": ["10.0.0.0/8"]}
COOKIES = {"name": "cookies", "cookie": ["LtpaToken", "STPluginActivePage=stMeetingroom"]}


def policy(*rules: object, trusted: list[str] | None = None) -> Policy:
    return Policy(settings.Policy.model_validate({"allow": list(rules), "trusted_proxies": trusted or []}))


# -- the same decision, written down a second time as plainly as can be --------------------------------------------


def plain_decision(rules: settings.Policy, visit: Visit) -> bool:
    client = plain_client(rules.trusted_proxies, visit)
    return any(plain_rule(rule, client, visit) for rule in rules.allow)


def plain_rule(rule: settings.Rule, client: IP | None, visit: Visit) -> bool:
    if rule.networks is not None and (client is None or not in_any(client, rule.networks)):
        return False
    if rule.cookie is None:
        return True
    sent = [piece for name, value in visit.headers if name == b"cookie" for piece in value.split(b";")]
    pairs = [piece.split(b"=", 1) for piece in sent if b"=" in piece]
    stripped = [(name.strip(b" \t").decode("latin-1"), value.strip(b" \t").decode("latin-1")) for name, value in pairs]
    return any(
        name and (name == wanted or f"{name}={value}" == wanted) for name, value in stripped for wanted in rule.cookie
    )


def plain_client(trusted: list[str], visit: Visit) -> IP | None:
    networks = [text for text in trusted if text != "unix"]
    client: IP | None = None
    if visit.peer is None:
        if "unix" not in trusted:
            return None
    else:
        client = ipaddress.ip_address(visit.peer)
        if not in_any(client, networks):
            return client
    entries = [e for name, value in visit.headers if name == b"x-forwarded-for" for e in value.split(b",")]
    for entry in reversed(entries):
        text = entry.decode("latin-1").strip(" \t")
        text = re.sub(r"^\[([^\]]*:[^\]]*)\](:\d{1,5})?$|^([\d.]+):\d{1,5}$", r"\1\3", text)
        try:
            client = ipaddress.ip_address(text if "%" not in text else "")
        except ValueError:
            return None
        if not in_any(client, networks):
            break
    return client


@given(policies, visits)
@example(settings.Policy(), Visit("10.0.0.1"))
@example(settings.Policy(allow=[settings.Rule(name="a", networks=["::/0"])]), Visit("::ffff:10.0.0.1"))
def test_decision_explanation_and_a_plain_second_version_agree(rules: settings.Policy, visit: Visit) -> None:
    made = Policy(rules)
    verdict, explanation = made.decide(visit), made.explain(visit)
    assert verdict == explanation.verdict
    assert verdict.allowed == any(rule.holds for rule in explanation.rules)
    assert verdict.allowed == plain_decision(rules, visit)
    holding = {rule.name: made.rules[at] for at, rule in enumerate(explanation.rules) if rule.holds}
    assert verdict.rule == min(holding, key=lambda name: holding[name].guests, default=None)
    for rule in explanation.rules:
        assert rule.holds == all(condition.holds for condition in rule.conditions)


@given(policies, visits)
def test_the_order_of_rules_changes_no_answer(rules: settings.Policy, visit: Visit) -> None:
    backwards = settings.Policy(allow=rules.allow[::-1], trusted_proxies=rules.trusted_proxies)
    assert Policy(rules).decide(visit).allowed == Policy(backwards).decide(visit).allowed


@given(policies, visits)
def test_an_explanation_is_json_and_holds_nothing_the_visitor_sent(rules: settings.Policy, visit: Visit) -> None:
    secret = Visit(visit.peer, [*visit.headers, (b"cookie", b"LtpaToken2=s3cr3t; LtpaToken=s3cr3t")], visit.face)
    written = json.dumps(Policy(rules).explain(secret).as_dict())
    assert "s3cr3t" not in written


def test_a_verdict_names_the_rule_and_the_visitor() -> None:
    made = policy(COOKIES, OFFICES)
    assert made.decide(Visit("10.1.2.3")) == Verdict(True, "offices", "10.1.2.3", None, True)
    assert made.decide(Visit("192.0.2.1")) == Verdict(False, None, "192.0.2.1", None, True)
    assert made.decide(Visit(None)) == Verdict(False, None, "unknown address", None, True)


def test_without_rules_nobody_gets_in() -> None:
    assert not policy().decide(Visit("10.1.2.3")).allowed


def test_an_unknown_address_may_still_come_in_by_what_it_sends() -> None:
    assert policy(COOKIES).decide(Visit(None, [(b"cookie", b"LtpaToken=x")])).rule == "cookies"


def test_a_claimed_address_opens_nothing() -> None:
    made = policy(OFFICES, trusted=["192.0.2.8"])
    claims = [(b"x-forwarded-for", b"10.1.2.3")]
    assert not made.decide(Visit("192.0.2.9", claims)).allowed
    assert made.decide(Visit("192.0.2.8", claims)).allowed
    assert not made.decide(Visit("192.0.2.8", [(b"x-forwarded-for", b"10.1.2.3, 192.0.2.9")])).allowed


def test_an_explanation_reads_like_this() -> None:
    made = policy(OFFICES, COOKIES)
    assert made.explain(Visit("192.0.2.1", [(b"cookie", b"LtpaToken=x")])).as_dict() == {
        "verdict": "allow",
        "rule": "cookies",
        "who": "192.0.2.1",
        "rules": [
            {
                "name": "offices",
                "holds": False,
                "conditions": [{"kind": "networks", "holds": False, "reason": "192.0.2.1 is not in 10.0.0.0/8"}],
            },
            {
                "name": "cookies",
                "holds": True,
                "conditions": [{"kind": "cookie", "holds": True, "reason": "cookie LtpaToken is there"}],
            },
        ],
    }


class _OneFace:
    """A stand-in for conditions to come: it knows the visitor, opens one face, and ends."""

    kind = "one face"
    forgeable = False
    each_face = True
    parameters: frozenset[bytes] = frozenset((b"ticket",))

    def admits(self, visitor: Visitor) -> Grant | None:
        return Grant("jane", 1000.0) if visitor.face == b"jane" else None

    def refresh(self) -> bool:
        return True

    def reason(self, visitor: Visitor) -> str:
        return "because"

    def implied_by(self, other: Condition) -> bool:
        return False

    def findings(self, *, guarded: bool) -> Iterator[Finding]:
        yield from ()


def test_a_verdict_is_as_narrow_as_the_conditions_it_rests_on() -> None:
    made = policy(OFFICES)
    made.rules = (*made.rules, Rule("one face", (_OneFace(),)))
    made.each_face = True
    assert made.decide(Visit("192.0.2.1", face=b"jane")) == Verdict(True, "one face", "jane", 1000.0, False)
    assert made.decide(Visit("192.0.2.1", face=b"joe")) == Verdict(False, None, "192.0.2.1", None, False)
    assert made.decide(Visit("10.1.2.3", face=b"joe")) == Verdict(True, "offices", "10.1.2.3", None, True)


def test_a_grant_that_rests_on_the_address_says_nothing_of_other_addresses() -> None:
    both = Grant("jane", 5.0) & Grant(None, 4.0, by_address=True)
    assert both == Grant("jane", 4.0, by_address=True)
    assert Grant() & Grant() == Grant()


def test_a_policy_is_fresh_when_all_its_rules_are() -> None:
    made = policy(OFFICES, COOKIES)
    assert not made.refresh()
    assert not made.each_face
    assert not made.parameters
    made.rules = (*made.rules, Rule("one face", (_OneFace(),)))
    assert made.refresh()
    assert made.rules[-1].each_face
    assert made.rules[-1].parameters == {b"ticket"}


def test_the_settings_say_what_a_refused_visitor_gets() -> None:
    for otherwise in (403, "placeholder"):
        assert Policy(settings.Policy(otherwise=otherwise)).otherwise == otherwise
    redirecting = settings.Policy.model_validate({"otherwise": {"redirect": "https://www.example.com/"}})
    assert Policy(redirecting).otherwise == settings.Redirect(redirect="https://www.example.com/")
