"""`limner policy check`: what in a policy is dangerous, doubtful or superfluous."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from limner import settings
from limner.policy.by_cookie import ByCookie
from limner.policy.by_network import ByNetwork, holds_internet, untidy
from limner.policy.condition import Finding
from limner.policy.networks import Networks
from limner.policy.proxies import UNIX
from limner.policy.rules import Rule, rule_from

_ORDER = ("error", "warning", "note")


def check(policy: settings.Policy, whole: settings.Settings | None = None) -> list[Finding]:
    """Give all findings about a policy, the gravest first. Raises SettingsError as making the policy does."""
    rules = [rule_from(rule, whole=whole) for rule in policy.allow]
    found = [
        *(finding for rule in rules for finding in _of_rule(rule)),
        *_swallowed(rules),
        *_of_proxies(policy.trusted_proxies, rules),
    ]
    if not rules:
        found.append(Finding("warning", "there is no rule: nobody is let in", "add one: [[policy.allow]]"))
    if isinstance(policy.otherwise, settings.Redirect) and policy.otherwise.redirect.lower().startswith("http:"):
        found.append(
            Finding(
                "note",
                f"refused visitors are sent to {policy.otherwise.redirect} over plain http",
                "redirect to an https address",
            )
        )
    return sorted(found, key=lambda finding: _ORDER.index(finding.severity))


def _of_rule(rule: Rule) -> Iterator[Finding]:
    for condition in rule.conditions:
        guarded = any(not other.forgeable for other in rule.conditions if other is not condition)
        for finding in condition.findings(guarded=guarded):
            yield replace(finding, rule=rule.name)
    for finding in _of_gift(rule):
        yield replace(finding, rule=rule.name)


def _of_gift(rule: Rule) -> Iterator[Finding]:
    """Look at what a rule gives: to whom it shows people who are hidden from guests, and how many faces."""
    if not rule.guests and (rule.is_for_anyone or any(each.kind == "pass" for each in rule.conditions)):
        yield Finding(
            "warning",
            "the rule shows people who are hidden from guests to holders of passes, or to whoever likes to come",
            "leave `guests = false` out",
        )
    if rule.budget is not None and all(isinstance(each, ByNetwork | ByCookie) for each in rule.conditions):
        yield Finding(
            "note",
            "the budget is counted for each address: visitors behind one proxy or router share it, and somebody with "
            "many addresses has many",
            "ask for something that says who the visitor is, such as `pass`",
        )


def _swallowed(rules: list[Rule]) -> Iterator[Finding]:
    for at, rule in enumerate(rules):
        for other_at, other in enumerate(rules):
            # of two rules that are the same, the later one is the one too many
            if other_at != at and other.swallows(rule) and (other_at < at or not rule.swallows(other)):
                yield Finding(
                    "warning",
                    f"the rule {rule.name!r} changes nothing: {other.name!r} allows all that it allows",
                    f"remove {rule.name!r}, or narrow {other.name!r}",
                    rule.name,
                )
                break


def _of_proxies(trusted: list[str], rules: list[Rule]) -> Iterator[Finding]:
    texts = [text for text in trusted if text != UNIX]
    networks = Networks(texts)
    for name in holds_internet(networks):
        yield Finding(
            "error",
            f"trusted_proxies holds the whole {name} internet: every visitor can claim any address",
            "name the addresses of your own proxies",
        )
    for finding in untidy(texts):
        yield replace(finding, message=f"trusted_proxies: {finding.message}")
    for rule in rules:
        for condition in rule.conditions:
            if isinstance(condition, ByNetwork) and (shared := condition.networks & networks):
                first, *more = shared.cidrs()
                yield Finding(
                    "warning",
                    f"{first}{f' and {len(more)} more' if more else ''} is in trusted_proxies and in the rule's "
                    "networks: a visitor there can claim any address",
                    "trust only the proxies' own addresses, and leave those out of the rule",
                    rule.name,
                )
