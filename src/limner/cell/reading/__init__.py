"""Reads a cell from files: nothing of WebSphere has to run, and nothing is written."""

from limner.cell.reading.cell import read_cell

__all__ = ["read_cell"]
