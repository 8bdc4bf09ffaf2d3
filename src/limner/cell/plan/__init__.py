"""How to change the TLS of a cell so that nobody is locked out on the way: a plan of steps, or why there is none."""

from limner.cell.plan.change import Change, read_change
from limner.cell.plan.document import Phase, Plan, read_plan, write_plan
from limner.cell.plan.judge import Broken, Judge
from limner.cell.plan.making import Made, Refused, document, make
from limner.cell.plan.nearest import nearest
from limner.cell.plan.packs import read_packs

__all__ = [
    "Broken",
    "Change",
    "Judge",
    "Made",
    "Phase",
    "Plan",
    "Refused",
    "document",
    "make",
    "nearest",
    "read_change",
    "read_packs",
    "read_plan",
    "write_plan",
]
