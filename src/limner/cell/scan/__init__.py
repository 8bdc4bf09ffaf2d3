"""What living endpoints speak: versions, suites, certificates; asked for one by one, with no handshake finished."""

from limner.cell.scan.errors import ScanError
from limner.cell.scan.grade import LEVELS
from limner.cell.scan.survey import RATE, SECONDS, Pace, Seen, survey
from limner.cell.scan.target import Target, addresses, parse
from limner.cell.scan.verdict import Verdict, as_dict, judge

__all__ = [
    "LEVELS",
    "RATE",
    "SECONDS",
    "Pace",
    "ScanError",
    "Seen",
    "Target",
    "Verdict",
    "addresses",
    "as_dict",
    "judge",
    "parse",
    "survey",
]
