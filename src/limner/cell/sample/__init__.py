"""A sample cell to try everything on: a Sametime cell at three moments of one change."""

from limner.cell.sample.write import write_sample

__all__ = ["write_sample"]
