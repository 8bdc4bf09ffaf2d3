"""A plan as a folder of scripts for wsadmin, with a checklist, and the way back."""

from limner.cell.script.writing import write_scripts

__all__ = ["write_scripts"]
