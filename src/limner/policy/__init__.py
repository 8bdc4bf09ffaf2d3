"""Who may see: rules, networks, proxies, and the one decision."""

from limner.policy.check import check
from limner.policy.condition import Finding
from limner.policy.decision import ConditionResult, Explanation, Policy, RuleResult, Verdict, Visit

__all__ = ["ConditionResult", "Explanation", "Finding", "Policy", "RuleResult", "Verdict", "Visit", "check"]
