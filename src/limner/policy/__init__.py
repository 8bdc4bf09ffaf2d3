"""Who may see: rules, networks, proxies, and the one decision."""

from limner.policy.check import check
from limner.policy.condition import Finding
from limner.policy.decision import ConditionResult, Explanation, Policy, RuleResult, Verdict, Visit
from limner.policy.known import NOBODY, Known
from limner.policy.parameters import without_parameters
from limner.policy.tally import COUNTS, Tally

__all__ = [
    "COUNTS",
    "NOBODY",
    "ConditionResult",
    "Explanation",
    "Finding",
    "Known",
    "Policy",
    "RuleResult",
    "Tally",
    "Verdict",
    "Visit",
    "check",
    "without_parameters",
]
