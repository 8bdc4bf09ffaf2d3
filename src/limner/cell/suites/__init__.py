"""What two TLS endpoints agree on: protocol names as sets of versions, cipher levels as sets of suites, handshakes.

Pure algebra: nothing is read, no socket is opened. What IBM's documents leave open stays open: a set of versions comes
as all the sets that it may be, a list of suites with those that may be missing, a handshake's outcome may be *open*.
"""

from limner.cell.suites.handshake import Answer, Outcome, Side, handshake
from limner.cell.suites.jdk import Jdk
from limner.cell.suites.levels import suites_of
from limner.cell.suites.protocols import versions_of
from limner.cell.suites.refusal import On, Reason, Refusal
from limner.cell.suites.suite import Suite, Suites
from limner.cell.suites.version import Version, Versions

__all__ = [
    "Answer",
    "Jdk",
    "On",
    "Outcome",
    "Reason",
    "Refusal",
    "Side",
    "Suite",
    "Suites",
    "Version",
    "Versions",
    "handshake",
    "suites_of",
    "versions_of",
]
