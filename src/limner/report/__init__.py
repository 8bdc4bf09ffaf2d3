"""What the library holds, in figures: who has a photo and who has not, how large, how old, whose is the same.

`look` counts; `write_csv` and `page` show what it found. Nothing here changes anything.
"""

from limner.report.figures import NOTHING, Duplicate, Face, Figures, Group, groups_by, look
from limner.report.page import page
from limner.report.table import write_csv

__all__ = ["NOTHING", "Duplicate", "Face", "Figures", "Group", "groups_by", "look", "page", "write_csv"]
