"""The file that moves Sametime clients to another community: `managed-community-configs.xml`.

There is no schema: HCL's page "Managed community settings" (Sametime 11.5 to 12.0.2), with its two tables and its
samples, is the whole specification, and it contradicts itself. So files are read leniently and written strictly.
"""

from limner.signon.communities.check import check, evidence
from limner.signon.communities.config import Action, Community, Config, parse_config, read_config, recognise
from limner.signon.communities.finding import Finding, Severity
from limner.signon.communities.simulate import Client, Member, Outcome, simulate

__all__ = [
    "Action",
    "Client",
    "Community",
    "Config",
    "Finding",
    "Member",
    "Outcome",
    "Severity",
    "check",
    "evidence",
    "parse_config",
    "read_config",
    "recognise",
    "simulate",
]
